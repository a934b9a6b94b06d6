using Plumbline.Feedback.Judging;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>An options file of <c>plumb constitution label</c>.</summary>
public sealed record LabelOptions : ConstitutionRunOptions
{
    /// <summary>Pairs of answers, or rankings, whose pairs are taken. Who is preferred there does not count; it is compared with in the end.</summary>
    public required DataFileOptions Data { get; init; }

    /// <summary>Who judges.</summary>
    public required JudgeModelOptions Judge { get; init; }

    /// <summary>How.</summary>
    public ComparisonOptions Comparison { get; init; } = new();
}
