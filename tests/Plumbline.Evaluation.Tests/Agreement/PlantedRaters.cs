using Plumbline.Evaluation.Agreement;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Agreement;

/// <summary>Made-up people: each answer has a worth by each criterion, which every rater sees with noise; one group may see it turned round by one criterion.</summary>
internal static class PlantedRaters
{
    private const int RatersPerGroup = 6;
    private const int RatersPerRequest = 5;
    private const int Requests = 60;
    private const int Answers = 3;

    /// <summary>Two groups along one attribute that is real, and along one that means nothing.</summary>
    public static IReadOnlyList<RaterTrait> Attributes { get; } =
    [
        new("region", ["north", "south"], [.. Enumerable.Range(0, 2 * RatersPerGroup).Select(rater => (int?)(rater % 2))]),
        new("shift", ["day", "night"], [.. Enumerable.Range(0, 2 * RatersPerGroup).Select(rater => (int?)(rater / 2 % 2))]),
    ];

    public static IReadOnlyList<CriterionRankings> Draw(IReadOnlyList<string> criteria, string? planted, Seed seed) =>
        [.. criteria.Select(criterion => Draw(criterion, criterion == planted, seed.Derive(criterion).Source()))];

    private static CriterionRankings Draw(string criterion, bool isPlanted, RandomSource random)
    {
        var requests = new List<RequestRankings>();
        for (var id = 1; id <= Requests; id++)
        {
            var worth = Enumerable.Range(0, Answers).Select(_ => random.NextNormal()).ToArray();
            var raters = Enumerable.Range(0, 2 * RatersPerGroup).ToArray();
            random.Shuffle<int>(raters);
            requests.Add(
                new RequestRankings(
                    id,
                    [
                        .. raters
                            .Take(RatersPerRequest)
                            .Select(rater => new RaterRanks(
                                rater,
                                Ranks([
                                    .. worth.Select(value => (isPlanted && rater % 2 == 1 ? -value : value) + (0.7 * random.NextNormal())),
                                ])
                            )),
                    ]
                )
            );
        }

        return new CriterionRankings(criterion, requests);
    }

    private static int[] Ranks(double[] seen) => [.. seen.Select(value => 1 + seen.Count(other => other > value))];
}
