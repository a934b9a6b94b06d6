using Plumbline.Cli.Pipelines;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Evaluation.Principles;
using Plumbline.Evaluation.Principles.Features;
using Plumbline.Evaluation.Reports;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Constitutions.Mining;

/// <summary>What was mined, as a page.</summary>
internal static class MiningReport
{
    private const string Interval = "95 % interval";

    internal static ReportDocument Document(MinedPreferences mined, Constitution? constitution, DatasetReport data, RunFacts facts) =>
        new(
            "What these preferences teach",
            $"{mined.Pairs} pairs in {mined.Prompts} conversations: which features of an answer go together with being chosen. Correlation is not motive, and the word lists are rough.",
            [
                Principles(mined),
                new(
                    "How far choices can be foretold",
                    AccuracyBlocks.Of(
                        MiningText.Accuracies(mined),
                        "Share of pairs whose chosen answer is picked by what never saw their conversation; 95 % Wilson intervals."
                    )
                ),
                Features(mined),
                .. mined.Clauses is { } clauses ? Clauses(clauses, mined, constitution) : [],
                MiningWords.Section(mined.Words),
                new("Data", [DataTable(mined, data)]),
                Provenance.Section(facts),
            ]
        );

    private static ReportSection Principles(MinedPreferences mined) =>
        mined.Principles.Count == 0
            ? new("Principles", [new ParagraphBlock("No feature is clear of chance.")])
            : new(
                "Principles",
                [
                    new ParagraphBlock(
                        $"Clear of chance: the sign test survives {mined.Features.Findings.Count} tests at a false discovery rate of {mined.Options.FalseDiscoveryRate:P0} (q), the coefficient's interval is clear of 0, and both point the same way."
                    ),
                    new TableBlock(
                        "What a model that learns these choices is taught, the strongest first.",
                        [
                            new("principle"),
                            new("chosen has more", true),
                            new("of pairs that differ", true),
                            new("q", true),
                            new("coefficient", true),
                            new(Interval, true),
                        ],
                        [
                            .. mined.Principles.Select(finding =>
                                new[]
                                {
                                    finding.Principle(mined.Options.FalseDiscoveryRate)!.Text,
                                    $"{finding.Share.More.Value:P1}",
                                    $"{finding.Share.More.Trials}",
                                    $"{finding.Q:G2}",
                                    $"{finding.Coefficient.Value:F3}",
                                    $"{finding.Coefficient.Interval!.Value.Low:F3} to {finding.Coefficient.Interval.Value.High:F3}",
                                }
                            ),
                        ]
                    ),
                ]
            );

    private static ReportSection Features(MinedPreferences mined)
    {
        var measures = PairFeatures.All.ToDictionary(feature => feature.Id, feature => feature.Measures);
        return new(
            "Features",
            [
                Coefficients(
                    mined.Features,
                    "Log-odds that a standard deviation of difference adds to being chosen, all other features being equal."
                ),
                .. Findings(mined.Features, "feature", finding => finding.Name),
                new TableBlock(
                    $"How they are counted. Alike in all pairs: {(mined.Features.NeverDiffering.Count == 0 ? "none" : string.Join(", ", mined.Features.NeverDiffering))}.",
                    [new("feature"), new("value of an answer")],
                    [
                        .. mined.Features.Findings.Select(finding =>
                            new[] { finding.Name, measures.GetValueOrDefault(finding.Id, string.Empty) }
                        ),
                    ]
                ),
            ]
        );
    }

    private static IEnumerable<ReportSection> Clauses(ClauseComparison clauses, MinedPreferences mined, Constitution? constitution)
    {
        string Named(FeatureFinding finding) =>
            constitution?.Clauses.GetValueOrDefault(finding.Id)?.Text is { } text ? $"{finding.Id}: {text}" : finding.Id;
        yield return new(
            "Clauses",
            [
                new ParagraphBlock(
                    $"{clauses.Scored} of {mined.Pairs} pairs have scores. A coefficient below 0: the choices go against the clause."
                ),
                Coefficients(
                    clauses.Model,
                    "Log-odds that a standard deviation of a clause's opinion adds to being chosen, all other clauses being equal."
                ),
                .. Findings(clauses.Model, "clause", Named),
            ]
        );
        yield return new(
            "What no clause wants",
            [
                new ParagraphBlock(
                    "Each feature is laid on top of all clauses. Where the interval lies above 0, the choices follow it beyond what any clause says."
                ),
                new TableBlock(
                    "Nats of held-out log-likelihood a pair that the feature adds to all clauses.",
                    [new("feature"), new("preferred"), new("gain", true), new(Interval, true), new("unexplained")],
                    [
                        .. clauses.Added.Select(feature =>
                            new[]
                            {
                                feature.Name,
                                feature.Coefficient > 0 ? "more" : "less",
                                $"{feature.Gain.Value:F5}",
                                $"{feature.Gain.Interval!.Value.Low:F5} to {feature.Gain.Interval.Value.High:F5}",
                                feature.IsUnexplained ? "yes" : string.Empty,
                            }
                        ),
                    ]
                ),
            ]
        );
    }

    private static BarPlotBlock Coefficients(PreferenceModel model, string caption) =>
        new(
            caption,
            "coefficient, with bootstrap interval; right of 0: more of it is chosen",
            FigureFormat.Number,
            ["coefficient"],
            [
                .. model
                    .Findings.OrderByDescending(finding => finding.Coefficient.Value)
                    .Select(finding => new BarGroup(finding.Name, [finding.Coefficient])),
            ]
        );

    // Two tables: one with all columns is wider than a page.
    private static IEnumerable<TableBlock> Findings(PreferenceModel model, string what, Func<FeatureFinding, string> name)
    {
        var findings = model.Findings.OrderByDescending(finding => Math.Abs(finding.Coefficient.Value)).ToArray();
        yield return new(
            "For itself: of the pairs that differ in it, those whose chosen answer has more.",
            [
                new(what),
                new("chosen has more", true),
                new(Interval, true),
                new("pairs that differ", true),
                new("alike", true),
                new("q", true),
            ],
            [.. findings.Select(finding => Share(finding, name(finding)))]
        );
        yield return new(
            "Beside the others: its coefficient, and what held-out choices lose without it.",
            [
                new(what),
                new("coefficient", true),
                new(Interval, true),
                new("nats a pair lost", true),
                new(Interval, true),
                new("accuracy lost", true),
            ],
            [.. findings.Select(finding => Coefficient(finding, name(finding)))]
        );
    }

    private static string[] Share(FeatureFinding finding, string name)
    {
        var share = finding.Share.More.WilsonInterval();
        return
        [
            name,
            $"{finding.Share.More.Value:P1}",
            $"{share.Low:P1} to {share.High:P1}",
            $"{finding.Share.More.Trials}",
            $"{finding.Share.Ties}",
            $"{finding.Q:G2}",
        ];
    }

    private static string[] Coefficient(FeatureFinding finding, string name)
    {
        var (coefficient, gain) = (finding.Coefficient.Interval!.Value, finding.Gain.Interval!.Value);
        return
        [
            name,
            $"{finding.Coefficient.Value:F3}",
            $"{coefficient.Low:F3} to {coefficient.High:F3}",
            $"{finding.Gain.Value:F4}",
            $"{gain.Low:F4} to {gain.High:F4}",
            $"{finding.AccuracyLoss * 100:F1} points",
        ];
    }

    private static TableBlock DataTable(MinedPreferences mined, DatasetReport data) =>
        new(
            "Every row is accounted for.",
            [new("what"), new("number", true)],
            [
                ["rows read", $"{data.RowsRead}"],
                .. data.BadRows.Select(bad => new[] { $"left out: {bad.Key}", $"{bad.Value}" }),
                ["pairs", $"{mined.Pairs}"],
                ["conversations, by what they open with", $"{mined.Prompts}"],
            ]
        );
}
