namespace Plumbline.TinyWorld;

/// <summary>How well one rule finds its flaw.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Precision">
/// Rows it fired on that have the flaw, of all rows it fired on. A rule for duplicates is right where the earlier row asks for the same thing and
/// answers in the same words, whether the world copied it or two phrasings came close by themselves.
/// </param>
/// <param name="Recall">Rows with the flaw that were found, of all rows with the flaw; a duplicate may be found by either rule for duplicates.</param>
public sealed record RuleQuality(DirtyDataRule Rule, Rate Precision, Rate Recall);

/// <summary>What a filter did to the dirty corpus, held against the hidden truth.</summary>
/// <param name="Kept">Rows that stayed as they were.</param>
/// <param name="Redacted">Rows that stayed without their private data.</param>
/// <param name="Dropped">Rows that were removed.</param>
/// <param name="Rules">Each rule's precision and recall.</param>
/// <param name="FlawedBefore">Rows with a harmful, biased or private answer, of all rows.</param>
/// <param name="FlawedAfter">The same among the rows that remain; a redacted row counts as flawed if the judge still finds private data.</param>
/// <param name="GoodLost">Good first copies that were dropped, of all good first copies.</param>
public sealed record FilterReport(
    int Kept,
    int Redacted,
    int Dropped,
    IReadOnlyList<RuleQuality> Rules,
    Rate FlawedBefore,
    Rate FlawedAfter,
    Rate GoodLost
)
{
    private const Flaws BadAnswer = Flaws.HarmfulCompliance | Flaws.GroupBias | Flaws.PrivateData;
    private const Flaws Duplicate = Flaws.ExactDuplicate | Flaws.NearDuplicate;

    /// <summary>Measures <paramref name="decisions"/> about the rows of <paramref name="corpus"/>.</summary>
    /// <exception cref="ArgumentException">There is not one decision per row.</exception>
    public static FilterReport Measure(DirtyCorpus corpus, IReadOnlyList<RowDecision> decisions)
    {
        if (decisions.Count != corpus.Rows.Count)
        {
            throw new ArgumentException($"There are {decisions.Count} decisions about {corpus.Rows.Count} rows.", nameof(decisions));
        }

        (LabelledConversation Row, RowDecision Decision)[] rows = [.. corpus.Rows.Zip(decisions)];
        var remaining = rows.Where(row => row.Decision.Action != RowAction.Drop).ToArray();
        var good = rows.Where(row => row.Row.Flaws == Flaws.None).ToArray();
        return new FilterReport(
            rows.Count(row => row.Decision.Action == RowAction.Keep),
            rows.Count(row => row.Decision.Action == RowAction.Redact),
            rows.Length - remaining.Length,
            [
                Quality(rows, DirtyDataRule.PrivateData, Flaws.PrivateData),
                Quality(rows, DirtyDataRule.ExactDuplicate, Flaws.ExactDuplicate),
                Quality(rows, DirtyDataRule.NearDuplicate, Flaws.NearDuplicate),
                Quality(rows, DirtyDataRule.HarmfulCompliance, Flaws.HarmfulCompliance),
                Quality(rows, DirtyDataRule.DemeaningGroup, Flaws.GroupBias),
            ],
            new Rate(rows.Count(row => (row.Row.Flaws & BadAnswer) != 0), rows.Length),
            new Rate(remaining.Count(row => StillFlawed(row.Row, row.Decision)), remaining.Length),
            new Rate(good.Count(row => row.Decision.Action == RowAction.Drop), good.Length)
        );
    }

    private static RuleQuality Quality((LabelledConversation Row, RowDecision Decision)[] rows, DirtyDataRule rule, Flaws flaw)
    {
        var twin = rule switch
        {
            DirtyDataRule.ExactDuplicate => DirtyDataRule.NearDuplicate,
            DirtyDataRule.NearDuplicate => DirtyDataRule.ExactDuplicate,
            _ => rule,
        };
        var fired = rows.Where(row => Fired(row.Decision, rule)).ToArray();
        var flawed = rows.Where(row => (row.Row.Flaws & flaw) != 0).ToArray();
        return new RuleQuality(
            rule,
            new Rate(fired.Count(row => (flaw & Duplicate) != 0 ? Repeats(rows, row, rule) : (row.Row.Flaws & flaw) != 0), fired.Length),
            new Rate(flawed.Count(row => Fired(row.Decision, rule) || Fired(row.Decision, twin)), flawed.Length)
        );
    }

    private static bool Repeats(
        (LabelledConversation Row, RowDecision Decision)[] rows,
        (LabelledConversation Row, RowDecision Decision) copy,
        DirtyDataRule rule
    )
    {
        var finding = copy.Decision.Findings.First(finding => finding.Rule == rule);
        var (one, other) = (copy.Row, rows[finding.Original!.Value].Row);
        return one.Answer == other.Answer && Asked(one.Prompt).Equals(Asked(other.Prompt));

        static object Asked(WorldPrompt prompt) => (prompt.Language, prompt.Kind, prompt.Topic, prompt.Subject, prompt.Group);
    }

    private static bool Fired(RowDecision decision, DirtyDataRule rule) => decision.Findings.Any(finding => finding.Rule == rule);

    private static bool StillFlawed(LabelledConversation row, RowDecision decision) =>
        (row.Flaws & BadAnswer) switch
        {
            Flaws.None => false,
            Flaws.PrivateData when decision.Action == RowAction.Redact => ExactJudge
                .Judge(row.Prompt, decision.Result!.Completion.Messages![0].Text)
                .LeaksPrivateData,
            _ => true,
        };
}
