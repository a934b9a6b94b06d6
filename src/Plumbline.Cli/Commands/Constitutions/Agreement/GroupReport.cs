using Plumbline.Constitutions;
using Plumbline.Evaluation.Agreement;
using Plumbline.Evaluation.Reports;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Constitutions.Agreement;

/// <summary>How groups of people agree, as a page: a map of where they part, and every figure behind it.</summary>
internal static class GroupReport
{
    // What a page bears of a map.
    private const int MostColumns = 36;
    private const int MostRows = 100;

    internal static ReportDocument Document(GroupFindings findings, Constitution? constitution, RunFacts facts)
    {
        var parted = findings.Agreement.Tested.Count(each => findings.Agreement.Parts(each.Attribute));
        var tests = findings.Agreement.Tested.Count(each => each.Attribute.Test is not null);
        return new(
            "Where people part",
            $"{findings.Survey.Raters} raters, {findings.Survey.Requests} requests: groups part more than chance in {parted} of {tests} tests, one for each criterion and attribute.",
            [
                .. findings.Survey.Attributes.Select((attribute, i) => Map(findings, attribute, i)),
                Tests(findings.Agreement),
                Disputed(findings),
                .. constitution is null ? [] : Clauses(findings.Agreement, constitution),
                .. findings.Survey.Attributes.Select((attribute, i) => Figures(findings, attribute, i)),
                new(
                    "Who was counted",
                    [
                        new ParagraphBlock(string.Join("\n\n", findings.Accounts())),
                        new TableBlock(
                            "All raters together, whatever their groups: where groups part, this figure hides it.",
                            RaterColumns("criterion"),
                            [
                                .. findings.Agreement.Criteria.Select(criterion =>
                                    Row(GroupFindings.Name(criterion.Criterion), criterion.All)
                                ),
                            ]
                        ),
                    ]
                ),
                Provenance.Section(facts),
            ]
        );
    }

    private static ReportSection Map(GroupFindings findings, RaterTrait attribute, int place)
    {
        // What parts by this attribute stands first.
        var criteria = findings
            .Agreement.Tested.Where(each => each.Attribute == each.Criterion.Attributes[place])
            .Select(each => each.Criterion)
            .Take(MostRows)
            .ToList();
        // Pairs of groups that part somewhere come before those that never do.
        var all = criteria.Count == 0 ? [] : criteria[0].Attributes[place].Between;
        var pairs = Enumerable
            .Range(0, all.Count)
            .OrderBy(pair => criteria.Min(criterion => criterion.Attributes[place].Between[pair].SameSide?.Value ?? 1))
            .Take(MostColumns)
            .Order()
            .ToList();
        string Named(int group) => GroupFindings.OneLine(attribute.Groups[group]);
        return new(
            $"{GroupFindings.OneLine(attribute.Name)}: where groups part",
            [
                new MatrixBlock(
                    $"Pairs of answers on which two groups' mean opinions are on the same side.{LabelReport.Left(all.Count - pairs.Count, "pairs of groups that part less")}{LabelReport.Left(findings.Agreement.Criteria.Count - criteria.Count, "criteria that part less surely")}",
                    "fuller colour: less often on the same side",
                    [.. pairs.Select(pair => $"{Named(all[pair].First)} and {Named(all[pair].Second)}")],
                    [
                        .. criteria.Select(criterion => new MatrixRow(
                            GroupFindings.Name(criterion.Criterion),
                            [.. pairs.Select(pair => Cell(findings.Agreement, criterion.Attributes[place], pair))]
                        )),
                    ],
                    "these two lie apart, and the groups part more than chance by this criterion"
                ),
                new MatrixBlock(
                    "How far the raters of each group agree with each other: Krippendorff\u2019s \u03B1.",
                    "fuller colour: less agreement; 1 is full agreement, 0 and below that of coins",
                    [.. attribute.Groups.Select(GroupFindings.OneLine)],
                    [
                        .. criteria.Select(criterion => new MatrixRow(
                            GroupFindings.Name(criterion.Criterion),
                            [.. criterion.Attributes[place].Groups.Select(Cell)]
                        )),
                    ]
                ),
            ]
        );
    }

    private static MatrixCell Cell(GroupAgreement agreement, AttributeAgreement attribute, int pair)
    {
        var between = attribute.Between[pair];
        return between.SameSide is { } same
            ? new($"{same.Value:P0}", 1 - same.Value, agreement.Parts(attribute) && between.Distance?.Interval?.Low > 0)
            : new(GroupFindings.TooFew, null);
    }

    private static MatrixCell Cell(RaterAgreement group) =>
        group.Alpha is { } alpha
            ? double.IsNaN(alpha.Value)
                ? new("none", null)
                : new($"{alpha.Value:F2}", Math.Clamp(1 - alpha.Value, 0, 1))
            : new(GroupFindings.TooFew, null);

    private static ReportSection Tests(GroupAgreement agreement) =>
        new(
            "How sure it is",
            [
                new ParagraphBlock(
                    $"Distance: the squared distance between the groups' mean opinions, without what single raters differ by; 0 where groups think alike, 1 where they always prefer opposite answers. p: the share of {agreement.Options.Permutations} random dealings of the raters into groups of these sizes that part as far. Least p: what so few raters can give at least, however they think. q: the false discovery rate over all tests of this page; up to {agreement.Options.FalseDiscoveryRate:P0} is believed. Intervals: {agreement.Options.Confidence:P0}, from requests drawn again."
                ),
                new TableBlock(
                    "Where groups part, the surest first.",
                    [
                        new("criterion"),
                        new("attribute"),
                        new("distance", true),
                        new("p", true),
                        new("q", true),
                        new("least p", true),
                        new("part"),
                    ],
                    [
                        .. agreement.Tested.Select(each =>
                            new[]
                            {
                                GroupFindings.Name(each.Criterion.Criterion),
                                GroupFindings.OneLine(each.Attribute.Attribute),
                                GroupFindings.Figure(each.Attribute.Test?.Distance),
                                each.Attribute.Test is { } test ? $"{test.P:F4}" : string.Empty,
                                each.Attribute.Test is { } adjusted ? $"{adjusted.Q:F4}" : string.Empty,
                                each.Attribute.Test is { } least ? $"{least.LeastP:G2}" : string.Empty,
                                agreement.Parts(each.Attribute) ? "yes" : string.Empty,
                            }
                        ),
                    ]
                ),
            ]
        );

    private static IEnumerable<ReportSection> Clauses(GroupAgreement agreement, Constitution constitution)
    {
        var rows = agreement
            .Criteria.Where(criterion => criterion.Criterion is { } id && constitution.Clauses.ContainsKey(id))
            .Select(criterion => new[] { criterion.Criterion!, constitution.Clauses[criterion.Criterion!].Text })
            .ToArray();
        return rows.Length == 0
            ? []
            : [new("What the clauses say", [new TableBlock("The clauses that were ranked by.", [new("clause"), new("text")], rows)])];
    }

    private static ReportSection Disputed(GroupFindings findings)
    {
        var least = findings.Agreement.Options.LeastRaters;
        return new(
            "Requests to read",
            [
                findings.Agreement.Disputed.Count == 0
                    ? new ParagraphBlock($"No request parts two groups that have {least} raters on it.")
                    : new TableBlock(
                        $"Requests on which groups part most, of those with {least} raters of two groups: places to look at, not findings.",
                        [new("request"), new("what parts whom"), new("prompt"), new("one answer"), new("the other")],
                        [
                            .. findings.Agreement.Disputed.Select(disputed =>
                                new[]
                                {
                                    $"{disputed.Request}",
                                    $"{GroupFindings.Name(disputed.Criterion)}, {GroupText.Says(disputed)}",
                                    findings.Texts[disputed.Request].Prompt,
                                    $"{disputed.Better}: {findings.Texts[disputed.Request].Better}",
                                    $"{disputed.Worse}: {findings.Texts[disputed.Request].Worse}",
                                }
                            ),
                        ]
                    ),
            ]
        );
    }

    private static ReportSection Figures(GroupFindings findings, RaterTrait attribute, int place) =>
        new(
            $"{GroupFindings.OneLine(attribute.Name)}: figures",
            [
                new TableBlock(
                    "Each group by itself.",
                    RaterColumns("criterion, group"),
                    [
                        .. findings.Agreement.Criteria.SelectMany(criterion =>
                            attribute
                                .Groups.Zip(criterion.Attributes[place].Groups)
                                .Select(each =>
                                    Row($"{GroupFindings.Name(criterion.Criterion)}, {GroupFindings.OneLine(each.First)}", each.Second)
                                )
                        ),
                    ]
                ),
                new TableBlock(
                    "Each pair of groups.",
                    [
                        new("criterion, groups"),
                        new("raters", true),
                        new("requests", true),
                        new("pairs of answers", true),
                        new("same side", true),
                        new("distance", true),
                    ],
                    [
                        .. findings.Agreement.Criteria.SelectMany(criterion =>
                            criterion
                                .Attributes[place]
                                .Between.Select(pair =>
                                    new[]
                                    {
                                        $"{GroupFindings.Name(criterion.Criterion)}, {GroupFindings.OneLine(attribute.Groups[pair.First])} and {GroupFindings.OneLine(attribute.Groups[pair.Second])}",
                                        $"{pair.FirstRaters}, {pair.SecondRaters}",
                                        $"{pair.Requests}",
                                        $"{pair.Pairs}",
                                        GroupFindings.Figure(pair.SameSide),
                                        GroupFindings.Figure(pair.Distance),
                                    }
                                )
                        ),
                    ]
                ),
            ]
        );

    private static TableColumn[] RaterColumns(string first) =>
        [new(first), new("raters", true), new("requests", true), new("pairs of answers", true), new("same side", true), new("alpha", true)];

    private static string[] Row(string name, RaterAgreement raters) =>
        [
            name,
            $"{raters.Raters}",
            $"{raters.Requests}",
            $"{raters.Pairs}",
            GroupFindings.Figure(raters.SameSide),
            GroupFindings.Figure(raters.Alpha),
        ];
}
