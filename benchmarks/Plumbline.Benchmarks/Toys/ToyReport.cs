using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Benchmarks.Toys;

/// <summary>The table of what tiny models learnt.</summary>
/// <param name="Rows">One per task and algorithm.</param>
/// <param name="Minutes">What the whole took, by the clock.</param>
/// <param name="Processes">How many seeds ran at a time, each on one thread.</param>
internal sealed record ToyReport(IReadOnlyList<ToyRow> Rows, double Minutes, int Processes) : IBenchmarkReport
{
    // A single seed has no interval: its ends are infinite.
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static readonly string[] Columns =
    [
        "task",
        "algorithm",
        "reward before",
        "reward after (95 %)",
        "best possible",
        "required",
        "failed seeds",
        "seconds per seed",
        "of the processor",
    ];

    /// <summary>Whether every row is there and no seed failed.</summary>
    public bool Passed => Rows.Count > 0 && Rows.All(row => row.Failed == 0);

    /// <inheritdoc/>
    public string ToJson() =>
        JsonSerializer.Serialize(
            new
            {
                Benchmark = "toys",
                Unit = "mean reward of sampled answers",
                Passed,
                Minutes,
                ProcessorMinutes,
                Processes,
                Rows,
            },
            Json
        );

    /// <inheritdoc/>
    public string ToText() =>
        string.Join(
            Environment.NewLine,
            Rows.Select(Cells)
                .Prepend(Columns)
                .Select(cells => string.Concat(cells.Select(cell => $"{cell, -24}")).TrimEnd())
                .Prepend("toys (mean reward of sampled answers)")
                .Append(Footer)
        );

    /// <summary>The table of docs/toys.md.</summary>
    public string ToMarkdown() =>
        string.Join(
            Environment.NewLine,
            Rows.Select(Cells)
                .Prepend([.. Columns.Select(_ => "---")])
                .Prepend(Columns)
                .Select(cells => $"| {string.Join(" | ", cells)} |")
                .Append("")
                .Append(Footer)
        );

    private double ProcessorMinutes => Rows.Sum(row => row.Seeds.Sum(seed => seed.ProcessorSeconds)) / 60;

    private string Footer =>
        FormattableString.Invariant(
            $"{Minutes:F1} minutes by the clock, {ProcessorMinutes:F1} of the processor; {Processes} processes of one thread at a time."
        );

    private static string[] Cells(ToyRow row) =>
        [
            row.Task,
            row.Algorithm,
            Number(row.Before),
            Number(row.After) + (double.IsFinite(row.Low) ? $" ({Number(row.Low)} to {Number(row.High)})" : ""),
            Number(row.Best),
            Number(row.Required),
            FormattableString.Invariant($"{row.Failed} of {row.Seeds.Count}"),
            row.Seconds.ToString("F0", CultureInfo.InvariantCulture),
            row.ProcessorSeconds.ToString("F0", CultureInfo.InvariantCulture),
        ];

    private static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}

/// <summary>A row: means over seeds.</summary>
/// <param name="Task">What was learnt.</param>
/// <param name="Algorithm">By what.</param>
/// <param name="Before">Reward after the pretraining.</param>
/// <param name="After">Reward after the reinforcement learning.</param>
/// <param name="Low">Lower end of its 95 % interval: a bootstrap over seeds.</param>
/// <param name="High">Upper end.</param>
/// <param name="Best">The best possible reward.</param>
/// <param name="Required">The reward below which a seed has failed; so has one that ends below where it began.</param>
/// <param name="Failed">Seeds that failed.</param>
/// <param name="Seconds">What a seed took by the clock, on one thread.</param>
/// <param name="ProcessorSeconds">What it took of the processor.</param>
/// <param name="Seeds">Each of them.</param>
internal sealed record ToyRow(
    string Task,
    string Algorithm,
    double Before,
    double After,
    double Low,
    double High,
    double Best,
    double Required,
    int Failed,
    double Seconds,
    double ProcessorSeconds,
    IReadOnlyList<ToySeed> Seeds
)
{
    private const double BestReward = 1;

    /// <summary>Sums up the seeds of a row.</summary>
    internal static ToyRow Of(ToyRecipe recipe, IReadOnlyList<ToySeed> seeds)
    {
        var mean = Bootstrap.Mean([.. seeds.Select(seed => seed.After)], new Seed(1));
        var required = recipe.Task.Required * BestReward;
        return new(
            recipe.Task.Name,
            recipe.Algorithm,
            seeds.Average(seed => seed.Before),
            mean.Value,
            mean.Interval!.Value.Low,
            mean.Interval.Value.High,
            BestReward,
            required,
            // Not "below": what is no number has failed.
            seeds.Count(seed => !(seed.After >= required && seed.After >= seed.Before)),
            seeds.Average(seed => seed.Seconds),
            seeds.Average(seed => seed.ProcessorSeconds),
            seeds
        );
    }
}
