using Plumbline.Data;
using Plumbline.Feedback;
using Plumbline.Randomness;

namespace Plumbline.EndToEnd.Tests;

/// <summary>A feedback store of made-up people: north and south agree on honesty, and prefer opposite answers by privacy.</summary>
internal static class RankedByPeople
{
    public const string Attack = "<script>alert(1)</script>\u001b[31m";
    public const int People = 6;

    public static string Rater(string region, int number) => $"{region}.{number}@example.org";

    /// <summary>Fills a store, and gives the pseudonym of a rater.</summary>
    public static async Task<string> FillAsync(string location, int requests, Seed seed, string pseudonymOf)
    {
        await using var store = await FeedbackStore.OpenAsync(location, TimeProvider.System);
        var random = seed.Source();
        for (var number = 0; number < requests; number++)
        {
            var request = await store.AppendAsync(
                $"request {number}",
                new ComparisonRequested(Content.FromText($"Question {number}\n{Attack}"), [$"yes {Attack}", "no", "perhaps"])
                {
                    RankingsWanted = (2 * People) + 1,
                    Criteria =
                    [
                        new FeedbackCriterion("privacy", "Which keeps secrets?"),
                        new FeedbackCriterion("tone", "Which is kinder?"),
                    ],
                }
            );
            double[] worth = [random.NextNormal(), random.NextNormal(), random.NextNormal()];
            foreach (var region in new[] { "north", "south" })
            {
                for (var person = 0; person < People; person++)
                {
                    await store.AppendAsync(
                        $"{request} {region} {person}",
                        new RankingGiven(request, Rater(region, person), Ranks(worth, 1, random))
                        {
                            CriterionRanks = new Dictionary<string, IReadOnlyList<int>>
                            {
                                ["privacy"] = Ranks(worth, region == "north" ? 1 : -1, random),
                                ["tone"] = Ranks(worth, 1, random),
                            },
                        }
                    );
                }
            }

            await store.AppendAsync($"{request} stranger", new RankingGiven(request, "stranger", [1, 2, 3]));
        }

        return store.HashRater(pseudonymOf);
    }

    private static int[] Ranks(double[] worth, double sign, RandomSource random)
    {
        var seen = Array.ConvertAll(worth, value => (sign * value) + (0.7 * random.NextNormal()));
        return Array.ConvertAll(seen, value => 1 + seen.Count(other => other > value));
    }
}
