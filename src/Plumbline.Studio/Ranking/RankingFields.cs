using System.Globalization;
using Microsoft.AspNetCore.Http;
using Plumbline.Feedback;
using Plumbline.Feedback.Projects;

namespace Plumbline.Studio.Ranking;

/// <summary>What stands in the fields of the ranking page. Fields that the project does not ask for are passed over.</summary>
public static class RankingFields
{
    /// <summary>The name of the field with an answer's rating.</summary>
    public static string Rating(int place, string id) => $"rating.{place}.{id}";

    /// <summary>The name of the fields with an answer's flags.</summary>
    public static string Flags(int place) => $"flags.{place}";

    /// <summary>The name of the field with an answer's critique.</summary>
    public static string Critique(int place) => $"critique.{place}";

    /// <summary>The name of the field with a passage to be marked.</summary>
    public static string Quote(int place) => $"quote.{place}";

    /// <summary>The name of the field that says what the passage is.</summary>
    public static string Label(int place) => $"label.{place}";

    /// <summary>The name of the field with a message's rating.</summary>
    public static string Turn(int message, string id) => $"turn.{message}.{id}";

    /// <summary>A draft with what stands in the fields.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="fields">The fields.</param>
    /// <param name="form">What the project asks.</param>
    /// <param name="answers">How many answers there are.</param>
    /// <param name="messages">How many messages the prompt has.</param>
    public static RankingDraft Read(RankingDraft draft, IFormCollection fields, JudgementForm form, int answers, int messages)
    {
        return draft with
        {
            Notes = [.. Enumerable.Range(0, answers).Select(Notes)],
            Turns = Enumerable
                .Range(0, form.TurnRatings.Count > 0 ? messages : 0)
                .Select(message => (message, Ratings: Ratings(form.TurnRatings, id => Turn(message, id))))
                .Where(turn => turn.Ratings.Count > 0)
                .ToDictionary(turn => turn.message, turn => (IReadOnlyDictionary<string, int>)turn.Ratings),
            Margin = Number("margin", 3),
            Comment = Text("comment"),
            Seconds =
                double.TryParse(fields["seconds"], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
                && seconds is >= 0 and <= FeedbackLimits.MostSeconds
                    ? Math.Max(seconds, draft.Seconds)
                    : draft.Seconds,
            Focus = fields["focus"].ToString() is { Length: > 0 and <= 60 } focus && focus.All(IsIdCharacter) ? focus : null,
        };

        AnswerNotes Notes(int place) =>
            new()
            {
                Ratings = Ratings(form.Ratings, id => Rating(place, id)),
                Flags = [.. form.Flags.Select(flag => flag.Id).Where(id => fields[Flags(place)].Contains(id, StringComparer.Ordinal))],
                Critique = Text(Critique(place)),
            };

        Dictionary<string, int> Ratings(IReadOnlyList<FeedbackCriterion> asked, Func<string, string> name) =>
            asked
                .Select(rating => (rating.Id, Given: Number(name(rating.Id), ProjectLimits.HighestRating)))
                .Where(rating => rating.Given is not null)
                .ToDictionary(rating => rating.Id, rating => rating.Given!.Value);

        int? Number(string name, int most) =>
            int.TryParse(fields[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
                ? number
                : null;

        string? Text(string name) =>
            fields[name].ToString() is { Length: > 0 } text
                ? Clean(text.Length > FeedbackLimits.LongestRemark ? text[..FeedbackLimits.LongestRemark] : text)
                : null;
    }

    // What no store takes is left out of what people write, and the rest is kept.
    private static string Clean(string text) =>
        string.Concat(
            text.ReplaceLineEndings("\n").EnumerateRunes().Where(rune => rune.Value is not 0 and not 0xFFFD).Select(rune => rune.ToString())
        );

    private static bool IsIdCharacter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.';
}
