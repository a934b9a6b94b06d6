using System.Text.Json.Nodes;
using Plumbline.Evaluation.Reports;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Cli.Pipelines.Rl;

/// <summary>The figures of a run as JSON, in a terminal and as a page.</summary>
internal static class RlReport
{
    private const int MostSamples = 12;

    private static readonly (string Caption, string Unit, string[] Metrics)[] Curves =
    [
        ("Reward of the policy's answers", "reward", ["reward", "reward/best"]),
        ("Spread of the rewards within a prompt", "standard deviation", ["reward_std"]),
        ("Share of prompts whose answers all earned the same", "share", ["frac_reward_zero_std"]),
        ("Divergence from the reference", "nats per token", ["kl"]),
        ("Divergence from the policy that drew", "nats per token", ["approx_kl"]),
        ("Price of divergence", "reward per nat", ["kl_coefficient"]),
        ("Cost and budget", "cost", ["constraint/cost", "constraint/budget"]),
        ("Multiplier of the cost", "reward per cost", ["constraint/multiplier"]),
        ("Entropy", "nats per token", ["entropy"]),
        ("Length of answers", "tokens", ["completions/mean_length", "completions/mean_terminated_length"]),
        ("Answers cut, and repetition within answers", "share", ["completions/clipped_ratio", "completions/repetition"]),
        ("Turns of a conversation", "answers", ["rollout/turns"]),
        ("Conversations ended for lack of room", "share", ["rollout/out_of_room"]),
        ("Tokens whose ratio is clipped", "share", ["clip_ratio/low", "clip_ratio/high"]),
        ("Mismatch of sampler and training", "nats per token", ["sampling/mismatch"]),
        ("Loss of the critic", "loss", ["value_loss"]),
        ("What the critic explains of the returns", "share of the variance", ["value/explained_variance"]),
        ("What the critic explains of the costs to come", "share of the variance", ["cost_value/explained_variance"]),
        ("Loss of the step", "loss", ["loss"]),
    ];

    internal static JsonObject ToJson(RlAlgorithm algorithm, RlOptions options, RlResult result)
    {
        var json = new JsonObject
        {
            ["name"] = options.Name,
            ["algorithm"] = algorithm.Name,
            ["rows_read"] = result.Data.RowsRead,
            ["rows_good"] = result.Data.RowsGood,
            ["prompts_trained"] = result.Counts.Trained,
            ["prompts_held_out"] = result.Counts.HeldOut,
            ["prompts_too_long"] = result.Counts.TooLong,
            ["reward"] = ToJson(result.Measured.Reward),
            ["length"] = ToJson(result.Measured.Length),
        };
        if (result.Measured.Gold is { } gold)
        {
            json["gold"] = ToJson(gold);
        }

        if (result.Measured.Cost is { } cost)
        {
            json["cost"] = ToJson(cost);
        }

        if (TrainingStage.Curve(result.Stage, "kl") is [.., var last])
        {
            json["kl"] = last.Y;
        }

        json["model"] = result.Stage.ModelFolder;
        return json;
    }

    internal static void Write(TextWriter output, RlResult result)
    {
        output.WriteLine(
            $"On {result.Measured.Prompts.Count} held-out prompts, before and after, with 95 % bootstrap intervals of the change:"
        );
        foreach (var (name, change) in Changes(result))
        {
            output.WriteLine(
                $"  {name, -20} {change.MeanBefore, 9:0.###} {change.MeanAfter, 9:0.###}   {change.Difference.Value:+0.###;-0.###;0} ({Range(change)})"
            );
        }

        output.WriteLine($"Model:  {result.Stage.ModelFolder}");
    }

    internal static ReportDocument Document(RlAlgorithm algorithm, RlOptions options, RlResult result) =>
        new(
            $"Policy optimisation: {options.Name}",
            $"{algorithm.Name} ({algorithm.Description}) on {result.Counts.Trained} prompts, measured on {result.Measured.Prompts.Count} prompts of other conversations; {result.Counts.TooLong} prompts leave no room for an answer and are left out.",
            [
                new("Held-out prompts, before and after", [new KeyFiguresBlock([.. Changes(result).Select(Figure)])]),
                new(
                    "Training",
                    [.. Curves.SelectMany(curve => Plots(result.Stage, curve)), .. Sources(result.Stage), .. Groups(result.Stage)]
                ),
                HealthSection.Of([(algorithm.Name, result.Stage.Folder)]),
                new("Answers side by side", [new SamplesBlock(Samples(result))]),
                Provenance.Section(result.Facts),
            ]
        );

    private static IEnumerable<(string Name, Changed Change)> Changes(RlResult result)
    {
        yield return ("Reward", result.Measured.Reward);
        if (result.Measured.Gold is { } gold)
        {
            yield return ("Gold", gold);
        }

        if (result.Measured.Cost is { } cost)
        {
            yield return ("Cost", cost);
        }

        yield return ("Length in tokens", result.Measured.Length);
    }

    private static KeyFigure Figure((string Name, Changed Change) row) =>
        new(
            row.Name,
            new Estimate(row.Change.MeanBefore),
            new Estimate(row.Change.MeanAfter),
            FigureFormat.Number,
            row.Name switch
            {
                "Reward" or "Gold" => BetterDirection.Higher,
                "Cost" => BetterDirection.Lower,
                _ => BetterDirection.Neither,
            },
            row.Change.Difference,
            row.Change.Unjudged == 0 ? null : $"{row.Change.Unjudged} prompts could not be judged on both sides"
        );

    private static IEnumerable<ReportBlock> Plots(Stage stage, (string Caption, string Unit, string[] Metrics) plot)
    {
        PlotSeries[] curves =
        [
            .. from metric in plot.Metrics
            let points = TrainingStage.Curve(stage, metric)
            where points.Count > 0
            select new PlotSeries(metric[(metric.LastIndexOf('/') + 1)..].Replace('_', ' '), points),
        ];
        return curves.Length == 0 ? [] : [new LinePlotBlock(plot.Caption, "step", plot.Unit, curves)];
    }

    // What each reward said by itself: one that falls while the sum rises is being paid for by another.
    private static IEnumerable<ReportBlock> Sources(Stage stage) =>
        Many(stage, "rewards/", "/mean").Chunk(8).Select(curves => new LinePlotBlock("Single rewards", "step", "reward", curves));

    private static IEnumerable<ReportBlock> Groups(Stage stage) =>
        Many(stage, "groups/", "/reward")
            .Chunk(8)
            .Select(curves => new LinePlotBlock("Reward by group", "step", "reward", curves))
            .Concat(
                Many(stage, "groups/", "/weight").Chunk(8).Select(curves => new LinePlotBlock("Weight of groups", "step", "weight", curves))
            );

    private static IEnumerable<PlotSeries> Many(Stage stage, string prefix, string suffix) =>
        from metric in Runs
            .RunFolder.ReadMetrics(stage.Folder)
            .SelectMany(row => row.Values.Select(value => value.Key))
            .Distinct()
            .Order(StringComparer.Ordinal)
        where metric.StartsWith(prefix, StringComparison.Ordinal) && metric.EndsWith(suffix, StringComparison.Ordinal)
        select new PlotSeries(metric[prefix.Length..^suffix.Length], TrainingStage.Curve(stage, metric));

    // The largest gains and the largest losses, and between them whatever comes.
    private static List<SampleConversation> Samples(RlResult result)
    {
        var (reward, measured) = (result.Measured.Reward, result.Measured);
        var order = Enumerable.Range(0, measured.Prompts.Count).OrderByDescending(i => reward.After[i] - reward.Before[i] ?? 0).ToList();
        var third = MostSamples / 3;
        var chosen =
            order.Count <= MostSamples
                ? order
                : [.. order[..third], .. order.GetRange((order.Count - third) / 2, third), .. order[^third..]];
        return chosen.ConvertAll(i => new SampleConversation(
            measured.Prompts[i].Row.Prompt,
            measured.Before[i].Text,
            measured.After[i].Text,
            $"reward {Score(reward.Before[i])}, then {Score(reward.After[i])}"
        )
        {
            TurnsBefore = measured.Before[i].Turns,
            TurnsAfter = measured.After[i].Turns,
        });
    }

    private static string Score(double? score) => score is { } value ? $"{value:0.###}" : "not judged";

    private static string Range(Changed change) =>
        change.Difference.Interval is { } interval ? $"{interval.Low:0.###} to {interval.High:0.###}" : "no interval";

    private static JsonObject ToJson(Changed change) =>
        new()
        {
            ["before"] = Number(change.MeanBefore),
            ["after"] = Number(change.MeanAfter),
            ["difference"] = Number(change.Difference.Value),
            ["low"] = Number(change.Difference.Interval?.Low),
            ["high"] = Number(change.Difference.Interval?.High),
            ["unjudged"] = change.Unjudged,
        };

    // JSON has no word for what is no number.
    private static double? Number(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
