using Plumbline.Data;

namespace Plumbline.Cli.Pipelines;

/// <summary>Tells the user which rows cannot be used.</summary>
internal static class DataNotice
{
    internal static void Write(PipelineContext context, DatasetReport report) => Write(context.Notices, report);

    internal static void Write(TextWriter notices, DatasetReport report)
    {
        if (report.BadRows.Count == 0)
        {
            return;
        }

        var reasons = string.Join(", ", report.BadRows.Select(bad => $"{bad.Value} {bad.Key}"));
        notices.WriteLine(
            $"{report.RowsRead - report.RowsGood} of {report.RowsRead} rows cannot be used and are left out ({reasons}). The first:"
        );
        foreach (var bad in report.FirstBadRows)
        {
            notices.WriteLine($"  {bad.Position}: {bad.Problem}");
        }
    }
}
