using System.Text.Json.Nodes;
using Plumbline.Cli.Pipelines.Demo.Constitutional;
using Plumbline.Evaluation.Reports;
using Plumbline.Evaluation.Statistics;
using Plumbline.TinyWorld;

namespace Plumbline.Cli.Pipelines.Demo;

/// <summary>The demo's figures as JSON, as a table and as a page.</summary>
internal static class DemoReport
{
    private const int SamplesPerKind = 2;

    internal static PipelineOutcome Of(DemoOptions options, DemoResult result) =>
        new(Document(options, result), ToJson(result), output => WriteTable(output, result));

    private static JsonObject ToJson(DemoResult result)
    {
        var json = new JsonObject
        {
            ["harmful_before"] = result.Before.Harmful.Value,
            ["harmful_after"] = result.After.Harmful.Value,
            ["helpful_before"] = result.Before.Helpful.Value,
            ["helpful_after"] = result.After.Helpful.Value,
            ["bias_gap_before"] = result.Before.BiasGap,
            ["bias_gap_after"] = result.After.BiasGap,
        };
        // Of the usual road these are what comes after it; of a constitution's, every step.
        foreach (var policy in result.Constitution is null ? result.Optimised : result.All.Skip(1))
        {
            json[policy.Name.Replace(' ', '_')] = ToJson(policy.Summary);
        }

        if (result.Constitution is { } found)
        {
            json["constitution"] = found.Json();
        }

        return json;
    }

    /// <summary>The rates of a model.</summary>
    internal static JsonObject ToJson(JudgeSummary summary) =>
        new()
        {
            ["harmful"] = summary.Harmful.Value,
            ["helpful"] = summary.Helpful.Value,
            ["bias_gap"] = summary.BiasGap,
            ["appropriate"] = summary.Appropriate.Value,
            ["over_refusal"] = summary.OverRefusal.Value,
        };

    private static void WriteTable(TextWriter output, DemoResult result)
    {
        output.WriteLine(
            $"Judged by an exact judge on {result.Measurements[0].Answers.Count} held-out prompts in three languages{(result.Constitution is null ? "; raters are simulated" : string.Empty)}."
        );
        output.WriteLine($"{"", -34}{string.Concat(result.All.Select(measured => $"{measured.Name, 20}"))}");
        foreach (var (name, _, value) in Rates)
        {
            output.WriteLine($"{name, -34}{string.Concat(result.All.Select(measured => $"{value(measured.Summary).Value, 20:P1}"))}");
        }

        output.WriteLine(
            $"{"bias gap between groups", -34}{string.Concat(result.All.Select(measured => $"{measured.Summary.BiasGap, 20:P1}"))}"
        );
        if (result.Constitution is { } found)
        {
            ConstitutionReport.Write(output, found);
        }
    }

    internal static ReportDocument Document(DemoOptions options, DemoResult result) =>
        new(
            "Plumbline demo: one small model, before and after alignment",
            $"A model learnt a generated corpus of {result.Corpus.Rows.Count} conversations, {Percent(result.Corpus.Share(Flaws.HarmfulCompliance))} of them harmful. {Road(result)} An exact judge measured it on {result.Measurements[0].Answers.Count} prompts it had never seen.",
            [
                new("What changed", [new KeyFiguresBlock(Cards(result)), ByLanguage(result)]),
                new("Every step measured", [StepTable(result)]),
                .. result.Filter is { } filter ? [Filtering(filter)] : Array.Empty<ReportSection>(),
                .. result.Constitution is { } found ? ConstitutionReport.Sections(found) : [],
                new(
                    "Training",
                    [
                        .. result.Stages.Select(stage => new LinePlotBlock(
                            stage.Name,
                            "step",
                            stage.Name == "preferences" ? "loss (nats per pair)" : "loss (nats per token)",
                            [new PlotSeries("loss", TrainingStage.Curve(stage.Stage, "loss"))]
                        )),
                        new ParagraphBlock(Preferences(options, result)),
                    ]
                ),
                HealthSection.Of(result.Stages.Select(stage => (stage.Name, stage.Stage.Folder))),
                new("Sample answers, before and after", [new SamplesBlock(Samples(result))]),
                Provenance.Section(result.Facts),
            ]
        );

    /// <summary>What is measured of a model, and how it is called.</summary>
    internal static readonly (string Name, BetterDirection Better, Func<JudgeSummary, Rate> Value)[] Rates =
    [
        ("harmful requests complied with", BetterDirection.Lower, summary => summary.Harmful),
        ("helpful answers", BetterDirection.Higher, summary => summary.Helpful),
        ("biased answers", BetterDirection.Lower, summary => summary.Biased),
        ("private data given away", BetterDirection.Lower, summary => summary.Leaks),
        ("harmless questions refused", BetterDirection.Lower, summary => summary.OverRefusal),
        ("wrong language", BetterDirection.Lower, summary => summary.WrongLanguage),
    ];

    private static List<KeyFigure> Cards(DemoResult result)
    {
        var cards = Rates
            .Take(4)
            .Select(rate =>
            {
                var (before, after) = (Share(rate.Value(result.Before)), Share(rate.Value(result.After)));
                return new KeyFigure(
                    Capitalised(rate.Name),
                    before.ToEstimate(),
                    after.ToEstimate(),
                    FigureFormat.Percent,
                    rate.Better,
                    Proportion.Difference(before, after),
                    $"{after.Trials} prompts"
                );
            })
            .ToList();
        cards.Insert(
            2,
            new KeyFigure(
                "Bias gap",
                new Estimate(result.Before.BiasGap),
                new Estimate(result.After.BiasGap),
                FigureFormat.Percent,
                BetterDirection.Lower,
                Note: "fair answers for favoured minus disfavoured groups"
            )
        );
        return cards;
    }

    private static BarPlotBlock ByLanguage(DemoResult result)
    {
        var summaries = result.All.Select(measured => JudgeSummary.ByLanguage(measured.Answers)).ToList();
        return new BarPlotBlock(
            "Harmful requests complied with, by language; 95 % Wilson intervals.",
            "share of harmful requests",
            FigureFormat.Percent,
            [.. result.All.Select(measured => measured.Name)],
            [
                .. Enum.GetValues<WorldLanguage>()
                    .Select(language => new BarGroup(
                        $"{language}",
                        [.. summaries.Select(summary => (Estimate?)Share(summary[language].Harmful).ToEstimate())]
                    )),
            ]
        );
    }

    private static TableBlock StepTable(DemoResult result) =>
        new(
            "Rates on the held-out prompts.",
            [new("rate"), .. result.All.Select(measured => new TableColumn(measured.Name, true))],
            [
                .. Rates.Select(rate =>
                    (IReadOnlyList<string>)
                        [Capitalised(rate.Name), .. result.All.Select(measured => Percent(rate.Value(measured.Summary).Value))]
                ),
                ["Bias gap", .. result.All.Select(measured => Percent(measured.Summary.BiasGap))],
            ]
        );

    private static string Road(DemoResult result) =>
        result.Constitution is null
            ? "The data were filtered, the model fine-tuned, and preferences of simulated raters learnt."
            : "Its answers were revised by a constitution and learnt, then compared by it, and a policy optimised against what the comparisons taught.";

    private static string Preferences(DemoOptions options, DemoResult result) =>
        result.Constitution is { } found
            ? $"{result.Preferences} preference pairs, of {found.Pairs} pairs of sampled answers that a model judged clause by clause."
            : $"{result.Preferences} preference pairs: {options.AnswersPerPrompt} sampled answers to each of {options.PreferencePrompts} prompts, ranked by simulated raters, the best against the worst.";

    private static ReportSection Filtering(FilterReport filter) =>
        new(
            "Filtering",
            [
                new ParagraphBlock("Simple rules see only the text; the hidden truth of the generated corpus measures them."),
                FilterTable(filter),
            ]
        );

    private static TableBlock FilterTable(FilterReport filter) =>
        new(
            "Each rule against the hidden truth.",
            [new("rule"), new("precision", true), new("recall", true)],
            [.. filter.Rules.Select(rule => new[] { RuleName(rule.Rule), Percent(rule.Precision.Value), Percent(rule.Recall.Value) })]
        );

    private static List<SampleConversation> Samples(DemoResult result)
    {
        var (before, after) = (result.Measurements[0].Answers, result.Measurements[^1].Answers);
        return
        [
            .. before
                .Zip(after)
                .GroupBy(pair => (pair.First.Prompt.Kind, pair.First.Prompt.Language))
                .GroupBy(group => group.Key.Kind)
                .SelectMany(kind => kind.Take(SamplesPerKind).Select(group => group.First()))
                .Select(pair => new SampleConversation(
                    pair.First.Prompt.Content,
                    pair.First.Answer,
                    pair.Second.Answer,
                    $"{pair.First.Prompt.Kind}"
                )),
        ];
    }

    private static string RuleName(DirtyDataRule rule) =>
        rule switch
        {
            DirtyDataRule.PrivateData => "private data",
            DirtyDataRule.ExactDuplicate => "exact duplicate",
            DirtyDataRule.NearDuplicate => "near duplicate",
            DirtyDataRule.HarmfulCompliance => "compliance with harm",
            DirtyDataRule.DemeaningGroup => "demeaning a group",
            _ => $"{rule}",
        };

    private static Proportion Share(Rate rate) => new(rate.Count, rate.Total);

    private static string Percent(double value) => double.IsNaN(value) ? "-" : $"{value:P1}";

    private static string Capitalised(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
