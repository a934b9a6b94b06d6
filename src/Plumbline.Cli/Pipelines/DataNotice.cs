using Plumbline.Data;

namespace Plumbline.Cli.Pipelines;

/// <summary>Tells the user which rows cannot be used.</summary>
internal static class DataNotice
{
    internal static void Write(PipelineContext context, DatasetReport report)
    {
        if (report.BadRows.Count == 0)
        {
            return;
        }

        var reasons = string.Join(", ", report.BadRows.Select(bad => $"{bad.Value} {bad.Key}"));
        context.Notices.WriteLine(
            $"{report.RowsRead - report.RowsGood} of {report.RowsRead} rows cannot be used and are left out ({reasons}). The first:"
        );
        foreach (var bad in report.FirstBadRows)
        {
            context.Notices.WriteLine($"  {bad.Position}: {bad.Problem}");
        }
    }
}
