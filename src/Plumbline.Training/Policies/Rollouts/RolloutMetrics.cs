using Plumbline.Rewards;
using Plumbline.Training.Loop;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>What rollouts tell of a policy, under TRL's names.</summary>
internal static class RolloutMetrics
{
    /// <summary>Lengths of answers in tokens that the policy drew.</summary>
    internal static void AddLengths(MetricSums metrics, IReadOnlyList<RolloutAnswer> answers)
    {
        var ended = answers.Where(answer => !answer.IsTruncated).ToList();
        metrics.Add("completions/mean_length", answers.Sum(answer => (double)answer.DrawnCount), answers.Count);
        metrics.Add("completions/clipped_ratio", answers.Count - ended.Count, answers.Count);
        if (ended.Count > 0)
        {
            metrics.Add("completions/mean_terminated_length", ended.Sum(answer => (double)answer.DrawnCount), ended.Count);
        }

        metrics.Add("completions/repetition", answers.Sum(Repetition), answers.Count);
    }

    /// <summary>How often the policy answered in each conversation, and how many ended because a reply had no room; nothing where nothing may reply.</summary>
    internal static void AddTurns(MetricSums metrics, string name, IReadOnlyList<RolloutAnswer> answers)
    {
        if (answers.Any(answer => answer.Turns.Count > 0))
        {
            metrics.Add($"{name}/turns", answers.Sum(answer => (double)answer.Answers), answers.Count);
            metrics.Add($"{name}/out_of_room", answers.Count(answer => answer.IsOutOfRoom), answers.Count);
        }
    }

    /// <summary>
    /// How different the answers to a prompt are: of n answers (different ones − 1) / (n − 1), the mean over prompts with two answers or more; in [0, 1], 0 where all
    /// answers to a prompt are the same.
    /// </summary>
    internal static void AddDistinct(MetricSums metrics, string name, IReadOnlyList<IReadOnlyList<RolloutAnswer>> drawn)
    {
        var (sum, count) = (0.0, 0);
        foreach (var answers in drawn.Where(answers => answers.Count > 1))
        {
            var different = answers.Select(answer => string.Join(',', answer.Ids)).Distinct(StringComparer.Ordinal).Count();
            sum += (different - 1) / (double)(answers.Count - 1);
            count++;
        }

        if (count > 0)
        {
            metrics.Add(name, sum, count);
        }
    }

    /// <summary>Scores of judged answers, and how far those to one prompt differ.</summary>
    internal static void AddScores(MetricSums metrics, IReadOnlyList<ScoredGroup> groups, bool hasCost)
    {
        if (groups.Count == 0)
        {
            return;
        }

        var answers = groups.SelectMany(group => group.Answers).ToList();
        metrics.Add("reward", answers.Sum(answer => answer.Score), answers.Count);
        if (hasCost)
        {
            metrics.Add("cost", answers.Sum(answer => answer.Cost), answers.Count);
        }

        metrics.Add("reward_std", groups.Sum(group => group.Deviation), groups.Count);
        metrics.Add("frac_reward_zero_std", groups.Count(group => !group.HasSignal), groups.Count);
    }

    /// <summary>What one source of a sum made of the answers.</summary>
    internal static void AddSource(this MetricSums metrics, string name, RewardStatistics statistics)
    {
        metrics.Add($"{name}/unjudged", statistics.Unjudged, statistics.Judged + statistics.Unjudged);
        if (statistics.Mean is { } mean)
        {
            metrics.Add($"{name}/mean", mean * statistics.Judged, statistics.Judged);
            metrics.Add($"{name}/std", statistics.StandardDeviation!.Value, 1);
        }
    }

    /// <summary>The share of an answer's runs of three tokens that stood in it before: 0 for an answer that never repeats itself.</summary>
    internal static double Repetition(RolloutAnswer answer)
    {
        var seen = new HashSet<(int, int, int)>();
        var (runs, repeated) = (0, 0);
        for (var i = 2; i < answer.Ids.Length; i++)
        {
            if (answer.IsDrawn[i] && answer.IsDrawn[i - 1] && answer.IsDrawn[i - 2])
            {
                runs++;
                repeated += seen.Add((answer.Ids[i - 2], answer.Ids[i - 1], answer.Ids[i])) ? 0 : 1;
            }
        }

        return runs == 0 ? 0 : repeated / (double)runs;
    }
}
