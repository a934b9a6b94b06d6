using Plumbline.Cli.Pipelines.Labels;

namespace Plumbline.Cli.Commands.Constitutions.Agreement;

/// <summary>How labellings agree, for a terminal.</summary>
internal static class LabelText
{
    internal static void Write(TextWriter output, LabelAgreement agreement, IReadOnlyList<string> names)
    {
        var width = agreement.ByDispute.Max(clause => clause.Clause.Length);
        output.WriteLine($"{"clause".PadRight(width)}  pairs  same side   alpha  spread  means ({string.Join(", ", names)})");
        foreach (var clause in agreement.ByDispute)
        {
            var alpha = clause.Alpha is { } value ? $"{value:F3}" : "-";
            output.WriteLine(
                $"{clause.Clause.PadRight(width)}  {clause.Pairs, 5}  {clause.SameSide * 100, 7:F1} %  {alpha, 6}  {clause.Spread, 6:F3}  {Shares(clause.Means)}"
            );
        }

        foreach (var pair in agreement.Disputed)
        {
            output.WriteLine($"{pair.Id}: {Shares(pair.Labels)}");
        }
    }

    private static string Shares(IEnumerable<double?> shares) =>
        string.Join(", ", shares.Select(share => share is { } known ? $"{known:F3}" : "-"));
}
