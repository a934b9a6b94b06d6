using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Benchmarks;

/// <summary>What a benchmark prints.</summary>
/// <param name="Benchmark">Its name.</param>
/// <param name="Unit">The unit of <c>ours</c> and <c>theirs</c>.</param>
/// <param name="Cases">One row per comparison.</param>
internal sealed record BenchmarkReport(string Benchmark, string Unit, IReadOnlyList<BenchmarkCase> Cases) : IBenchmarkReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    /// <inheritdoc/>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <inheritdoc/>
    public string ToText() =>
        string.Join(Environment.NewLine, Cases.Select(row => row.ToText()).Prepend($"{Benchmark} ({Unit}; ratio above 1: ours is better)"));
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
    internal string ToText() =>
        $"{Case, -52} ours {Significant(Ours), 10}  theirs {Theirs?.ToString("F2") ?? "-", 10}  ratio {Ratio?.ToString("F2") ?? "-", 5}  of the limit {LimitShare?.ToString("F2") ?? "-", 5}  runs {Runs}{FiguresText()}";

    private string FiguresText() =>
        string.Concat((Figures ?? new Dictionary<string, double>()).Select(figure => $"  {figure.Key} {figure.Value:G4}"));

    // Small differences would vanish in two decimals.
    private static string Significant(double value) => Math.Abs(value) < 0.1 ? value.ToString("G3") : value.ToString("F2");
}
