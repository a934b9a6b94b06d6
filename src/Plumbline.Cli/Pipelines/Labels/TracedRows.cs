using Plumbline.Data;
using Plumbline.Lineage;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>Data sets whose rows say where they came from.</summary>
internal static class TracedRows
{
    /// <summary>Writes rows and, beside them, their lineage. No rows are no file: one of an earlier run must not stand for them.</summary>
    /// <param name="path">The data set.</param>
    /// <param name="rows">The rows; of those with one id the first counts.</param>
    internal static void Write(string path, IEnumerable<(Example Row, RowOrigin[] From)> rows)
    {
        var all = rows.DistinctBy(row => row.Row.Id, StringComparer.Ordinal).ToList();
        if (all.Count == 0)
        {
            File.Delete(path);
            File.Delete(RowLineageFile.PathOf(path));
            return;
        }

        RowLineageFile.Write(path, all.Select(row => new RowLineage(row.Row.Id, row.From)));
        DatasetWriter.Write(path, all.Select(row => row.Row));
    }
}
