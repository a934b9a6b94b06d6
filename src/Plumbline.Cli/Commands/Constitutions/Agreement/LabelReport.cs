using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Evaluation.Reports;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Constitutions.Agreement;

/// <summary>How labellings agree, as a page.</summary>
internal static class LabelReport
{
    // What a page bears of a map.
    private const int MostColumns = 40;
    private const int MostRows = 200;

    internal static ReportDocument Document(LabelAgreement agreement, IReadOnlyList<string> names, RunFacts facts)
    {
        var clauses = agreement.ByDispute.Take(MostRows).ToList();
        return new(
            "Where judges and places part",
            $"{names.Count} labellings of the same pairs, compared clause by clause. Nothing is averaged over labellings.",
            [
                new(
                    "Where they part",
                    [
                        new MatrixBlock(
                            $"How far the labellings agree, the clauses they part about most first.{Left(agreement.ByDispute.Count() - clauses.Count, "clauses that they part about less")}",
                            "fuller colour: further apart",
                            ["same side", "alpha", "spread"],
                            [.. clauses.Select(clause => new MatrixRow(clause.Clause, Agreement(clause)))]
                        ),
                        new MatrixBlock(
                            $"The mean opinion of each labelling that the first answer is better, on the pairs that two labellings judged.{Left(Math.Max(0, names.Count - MostColumns), "labellings")}",
                            "fuller colour: surer of the first answer; compare along a row",
                            [.. names.Take(MostColumns)],
                            [.. clauses.Select(clause => new MatrixRow(clause.Clause, [.. clause.Means.Take(MostColumns).Select(Mean)]))]
                        ),
                        new ParagraphBlock(
                            "Same side: the share of pairs in which all that judged prefer the same answer, or none does. Alpha: Krippendorff\u2019s, 1 for full agreement and 0 for that of coins. Spread: from the lowest opinion to the highest, on average. Opinions are how sure a labelling is that the first answer is better, from 0 to 1."
                        ),
                    ]
                ),
                new(
                    "Pairs to read",
                    [
                        new TableBlock(
                            agreement.Disputed.Count == 0
                                ? "No pair has two labels that differ."
                                : "The pairs whose labels lie furthest apart.",
                            [new("pair"), new("spread", true), .. names.Select(name => new TableColumn(name, true))],
                            [
                                .. agreement.Disputed.Select(pair =>
                                    (IReadOnlyList<string>)[pair.Id, $"{pair.Spread:F3}", .. pair.Labels.Select(label => $"{label:F3}")]
                                ),
                            ]
                        ),
                    ]
                ),
                Provenance.Section(facts),
            ]
        );
    }

    /// <summary>What a map left out, after a blank; nothing where it is whole.</summary>
    internal static string Left(int count, string what) => count == 0 ? string.Empty : $" Left out: {count} {what}.";

    private static MatrixCell[] Agreement(ClauseAgreement clause) =>
        [
            new($"{clause.SameSide:P0}", 1 - clause.SameSide),
            clause.Alpha is { } alpha ? new($"{alpha:F2}", Math.Clamp(1 - alpha, 0, 1)) : new("none", null),
            new($"{clause.Spread:F2}", clause.Spread),
        ];

    private static MatrixCell Mean(double? mean) => mean is { } known ? new($"{known:F2}", known) : new("not judged", null);
}
