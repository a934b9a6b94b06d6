using Plumbline.Feedback.RankModels.Fitting;
using Plumbline.Randomness;

namespace Plumbline.Feedback.RankModels.Raters;

/// <summary>
/// Plackett and Luce's model of rankings, for two answers Bradley and Terry's, with a skill and a side bias of each rater: rater r ranks as if answer i had the log-strength s_r·θ_i + b_r·f_i, where f runs
/// in even steps from ½ for the place that was shown first to −½ for the last. So b_r is the log-odds that the first place has over the last, whatever the number of answers; one slope takes in all
/// places, and for two answers is the advantage of the left. A rater of skill 0 decides by chance and side alone; a negative one ranks upside down.
/// </summary>
/// <remarks>
/// <para>
/// Strengths θ are normal with mean 0 and standard deviation τ; they are integrated out, and τ, skills and biases maximise the marginal likelihood (empirical Bayes) with wide normal priors. Only products
/// of τ and skills can be seen, so skills have mean 1 over judgements: the unit of strength is the log-odds of the average judgement. (Skills whose logarithms have mean 0 would not do: one rater who
/// decides by chance has the logarithm −∞, and an adversary has none.) Strengths sum to 0 over the answers of a prompt. Skill as inverse temperature: Chen et al., Pairwise ranking aggregation in a crowdsourced
/// setting, WSDM 2013, have raters who err with a constant chance instead.
/// </para>
/// <para>
/// What raters share tells their skills apart: two raters alone, or any two camps of which every prompt has one of each, show only products of skills, which the priors then divide up; the intervals say so.
/// </para>
/// <para>
/// The integral over a prompt's strengths is taken at nodes around the posterior's mode (adaptive quadrature; importance weights, so the Laplace approximation is corrected and not trusted). Time is
/// judgements × nodes × answers², some ten times; memory is the square of the raters.
/// </para>
/// </remarks>
public static class RaterModel
{
    /// <summary>The most answers that may be linked by rankings: nodes cannot fill more dimensions.</summary>
    public const int MostAnswers = 16;

    /// <summary>The most raters, whose information is one matrix.</summary>
    public const int MostRaters = 3_000;

    private const int Turns = 64;

    /// <summary>Estimates skills, side biases and strengths.</summary>
    /// <param name="rankings">What was said. Those that tie all their answers say nothing.</param>
    /// <param name="raters">How many raters there are: rankings name them by numbers below this.</param>
    /// <param name="items">How many answers there are in all.</param>
    /// <param name="seed">Where the nodes are shifted from; the same seed gives the same bits.</param>
    /// <param name="options">Priors, nodes and confidence; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// A ranking names a rater or an item that is not there, or was shown other items than it ranks; there are more raters than <see cref="MostRaters"/>; or rankings link more than
    /// <see cref="MostAnswers"/> answers: then every answer was ranked often, and <see cref="PlackettLuce"/> measures it.
    /// </exception>
    public static RaterFit Fit(IReadOnlyList<RatedRanking> rankings, int raters, int items, Seed seed, RaterModelOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(raters, MostRaters);
        foreach (var ranking in rankings)
        {
            ranking.Check(raters, items);
            RankingData.CheckTies(ranking.Ranking, TieModel.UnknownOrder);
        }

        var chosen = options ?? new RaterModelOptions();
        RatedRanking[] saying = [.. rankings.Where(ranking => ranking.Says)];
        var prompts = Prompts(saying, items, chosen, seed.Derive("rater model"));
        var judgements = new int[raters];
        foreach (var ranking in saying)
        {
            judgements[ranking.Rater]++;
        }

        var search = new RaterSearch(prompts, judgements, chosen);
        return new RaterFit(search.Run(), prompts, judgements, Placed(saying, raters), items, chosen);
    }

    // Answers that rankings link are one prompt's.
    private static List<StrengthPosterior> Prompts(RatedRanking[] rankings, int items, RaterModelOptions options, Seed seed)
    {
        var links = rankings.SelectMany(ranking => ranking.Ranking.Items.Skip(1).Select(item => (ranking.Ranking.Items[0], item)));
        var grouping = Grouping.Of(items, [.. links], isOneWayEnough: true);
        var byGroup = rankings.ToLookup(ranking => grouping.GroupOf[ranking.Ranking.Items[0]]);
        var nodes = new Dictionary<(int, int), QuadratureNodes>();
        var prompts = new List<StrengthPosterior>();
        for (var group = 0; group < grouping.Groups.Count; group++)
        {
            var members = grouping.Groups[group].Items;
            if (members.Count > MostAnswers)
            {
                throw new ArgumentException(
                    $"Rankings link {members.Count} answers, the first of them {members[0]}; at most {MostAnswers} are one prompt's."
                );
            }

            if (members.Count > 1)
            {
                var key = (members.Count - 1, group % Turns);
                if (!nodes.TryGetValue(key, out var placed))
                {
                    var random = seed.Derive("nodes", (key.Item1 * Turns) + key.Item2).Source();
                    placed = options.Nodes is { } count
                        ? QuadratureNodes.Spread(key.Item1, count, random)
                        : QuadratureNodes.Of(key.Item1, random);
                    nodes.Add(key, placed);
                }

                var place = members.Select((item, at) => (item, at)).ToDictionary(pair => pair.item, pair => pair.at);
                prompts.Add(new StrengthPosterior(members, [.. byGroup[group].Select(ranking => Judge(ranking, place))], placed));
            }
        }

        return prompts;
    }

    private static Judgement Judge(RatedRanking ranking, Dictionary<int, int> place) =>
        new(ranking.Rater, ranking.Ranking, [.. ranking.Ranking.Items.Select(item => place[item])], ranking.Fronts());

    private static bool[] Placed(RatedRanking[] rankings, int raters)
    {
        var placed = new bool[raters];
        foreach (var ranking in rankings)
        {
            placed[ranking.Rater] |= ranking.Shown is not null;
        }

        return placed;
    }
}
