using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Randomness;
using Plumbline.Runs;

namespace Plumbline.Cli.Pipelines;

/// <summary>A file of rows.</summary>
public record DataFileOptions
{
    /// <summary>A file of preference pairs, rankings or judged answers.</summary>
    public required string Path { get; init; }

    /// <summary>Its layout; null to recognise it.</summary>
    public DatasetShape? Shape { get; init; }

    /// <summary>Our column names to the file's.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>Examples read at most; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>What beside the file's content decides which examples are read.</summary>
    internal string ReadKey => $"{Shape} {Limit} {string.Join(',', Columns)}";

    /// <summary>The file, opened: its format and shape are recognised.</summary>
    internal DatasetReader Open(bool strict) =>
        DatasetReader.Open(
            new DatasetOptions(Path)
            {
                Shape = Shape,
                Columns = Columns,
                Strict = strict,
                Limit = Limit,
            }
        );
}

/// <summary>The data of a pipeline.</summary>
public sealed record PipelineDataOptions : DataFileOptions, IValidatedOptions
{
    /// <summary>Further files, whose rows follow; each may have another layout.</summary>
    public IReadOnlyList<DataFileOptions> Also { get; init; } = [];

    /// <summary>Whether the first bad row ends the run.</summary>
    /// <value>false</value>
    public bool Strict { get; init; }

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

    /// <summary>The files in the order in which they are read.</summary>
    internal IEnumerable<DataFileOptions> Files => [this, .. Also];

    /// <summary>What beside the files' content decides which rows are trained on.</summary>
    internal string SplitKey(Seed seed, int maxLength) =>
        $"{seed.Value} {HeldOut} {maxLength} {string.Join(" + ", Files.Select(file => file.ReadKey))}";

    /// <summary>The files, opened.</summary>
    internal DataFiles Open() => new([.. Files.Select(file => (file.Path, file.Open(Strict)))]);

    /// <summary>Hashes the files.</summary>
    /// <exception cref="InvalidInputException">One cannot be read.</exception>
    internal DataFacts Facts() => new([.. Files.Select(file => InputFact.Of(file.Path))]);
}
