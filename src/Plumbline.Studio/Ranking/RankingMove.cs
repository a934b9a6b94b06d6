using System.Globalization;

namespace Plumbline.Studio.Ranking;

/// <summary>
/// What a button of the ranking page does, as it stands in the button's value: a verb and its numbers, parted by colons. Buttons, keys, drags and touches all send these, so there is one road for
/// all of them, with and without a script.
/// </summary>
/// <param name="Verb">What is done.</param>
/// <param name="Numbers">The numbers: an answer's place, then a step's.</param>
public sealed record RankingMove(string Verb, IReadOnlyList<int> Numbers)
{
    private static readonly Dictionary<string, int> Verbs = new(StringComparer.Ordinal)
    {
        ["raise"] = 1,
        ["lower"] = 1,
        ["tie"] = 1,
        ["end"] = 1,
        ["remove"] = 1,
        ["insert"] = 2,
        ["join"] = 2,
        ["compare"] = 1,
        ["unmark"] = 1,
        ["mark"] = 1,
        ["undo"] = 0,
        ["redo"] = 0,
        ["clear"] = 0,
        ["bad"] = 0,
        ["uncover"] = 0,
        ["save"] = 0,
        ["criterion"] = 1,
        ["submit"] = 0,
        ["skip"] = 0,
        ["return"] = 0,
    };

    /// <summary>Reads a button's value; null where it is none of ours.</summary>
    /// <param name="value">The value.</param>
    public static RankingMove? Parse(string? value)
    {
        if (value is null or { Length: > 40 })
        {
            return null;
        }

        var parts = value.Split(':');
        if (!Verbs.TryGetValue(parts[0], out var count) || parts.Length != count + 1)
        {
            return null;
        }

        var numbers = new int[count];
        for (var i = 0; i < count; i++)
        {
            if (!int.TryParse(parts[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] > 1000)
            {
                return null;
            }
        }

        return new RankingMove(parts[0], numbers);
    }

    /// <summary>The draft after the move. Moves of answers that are not there, and those that belong to whole tasks (submit, skip, return), change nothing.</summary>
    /// <param name="draft">The draft before.</param>
    /// <param name="answers">How many answers there are.</param>
    /// <param name="ties">Whether answers may share a step.</param>
    /// <param name="criteria">The ids of the criteria; the overall ranking is number 0, they follow.</param>
    public RankingDraft Apply(RankingDraft draft, int answers, bool ties, IReadOnlyList<string> criteria)
    {
        var answer = Numbers.Count > 0 ? Numbers[0] : 0;
        return Verb switch
        {
            "undo" => draft.Undo() with { Said = [draft.Past.Count == 0 ? "said.nothing" : "said.undone"] },
            "redo" => draft.Redo() with { Said = [draft.Future.Count == 0 ? "said.nothing" : "said.redone"] },
            "clear" => draft.Go(draft.State.With(draft.Criterion, RankingLadder.Empty)) with { Said = ["said.cleared"] },
            "bad" => draft.Go(draft.State with { AllBad = !draft.State.AllBad }) with
            {
                Said = [draft.State.AllBad ? "said.not_bad" : "said.bad"],
            },
            "uncover" => draft with { IsUncovered = true, Said = [] },
            "criterion" when answer <= criteria.Count => draft with
            {
                Criterion = answer == 0 ? string.Empty : criteria[answer - 1],
                Said = [],
            },
            "compare" when answer < answers => draft with { ComparedWith = draft.ComparedWith == answer ? null : answer, Said = [] },
            "unmark" when answer < draft.State.Spans.Count => draft.Go(
                draft.State with
                {
                    Spans = [.. draft.State.Spans.Where((_, i) => i != answer)],
                }
            ) with
            {
                Said = ["said.unmarked"],
            },
            _ when answer < answers => Moved(draft, answer, ties),
            _ => draft,
        };
    }

    private RankingDraft Moved(RankingDraft draft, int answer, bool ties)
    {
        var before = draft.State.Ladder(draft.Criterion);
        var after = Verb switch
        {
            "raise" => before.Raise(answer),
            "lower" => before.Lower(answer),
            "end" => before.Insert(answer, before.Steps.Count),
            "remove" => before.Remove(answer),
            "insert" => before.Insert(answer, Numbers[1]),
            "tie" when ties => before.Tie(answer),
            "join" when ties => before.Join(answer, Numbers[1]),
            _ => before,
        };
        if (after == before)
        {
            return draft with { Said = Verb is "save" or "mark" ? [] : ["said.nothing"] };
        }

        return draft.Go(draft.State.With(draft.Criterion, after)) with
        {
            Said = Describe(after, answer),
        };
    }

    /// <summary>Where an answer stands now, for those who do not see it: a text's key, the answer, its rank, and with how many others.</summary>
    private static IReadOnlyList<string> Describe(RankingLadder ladder, int answer) =>
        ladder.RankOf(answer) is not { } rank
            ? ["said.removed", AnswerLetter.Of(answer)]
            :
            [
                ladder.Steps[ladder.StepOf(answer)!.Value].Count > 1 ? "said.tied" : "said.ranked",
                AnswerLetter.Of(answer),
                rank.ToString(CultureInfo.InvariantCulture),
            ];
}

/// <summary>What answers are called on the pages: A, B, C by the places at which they are shown.</summary>
public static class AnswerLetter
{
    /// <summary>The letter of a place.</summary>
    /// <param name="place">The place, from 0.</param>
    public static string Of(int place) => ((char)('A' + place)).ToString();
}
