namespace Plumbline.Training.Policies.Rollouts;

/// <summary>A judged answer of a probe.</summary>
/// <param name="Prompt">The index of its prompt.</param>
/// <param name="Proxy">What the reward that is trained on says.</param>
/// <param name="Gold">What the other one says; null without one.</param>
internal readonly record struct ProbeAnswer(int Prompt, double Proxy, double? Gold);

/// <summary>The judged answers of one probe.</summary>
/// <param name="prompts">How many prompts there are.</param>
/// <param name="answers">Those that both rewards judged.</param>
internal sealed class ProbeScores(int prompts, IReadOnlyList<ProbeAnswer> answers)
{
    /// <summary>Whether a gold reward judged them.</summary>
    internal bool HasGold { get; } = answers.Any(answer => answer.Gold is not null);

    /// <summary>The means by prompt.</summary>
    internal ProbeMeans Means =>
        new(ByPrompt(answer => answer.Proxy), HasGold ? ByPrompt(answer => answer.Gold!.Value) : new double?[prompts]);

    /// <summary>The mean of all proxy scores; NaN where there are none.</summary>
    internal double ProxyMean => answers.Select(answer => answer.Proxy).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The mean of all gold scores; NaN where there are none.</summary>
    internal double GoldMean => answers.Select(answer => answer.Gold ?? double.NaN).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The standard deviation of proxy scores (n − 1); null where all are alike.</summary>
    internal double? ProxyDeviation => Deviation(answer => answer.Proxy);

    /// <summary>The standard deviation of gold scores; null where all are alike, or there are none.</summary>
    internal double? GoldDeviation => HasGold ? Deviation(answer => answer.Gold!.Value) : null;

    /// <summary>Pearson's correlation of the two over all answers; null where one of them does not vary.</summary>
    internal double? Correlation
    {
        get
        {
            if (ProxyDeviation is not { } first || GoldDeviation is not { } second)
            {
                return null;
            }

            var (proxy, gold) = (ProxyMean, GoldMean);
            var covariance = answers.Sum(answer => (answer.Proxy - proxy) * (answer.Gold!.Value - gold)) / (answers.Count - 1);
            return Math.Clamp(covariance / (first * second), -1, 1);
        }
    }

    private double? Deviation(Func<ProbeAnswer, double> score)
    {
        if (answers.Count < 2)
        {
            return null;
        }

        var mean = answers.Average(score);
        var deviation = Math.Sqrt(answers.Sum(answer => (score(answer) - mean) * (score(answer) - mean)) / (answers.Count - 1));
        // Like scores may have a mean that is off by a rounding error.
        return deviation > 1e-12 * Math.Max(1, Math.Abs(mean)) ? deviation : null;
    }

    private double?[] ByPrompt(Func<ProbeAnswer, double> score)
    {
        var means = new double?[prompts];
        foreach (var group in answers.GroupBy(answer => answer.Prompt))
        {
            means[group.Key] = group.Average(score);
        }

        return means;
    }
}

/// <summary>The mean scores of a probe by prompt; null for a prompt without a judged answer.</summary>
/// <param name="Proxy">[prompts].</param>
/// <param name="Gold">[prompts]; null without a gold reward.</param>
internal sealed record ProbeMeans(IReadOnlyList<double?> Proxy, IReadOnlyList<double?> Gold);

/// <summary>A mean over prompts and its standard error.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Error">Deviation between prompts (n − 1) / √n: answers to one prompt are alike, so prompts are what is counted.</param>
internal readonly record struct ProbeGain(double Mean, double Error)
{
    /// <summary>The mean of what a change of each prompt gives.</summary>
    /// <param name="changes">One a prompt; null for prompts that cannot be compared.</param>
    /// <returns>Null where fewer than two can.</returns>
    internal static ProbeGain? Of(IEnumerable<double?> changes)
    {
        double[] known = [.. changes.OfType<double>()];
        if (known.Length < 2)
        {
            return null;
        }

        var mean = known.Average();
        var variance = known.Sum(change => (change - mean) * (change - mean)) / (known.Length - 1);
        return new ProbeGain(mean, Math.Sqrt(variance / known.Length));
    }
}
