using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Detection;

/// <summary>One judgement of a detector that can be checked.</summary>
/// <param name="Source">The data set.</param>
/// <param name="Label">What was looked for.</param>
/// <param name="Language">The language; null for unknown.</param>
/// <param name="Group">The group of people the text speaks of; null where the source does not say.</param>
/// <param name="Score">The detector's score, which only orders cases.</param>
/// <param name="Found">What the detector decided.</param>
/// <param name="Holds">What people say.</param>
public readonly record struct DetectionCase(
    string Source,
    string Label,
    string? Language,
    string? Group,
    double Score,
    bool Found,
    bool Holds
);

/// <summary>How a detector did on some cases.</summary>
/// <param name="Recall">The share of what is there that it found.</param>
/// <param name="Precision">The share of what it found that is there.</param>
/// <param name="FalseAlarms">The share of what is not there that it found all the same.</param>
/// <param name="Area">The area under the receiver operating characteristic, at all thresholds; null where all cases are of one kind.</param>
public sealed record DetectionFigures(Proportion Recall, Proportion Precision, Proportion FalseAlarms, Estimate? Area)
{
    /// <summary>How many cases there are.</summary>
    public long Count => Recall.Trials + FalseAlarms.Trials;

    /// <summary>Counts cases.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="seed">The seed of the area's bootstrap.</param>
    public static DetectionFigures Of(IReadOnlyCollection<DetectionCase> cases, Seed seed)
    {
        var (there, not) = (cases.Where(one => one.Holds).ToList(), cases.Where(one => !one.Holds).ToList());
        return new DetectionFigures(
            Proportion.Of(there.Select(one => one.Found)),
            Proportion.Of(cases.Where(one => one.Found).Select(one => one.Holds)),
            Proportion.Of(not.Select(one => one.Found)),
            there.Count > 0 && not.Count > 0
                ? Separation.Of([.. cases.Select(one => one.Score)], [.. cases.Select(one => one.Holds)], seed)
                : null
        );
    }
}

/// <summary>How unevenly a detector stops harmless texts about groups of people.</summary>
/// <param name="Groups">The false alarms of each group with enough harmless texts.</param>
/// <param name="Ratio">The highest rate over the lowest, each with half a case more in both counts so that no rate is 0; null for fewer than two groups.</param>
public sealed record DropRates(IReadOnlyDictionary<string, Proportion> Groups, double? Ratio)
{
    /// <summary>Compares groups.</summary>
    /// <param name="cases">The cases of one label.</param>
    /// <param name="leastCases">Groups with fewer harmless texts are left out.</param>
    public static DropRates Of(IEnumerable<DetectionCase> cases, int leastCases)
    {
        var groups = cases
            .Where(one => !one.Holds && one.Group is not null)
            .GroupBy(one => one.Group!, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, Rate: Proportion.Of(group.Select(one => one.Found))))
            .Where(group => group.Rate.Trials >= leastCases)
            .ToDictionary(group => group.Key, group => group.Rate, StringComparer.Ordinal);
        var rates = groups.Values.Select(rate => (rate.Successes + 0.5) / (rate.Trials + 1)).ToList();
        return new DropRates(groups, rates.Count < 2 ? null : rates.Max() / rates.Min());
    }
}
