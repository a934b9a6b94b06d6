using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Randomness;

namespace Plumbline.Cli.Pipelines;

/// <summary>The data of a pipeline.</summary>
public sealed record PipelineDataOptions : IValidatedOptions
{
    /// <summary>A file of preference pairs, rankings or judged answers.</summary>
    public required string Path { get; init; }

    /// <summary>Its layout; null to recognise it.</summary>
    public DatasetShape? Shape { get; init; }

    /// <summary>Our column names to the file's.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the first bad row ends the run.</summary>
    /// <value>false</value>
    public bool Strict { get; init; }

    /// <summary>Examples read at most; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>Share of the conversations kept back for measuring.</summary>
    /// <value>0.1</value>
    public double HeldOut { get; init; } = 0.1;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (!(HeldOut is > 0 and <= 0.5))
        {
            yield return new(nameof(HeldOut), HeldOut, "above 0 and at most 0.5");
        }
    }

    /// <summary>What beside the file's content decides which rows are trained on.</summary>
    internal string SplitKey(Seed seed, int maxLength) => $"{seed.Value} {HeldOut} {Shape} {Limit} {maxLength} {string.Join(',', Columns)}";

    /// <summary>The file, opened: its format and shape are recognised.</summary>
    internal DatasetReader Open() =>
        DatasetReader.Open(
            new DatasetOptions(Path)
            {
                Shape = Shape,
                Columns = Columns,
                Strict = Strict,
                Limit = Limit,
            }
        );
}
