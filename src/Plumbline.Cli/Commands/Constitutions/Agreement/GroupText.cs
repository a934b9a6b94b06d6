using Plumbline.Evaluation.Agreement;

namespace Plumbline.Cli.Commands.Constitutions.Agreement;

/// <summary>How groups of people agree, for a terminal.</summary>
internal static class GroupText
{
    internal static void Write(TextWriter output, GroupFindings findings)
    {
        foreach (var sentence in findings.Accounts())
        {
            output.WriteLine(sentence);
        }

        output.WriteLine();
        WriteTests(output, findings.Agreement);
        foreach (var criterion in findings.Agreement.Criteria)
        {
            output.WriteLine();
            Write(output, criterion, findings.Survey.Attributes);
        }

        output.WriteLine();
        WriteDisputed(output, findings);
    }

    private static void WriteTests(TextWriter output, GroupAgreement agreement)
    {
        var width = agreement.Criteria.Max(criterion => GroupFindings.Name(criterion.Criterion).Length);
        output.WriteLine($"Where groups part, the surest first (q: false discovery rate over all {Count(agreement)} tests):");
        output.WriteLine($"  {"criterion".PadRight(Math.Max(width, 9))}  {"attribute", -16}  {"distance", -24}       p       q  least p");
        foreach (var (criterion, attribute) in agreement.Tested)
        {
            var name = GroupFindings.Name(criterion.Criterion).PadRight(Math.Max(width, 9));
            output.WriteLine(
                attribute.Test is { } test
                    ? $"  {name}  {GroupFindings.OneLine(attribute.Attribute), -16}  {GroupFindings.Figure(test.Distance), -24}  {test.P, 6:F4}  {test.Q, 6:F4}  {test.LeastP, 7:G2}{(agreement.Parts(attribute) ? "  part" : string.Empty)}"
                    : $"  {name}  {GroupFindings.OneLine(attribute.Attribute), -16}  {GroupFindings.TooFew}"
            );
        }
    }

    private static int Count(GroupAgreement agreement) => agreement.Tested.Count(each => each.Attribute.Test is not null);

    private static void Write(TextWriter output, CriterionAgreement criterion, IReadOnlyList<RaterTrait> attributes)
    {
        output.WriteLine($"{GroupFindings.Name(criterion.Criterion)}: {criterion.Requests} requests, {criterion.Pairs} pairs of answers");
        output.WriteLine($"  {"who", -36}  {"raters", 9}  requests  pairs  {"same side", -24}  alpha; between: distance");
        Write(output, "all raters, whatever their groups", criterion.All);
        foreach (var (attribute, agreement) in attributes.Zip(criterion.Attributes))
        {
            var name = GroupFindings.OneLine(attribute.Name);
            foreach (var (group, own) in attribute.Groups.Zip(agreement.Groups))
            {
                Write(output, $"{name} {GroupFindings.OneLine(group)}", own);
            }

            foreach (var pair in agreement.Between)
            {
                var who =
                    $"{name} {GroupFindings.OneLine(attribute.Groups[pair.First])} | {GroupFindings.OneLine(attribute.Groups[pair.Second])}";
                output.WriteLine(
                    $"  {who, -36}  {$"{pair.FirstRaters} | {pair.SecondRaters}", 9}  {pair.Requests, 8}  {pair.Pairs, 5}  {GroupFindings.Figure(pair.SameSide), -24}  {GroupFindings.Figure(pair.Distance)}"
                );
            }
        }
    }

    private static void Write(TextWriter output, string who, RaterAgreement raters) =>
        output.WriteLine(
            $"  {who, -36}  {raters.Raters, 9}  {raters.Requests, 8}  {raters.Pairs, 5}  {GroupFindings.Figure(raters.SameSide), -24}  {GroupFindings.Figure(raters.Alpha)}"
        );

    private static void WriteDisputed(TextWriter output, GroupFindings findings)
    {
        var least = findings.Agreement.Options.LeastRaters;
        output.WriteLine(
            findings.Agreement.Disputed.Count == 0
                ? $"No request parts two groups that have {least} raters on it."
                : $"Requests on which groups part most, of those with {least} raters of two groups:"
        );
        foreach (var disputed in findings.Agreement.Disputed)
        {
            output.WriteLine(
                $"  {disputed.Request} by {GroupFindings.Name(disputed.Criterion)}, {Says(disputed)}: {findings.Texts[disputed.Request].Prompt}"
            );
        }
    }

    /// <summary>What parts the groups, in words.</summary>
    internal static string Says(DisputedRequest disputed) =>
        $"{GroupFindings.OneLine(disputed.Attribute)} {disputed.Gap:F3} apart; that answer {disputed.Better} is better than {disputed.Worse}: {GroupFindings.OneLine(disputed.First)} {disputed.FirstMean:F3}, {GroupFindings.OneLine(disputed.Second)} {disputed.SecondMean:F3}";
}
