using Plumbline.Randomness;

namespace Plumbline.Evaluation.Detection;

/// <summary>The cases of one source, language, label and group of people that were counted together.</summary>
/// <param name="Source">The data set.</param>
/// <param name="Language">The language; null for unknown, and for all of them.</param>
/// <param name="Label">What was looked for.</param>
/// <param name="Group">The group of people; null for all texts.</param>
/// <param name="Figures">How the detector did.</param>
public sealed record DetectionRow(string Source, string? Language, string Label, string? Group, DetectionFigures Figures);

/// <summary>How a detector did: by source, language and label, by group of people, and how unevenly.</summary>
/// <param name="Rows">Each source, language and label, in the order of the cases.</param>
/// <param name="AllLanguages">Sources in several languages once more, each source and label over all of them.</param>
/// <param name="Groups">The same for each group of people with enough texts.</param>
/// <param name="Rates">How unevenly each source's harmless texts about groups are stopped, by source and label.</param>
public sealed record DetectionMeasurement(
    IReadOnlyList<DetectionRow> Rows,
    IReadOnlyList<DetectionRow> AllLanguages,
    IReadOnlyList<DetectionRow> Groups,
    IReadOnlyList<(string Source, string Label, DropRates Rates)> Rates
)
{
    /// <summary>Rates of fewer texts say nothing.</summary>
    public const int LeastOfGroup = 20;

    /// <summary>Counts cases.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="seed">The seed of intervals.</param>
    public static DetectionMeasurement Of(IReadOnlyCollection<DetectionCase> cases, Seed seed) =>
        new(
            [
                .. cases
                    .GroupBy(one => (one.Source, one.Language, one.Label))
                    .Select(group => Row(group, group.Key.Source, group.Key.Language, group.Key.Label, people: null, seed)),
            ],
            [
                .. cases
                    .GroupBy(one => (one.Source, one.Label))
                    .Where(group => group.DistinctBy(one => one.Language).Skip(1).Any())
                    .Select(group => Row(group, group.Key.Source, language: null, group.Key.Label, people: null, seed)),
            ],
            [
                .. cases
                    .Where(one => one.Group is not null)
                    .GroupBy(one => (one.Source, one.Language, one.Label, one.Group))
                    .Where(group => group.Count() >= LeastOfGroup)
                    .Select(group => Row(group, group.Key.Source, group.Key.Language, group.Key.Label, group.Key.Group, seed)),
            ],
            [
                .. cases
                    .GroupBy(one => (one.Source, one.Label))
                    .Select(group => (group.Key.Source, group.Key.Label, Rates: DropRates.Of(group, LeastOfGroup)))
                    .Where(group => group.Rates.Ratio is not null),
            ]
        );

    private static DetectionRow Row(
        IEnumerable<DetectionCase> cases,
        string source,
        string? language,
        string label,
        string? people,
        Seed seed
    ) => new(source, language, label, people, DetectionFigures.Of([.. cases], seed));
}
