using Plumbline.Data;
using Plumbline.Feedback.Selection.Rewards;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Selection.Experiments;

/// <summary>Pairs of answers whose order people's rankings tell: bought, they reveal it. Tied pairs are none.</summary>
internal sealed record RankedWorld : SelectionWorld
{
    private RankedWorld(IReadOnlyList<double[]> answers, IReadOnlyList<RankingCandidate> tasks, IReadOnlyList<double[]> heldOut)
        : base(answers, tasks, heldOut) { }

    /// <summary>Splits rankings by what their conversations open with, so that nothing of a held-out conversation is learnt.</summary>
    /// <param name="rankings">The rankings with the features of each answer.</param>
    /// <param name="heldOutShare">The share of openings that is held out.</param>
    /// <param name="seed">The split's seed.</param>
    /// <exception cref="InvalidInputException">One of the two parts has no pair.</exception>
    public static RankedWorld Of(IReadOnlyList<(RankedExample Ranking, double[][] Answers)> rankings, double heldOutShare, Seed seed)
    {
        string[] openings =
        [
            .. rankings
                .Select(ranking => ConversationOpening.Of(ranking.Ranking.Prompt))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
        seed.Derive("split").Source().Shuffle<string>(openings);
        var heldOut = openings.Take((int)Math.Round(heldOutShare * openings.Length)).ToHashSet(StringComparer.Ordinal);
        var (answers, tasks, measured) = (new List<double[]>(), new List<RankingCandidate>(), new List<double[]>());
        foreach (var (number, (ranking, features)) in rankings.Index())
        {
            if (heldOut.Contains(ConversationOpening.Of(ranking.Prompt)))
            {
                measured.AddRange(Pairs(ranking).Select(pair => Difference(features[pair.Better], features[pair.Worse])));
                continue;
            }

            tasks.AddRange(
                Pairs(ranking)
                    .Select(pair => new RankingCandidate(
                        $"{number}:{pair.Better},{pair.Worse}",
                        [answers.Count + pair.Better, answers.Count + pair.Worse]
                    ))
            );
            answers.AddRange(features);
        }

        return tasks.Count > 0 && measured.Count > 0
            ? new RankedWorld(answers, tasks, measured)
            : throw new InvalidInputException(
                $"Of {openings.Length} conversations, {tasks.Count} pairs can be bought and {measured.Count} are held out.",
                "Give more rankings, or another share to hold out."
            );
    }

    /// <inheritdoc/>
    public override double Skill(int labels) => 1;

    /// <inheritdoc/>
    /// <remarks>A task's answers stand with the better one first; neither score nor features know of it.</remarks>
    public override IReadOnlyList<int> Label(int task, int labels) => [1, 2];

    private static IEnumerable<(int Better, int Worse)> Pairs(RankedExample ranking) =>
        from better in Enumerable.Range(0, ranking.Answers.Count)
        from worse in Enumerable.Range(0, ranking.Answers.Count)
        where ranking.Ranks[better] < ranking.Ranks[worse]
        select (better, worse);

    private static double[] Difference(double[] better, double[] worse)
    {
        double[] difference = [.. better];
        VectorArithmetic.AddScaled(difference, -1, worse);
        return difference;
    }
}
