using Plumbline.Evaluation.Reports;

namespace Plumbline.Cli.Pipelines.Demo.Constitutional;

/// <summary>What the demo by a constitution tells beside its measurements.</summary>
internal static class ConstitutionReport
{
    /// <summary>For the page.</summary>
    internal static IReadOnlyList<ReportSection> Sections(ConstitutionFindings found) =>
        [
            new("Revisions", [new ParagraphBlock(Revisions(found))]),
            new(
                "The judge",
                [
                    new ParagraphBlock(Judge(found)),
                    new TableBlock(
                        "Each clause, over pairs of which only one answer keeps it by the exact judge.",
                        [
                            new("clause"),
                            new("pairs", true),
                            new("judge is right", true),
                            new("position bias", true),
                            new("prefers a place", true),
                        ],
                        [.. found.Clauses.Select(Row)]
                    ),
                ]
            ),
        ];

    /// <summary>For the terminal.</summary>
    internal static void Write(TextWriter output, ConstitutionFindings found)
    {
        output.WriteLine(Revisions(found));
        output.WriteLine(Judge(found));
        foreach (var clause in found.Clauses)
        {
            output.WriteLine(
                $"  {clause.Clause, -10} right in {clause.Right.Value, 6:P1} of {clause.Right.Trials, 5}; position bias {clause.Judge.PositionBias:+0.000;-0.000;0.000}"
            );
        }
    }

    private static string[] Row(ClauseFinding clause) =>
        [
            clause.Clause,
            $"{clause.Right.Trials}",
            $"{clause.Right.Value:P1}",
            $"{clause.Judge.PositionBias:+0.000;-0.000;0.000}",
            $"{clause.Judge.Flips:P1}",
        ];

    private static string Revisions(ConstitutionFindings found) =>
        $"{found.After.Trials} answers were changed by revision: {found.Before.Value:P1} of them were what the world wants before, {found.After.Value:P1} afterwards.";

    private static string Judge(ConstitutionFindings found) =>
        $"{found.Pairs} pairs were labelled. Of {found.Better.Trials} in which one answer is better, that one prevails in {found.Better.Value:P1}, the worse one in {found.Worse.Value:P1}, and neither in the rest.";
}
