using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Feedback.Judging;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>What every run by a constitution says.</summary>
public abstract record ConstitutionRunOptions : PipelineOptions
{
    /// <summary>The constitution: a file, or the name of a shipped one.</summary>
    public required string Constitution { get; init; }

    /// <summary>The same for overlays.</summary>
    public IReadOnlyList<string> Overlays { get; init; } = [];

    /// <summary>Where and when answers are given, as far as it is the same for all rows.</summary>
    public Situation Situation { get; init; } = new();

    /// <summary>Columns of the rows that say more of it: <c>language</c>, <c>region</c>, <c>domain</c>, <c>audience</c>, <c>modality</c> or <c>day</c>.</summary>
    public IReadOnlyList<string> SituationColumns { get; init; } = [];

    /// <summary>How much models may be asked.</summary>
    public JudgeLimits Limits { get; init; } = new();

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems()
    {
        foreach (var problem in base.Problems())
        {
            yield return problem;
        }

        foreach (var column in SituationColumns.Where(column => !RowSituation.Columns.Contains(column, StringComparer.Ordinal)))
        {
            yield return new OptionProblem(nameof(SituationColumns), column, $"a list out of {string.Join(", ", RowSituation.Columns)}");
        }
    }
}
