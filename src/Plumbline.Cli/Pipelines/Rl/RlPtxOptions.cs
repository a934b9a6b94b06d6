using Plumbline.Configuration;

namespace Plumbline.Cli.Pipelines.Rl;

/// <summary>Curated answers that a policy keeps learning beside its own; <c>policy.ptx_coefficient</c> says how much they count.</summary>
public sealed record RlPtxOptions : IValidatedOptions
{
    /// <summary>A file of answers; null for the good answers of the run's own rows.</summary>
    public DataFileOptions? Data { get; init; }

    /// <summary>How many a step learns.</summary>
    /// <value>16</value>
    public int BatchSize { get; init; } = 16;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (BatchSize is < 1 or > 1 << 16)
        {
            yield return new OptionProblem(nameof(BatchSize), BatchSize, "between 1 and 65536");
        }
    }
}
