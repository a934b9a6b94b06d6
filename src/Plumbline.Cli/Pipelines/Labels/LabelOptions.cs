using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Feedback.Judging;
using Plumbline.Remote;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>An options file of <c>plumb constitution label</c>.</summary>
public sealed record LabelOptions : PipelineOptions
{
    /// <summary>The constitution: a file, or the name of a shipped one.</summary>
    public required string Constitution { get; init; }

    /// <summary>The same for overlays.</summary>
    public IReadOnlyList<string> Overlays { get; init; } = [];

    /// <summary>Where and when the answers are given, as far as it is the same for all rows.</summary>
    public Situation Situation { get; init; } = new();

    /// <summary>Columns of the rows that say more of it: <c>language</c>, <c>region</c>, <c>domain</c>, <c>audience</c>, <c>modality</c> or <c>day</c>.</summary>
    public IReadOnlyList<string> SituationColumns { get; init; } = [];

    /// <summary>Pairs of answers, or rankings, whose pairs are taken. Who is preferred there does not count; it is compared with in the end.</summary>
    public required DataFileOptions Data { get; init; }

    /// <summary>Who judges.</summary>
    public required JudgeModelOptions Judge { get; init; }

    /// <summary>How.</summary>
    public ComparisonOptions Comparison { get; init; } = new();

    /// <summary>How much.</summary>
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

/// <summary>A model that judges.</summary>
public sealed record JudgeModelOptions : IValidatedOptions
{
    /// <summary>A Hugging Face folder; null where a server judges.</summary>
    public string? Model { get; init; }

    /// <summary>A server that speaks OpenAI's protocol; null where a folder does.</summary>
    public RemoteOptions? Remote { get; init; }

    /// <summary>Whether log-probabilities are read from the server's completions, which must echo them, instead of its chat: for base models.</summary>
    /// <value>false</value>
    public bool Completions { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Model is null == Remote is null)
        {
            yield return new OptionProblem(
                nameof(Model),
                Model,
                Model is null ? "given, or else remote" : "left out where remote is given"
            );
        }

        if (Completions && Remote is null)
        {
            yield return new OptionProblem(nameof(Completions), Completions, "false for a folder");
        }
    }
}
