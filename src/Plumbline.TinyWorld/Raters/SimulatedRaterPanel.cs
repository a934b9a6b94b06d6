using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Randomness;

namespace Plumbline.TinyWorld;

/// <summary>A ranking by simulated raters.</summary>
/// <param name="Example">The answers in order of their mean rank, best first; equal means are ties.</param>
/// <param name="RaterRanks">Each rater's rank, from 1, of each answer, in the order in which the answers were given; equal numbers are ties.</param>
public sealed record SimulatedRanking(RankedExample Example, IReadOnlyList<IReadOnlyList<int>> RaterRanks);

/// <summary>
/// Simulated raters who rank answers. They stand in for people in demonstrations and tests, and for nothing else. The noise is drawn from the seed,
/// the rater's name and the texts, so the same panel ranks the same answers alike, in whatever order questions come. Thread-safe.
/// </summary>
public sealed class SimulatedRaterPanel
{
    private readonly Seed seed;
    private readonly IReadOnlyList<SimulatedRater> raters;
    private readonly RatingCriteria criteria;

    /// <summary>Seats a panel.</summary>
    /// <param name="seed">The seed of the noise.</param>
    /// <param name="raters">At least one rater, each with a name of its own; null for five of the default reliability.</param>
    /// <param name="criteria">What the raters look at; null for the default weights.</param>
    /// <exception cref="InvalidInputException">No rater, or two with one name.</exception>
    public SimulatedRaterPanel(Seed seed, IReadOnlyList<SimulatedRater>? raters = null, RatingCriteria? criteria = null)
    {
        raters ??= [.. Enumerable.Range(1, 5).Select(number => new SimulatedRater($"simulated rater {number}"))];
        if (raters.Count == 0 || raters.DistinctBy(rater => rater.Name).Count() < raters.Count)
        {
            throw new InvalidInputException(
                "The panel has no rater, or two raters of one name.",
                "Seat at least one rater, each with a name of its own."
            );
        }

        this.seed = seed;
        this.raters = raters;
        this.criteria = criteria ?? new RatingCriteria();
    }

    /// <summary>Ranks answers to a prompt, best to worst.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="answers">At least two answers; equal ones may be among them.</param>
    /// <exception cref="InvalidInputException">Fewer than two answers.</exception>
    public SimulatedRanking Rank(WorldPrompt prompt, IReadOnlyList<string> answers)
    {
        if (answers.Count < 2)
        {
            throw new InvalidInputException($"There are {answers.Count} answers to rank for '{prompt.Text}'.", "Give at least two.");
        }

        Content[] contents = [.. answers.Select(answer => Content.FromMessages([new ChatMessage(ChatRole.Assistant, answer)]))];
        var question = ExampleId.Of(new RankedExample(string.Empty, prompt.Content, contents, [.. contents.Select(_ => 1)]));
        double[] utilities = [.. answers.Select(answer => criteria.Utility(ExactJudge.Judge(prompt, answer)))];
        int[][] ranks = [.. raters.Select(rater => Rank(rater, utilities, seed.Derive($"{rater.Name} on {question}").Source()))];

        return new SimulatedRanking(MeanRank.Example(prompt.Content, contents, MeanRank.Places(ranks)), ranks);
    }

    private static int[] Rank(SimulatedRater rater, double[] utilities, RandomSource random)
    {
        // The difference of two Gumbel variables is logistic, so adding one to each utility and sorting gives Bradley and Terry's probabilities.
        double[] felt = [.. utilities.Select(utility => utility + (rater.Temperature * Gumbel(random)))];
        int[] ranks = [.. felt.Select(own => 1 + felt.Where(other => other > own).Distinct().Count())];
        int[] order = [.. Enumerable.Range(0, ranks.Length).OrderBy(i => ranks[i])];
        for (var i = 0; i + 1 < order.Length; i++)
        {
            if (random.NextBool(1 - rater.Reliability))
            {
                (ranks[order[i]], ranks[order[i + 1]]) = (ranks[order[i + 1]], ranks[order[i]]);
            }
        }

        return ranks;
    }

    private static double Gumbel(RandomSource random)
    {
        // Half a step above 0: both logarithms stay finite.
        var uniform = ((random.NextBits() >> 12) + 0.5) / (1UL << 52);
        return -Math.Log(-Math.Log(uniform));
    }
}
