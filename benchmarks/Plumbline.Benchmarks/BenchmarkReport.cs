using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Benchmarks;

/// <summary>What a benchmark prints.</summary>
/// <param name="Benchmark">Its name.</param>
/// <param name="Unit">The unit of <c>ours</c> and <c>theirs</c>.</param>
/// <param name="Cases">One row per comparison.</param>
internal sealed record BenchmarkReport(string Benchmark, string Unit, IReadOnlyList<BenchmarkCase> Cases)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    internal string ToJson() => JsonSerializer.Serialize(this, Json);

    internal string ToText() =>
        string.Join(
            Environment.NewLine,
            Cases
                .Select(row =>
                    $"{row.Case, -44} ours {row.Ours, 10:F2}  theirs {row.Theirs?.ToString("F2") ?? "-", 10}  ratio {row.Ratio?.ToString("F2") ?? "-", 5}  of the limit {row.LimitShare?.ToString("F2") ?? "-", 5}  runs {row.Runs}{row.FiguresText()}"
                )
                .Prepend($"{Benchmark} ({Unit}; ratio above 1: ours is better)")
        );
}

/// <summary>One comparison; medians over interleaved runs.</summary>
/// <param name="Case">What was compared.</param>
/// <param name="Ours">Our figure.</param>
/// <param name="Theirs">The other side's; null where there is none.</param>
/// <param name="Ratio">Above 1 where ours is better.</param>
/// <param name="LimitShare">Our share of a measured limit of the machine, up to 1.</param>
/// <param name="Runs">Timed runs of each side.</param>
/// <param name="Figures">What else was measured, by name; null where there is nothing.</param>
internal sealed record BenchmarkCase(
    string Case,
    double Ours,
    double? Theirs,
    double? Ratio,
    double? LimitShare,
    int Runs,
    IReadOnlyDictionary<string, double>? Figures = null
)
{
    internal string FiguresText() =>
        string.Concat((Figures ?? new Dictionary<string, double>()).Select(figure => $"  {figure.Key} {figure.Value:G4}"));
}
