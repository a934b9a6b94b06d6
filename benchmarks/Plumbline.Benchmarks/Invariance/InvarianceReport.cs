using System.Globalization;
using System.Text.Json;

namespace Plumbline.Benchmarks.Invariance;

/// <summary>The table of an objective's gradients against the plain way.</summary>
/// <param name="Cases">One per objective and variation, objective after objective.</param>
internal sealed record InvarianceReport(IReadOnlyList<InvarianceCase> Cases) : IBenchmarkReport
{
    /// <summary>The most by which float32 gradients may differ: summing in another order moves them by some rounding errors of 6e-8.</summary>
    internal const double Bound = 1e-5;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Whether every cell is there and below the bound; a difference that is no number is not.</summary>
    public bool Passed => Cases.Count > 0 && Cases.All(cell => cell.Difference <= Bound);

    /// <inheritdoc/>
    public string ToJson() =>
        JsonSerializer.Serialize(
            new
            {
                Benchmark = "invariance",
                Unit = "|g - g0| / |g0|",
                Bound,
                Passed,
                Cases,
            },
            Json
        );

    /// <inheritdoc/>
    public string ToText() =>
        string.Join(
            Environment.NewLine,
            Rows(cells => string.Concat(cells.Select(cell => $"{cell, -22}")).TrimEnd())
                .Prepend($"invariance (|g - g0| / |g0| over all parameters, fp32; at most {Number(Bound)})")
        );

    /// <summary>The table of docs/invariance.md.</summary>
    public string ToMarkdown()
    {
        var rows = Rows(cells => $"| {string.Join(" | ", cells)} |").ToList();
        rows.Insert(1, $"|---|{string.Concat(Enumerable.Repeat("---|", Variations.Count()))}");
        return string.Join(Environment.NewLine, rows);
    }

    private IEnumerable<string> Variations => Cases.Select(cell => cell.Variation).Distinct(StringComparer.Ordinal);

    private IEnumerable<string> Rows(Func<IEnumerable<string>, string> row) =>
        Cases
            .GroupBy(cell => cell.Objective, StringComparer.Ordinal)
            .Select(group => row(group.Select(cell => Number(cell.Difference)).Prepend(group.Key)))
            .Prepend(row(Variations.Prepend("objective")));

    private static string Number(double value) => value.ToString("0.0e-0", CultureInfo.InvariantCulture);
}

/// <summary>One cell.</summary>
/// <param name="Objective">What is minimised.</param>
/// <param name="Variation">How its step is computed otherwise than the plain way.</param>
/// <param name="Difference">|g − g₀| / |g₀|, L2 over all trained parameters.</param>
internal sealed record InvarianceCase(string Objective, string Variation, double Difference);
