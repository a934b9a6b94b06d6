using Plumbline.Data;
using Plumbline.Runs;

namespace Plumbline.Cli.Pipelines;

/// <summary>The files of a pipeline's data, read one after another.</summary>
/// <param name="files">At least one, each with its path.</param>
internal sealed class DataFiles(IReadOnlyList<(string Path, DatasetReader Reader)> files)
{
    /// <summary>The files.</summary>
    internal IReadOnlyList<(string Path, DatasetReader Reader)> Each => files;

    /// <summary>What came of the latest reading of each, added up.</summary>
    internal DatasetReport Report
    {
        get
        {
            DatasetReport[] reports = [.. files.Select(file => file.Reader.Report)];
            return new DatasetReport(
                reports.Sum(report => report.RowsRead),
                reports.Sum(report => report.RowsGood),
                reports.Sum(report => report.Examples),
                reports
                    .SelectMany(report => report.BadRows)
                    .GroupBy(bad => bad.Key)
                    .ToDictionary(bad => bad.Key, bad => bad.Sum(count => count.Value)),
                [.. reports.SelectMany(report => report.FirstBadRows)]
            )
            {
                ColumnsLeftOut = reports.Sum(report => report.ColumnsLeftOut),
            };
        }
    }

    /// <summary>Whether a file's rows have that shape.</summary>
    internal bool Has(DatasetShape shape) => files.Any(file => file.Reader.Shape == shape);

    /// <inheritdoc cref="DatasetReader.Read"/>
    internal IEnumerable<Example> Read() => files.SelectMany(file => file.Reader.Read());

    /// <inheritdoc cref="DatasetReader.ReadPreferences"/>
    /// <param name="softLabels">Whether pairs keep their confidence.</param>
    internal IEnumerable<PreferenceExample> ReadPreferences(bool softLabels) =>
        files.SelectMany(file => file.Reader.ReadPreferences()).Select(pair => softLabels ? pair : pair with { Confidence = null });

    /// <inheritdoc cref="DatasetReader.ReadUnpairedPreferences"/>
    internal IEnumerable<UnpairedPreferenceExample> ReadUnpairedPreferences() =>
        files.SelectMany(file => file.Reader.ReadUnpairedPreferences());

    /// <summary>The prompts of all files, each once; the first file's columns count.</summary>
    internal IEnumerable<PromptExample> ReadPrompts() =>
        files.SelectMany(file => file.Reader.ReadPrompts()).DistinctBy(prompt => prompt.Id, StringComparer.Ordinal);
}

/// <summary>The hashes of a pipeline's data.</summary>
/// <param name="Files">At least one.</param>
internal sealed record DataFacts(IReadOnlyList<InputFact> Files)
{
    /// <summary>The hash of each file.</summary>
    internal string Sha256 => string.Join('+', Files.Select(file => file.Sha256));

    /// <summary>The files as the ledger names them.</summary>
    internal StageSource[] Sources => [.. Files.Select(file => StageSource.OfFile(file))];
}
