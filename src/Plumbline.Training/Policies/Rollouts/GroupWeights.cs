using Plumbline.Training.Loop;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>
/// The worst group's reward as what is optimised (group DRO, arXiv 1911.08731; for rewards arXiv 2405.20304): weights on the simplex follow the rewards by exponentiated
/// gradient, q_g ← q_g · exp(−η · mean reward of g), and an answer's advantage counts q_g · groups times.
/// </summary>
/// <param name="groupOf">The group of a prompt.</param>
/// <param name="stepSize">η.</param>
internal sealed class GroupWeights(Func<PolicyPrompt, string> groupOf, double stepSize)
{
    private readonly SortedDictionary<string, double> weights = new(StringComparer.Ordinal);

    /// <summary>q by group; sums to 1.</summary>
    internal IReadOnlyDictionary<string, double> All => weights;

    /// <summary>q_g · groups for each group of answers; 1 for all where no group was seen before.</summary>
    /// <param name="groups">The round's.</param>
    /// <param name="metrics">Receives weights and rewards by group, and the worst of these.</param>
    internal double[] Of(IReadOnlyList<ScoredGroup> groups, MetricSums metrics)
    {
        AddNew(groups);
        foreach (var (name, weight) in weights)
        {
            metrics.Add($"groups/{name}/weight", weight, 1);
        }

        var means = Means(groups);
        foreach (var (name, mean) in means)
        {
            metrics.Add($"groups/{name}/reward", mean, 1);
        }

        metrics.Add("groups/worst_reward", means.Values.Min(), 1);
        return [.. groups.Select(group => weights[groupOf(group.Prompt)] * weights.Count)];
    }

    /// <summary>Takes the rewards of a round in.</summary>
    internal void Observe(IReadOnlyList<ScoredGroup> groups)
    {
        foreach (var (name, mean) in Means(groups))
        {
            weights[name] *= Math.Exp(-stepSize * mean);
        }

        Normalise();
    }

    /// <summary>Goes on from a saved state.</summary>
    internal void Restore(IReadOnlyDictionary<string, double> saved)
    {
        weights.Clear();
        foreach (var (name, weight) in saved)
        {
            weights[name] = weight;
        }
    }

    // A group that is new begins with the mean weight.
    private void AddNew(IReadOnlyList<ScoredGroup> groups)
    {
        foreach (var name in groups.Select(group => groupOf(group.Prompt)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (!weights.ContainsKey(name))
            {
                weights[name] = weights.Count == 0 ? 1 : weights.Values.Average();
                Normalise();
            }
        }
    }

    private void Normalise()
    {
        var sum = weights.Values.Sum();
        foreach (var name in weights.Keys.ToList())
        {
            weights[name] /= sum;
        }
    }

    private SortedDictionary<string, double> Means(IReadOnlyList<ScoredGroup> groups) =>
        new(
            groups
                .GroupBy(group => groupOf(group.Prompt), StringComparer.Ordinal)
                .ToDictionary(same => same.Key, same => same.SelectMany(group => group.Answers).Average(answer => answer.Score)),
            StringComparer.Ordinal
        );
}
