using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Settlements;
using Plumbline.Feedback.Judging;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>What another constitution would change of a workspace's labels, and the change itself.</summary>
/// <param name="folder">The workspace.</param>
internal sealed class RelabelPipeline(string folder)
{
    private readonly LabelWorkspace workspace = new(folder);

    /// <summary>What would change, without asking the judge.</summary>
    /// <param name="constitution">The other constitution.</param>
    internal RelabelPreview Preview(Constitution constitution)
    {
        var options = workspace.Options();
        var labels = LabelFile.Read(workspace.Labels).ToDictionary(label => label.Id, StringComparer.Ordinal);
        var pairs = LabelWorkspace.Pairs(options).Where(pair => labels.ContainsKey(pair.Id)).ToList();
        var rules = new LabelRules(constitution, AskedModel.NameOf(options.Judge), options.Comparison, options.Seed);
        var plans = pairs.ConvertAll(pair => RelabelPlan.Of(rules, pair, labels[pair.Id]));
        return new RelabelPreview(options, pairs, labels, rules, plans, pairs.Sum(pair => rules.Asked(pair).Count));
    }

    /// <summary>Labels what is touched anew, and nothing else.</summary>
    /// <param name="preview">What is touched.</param>
    /// <param name="constitution">The other constitution.</param>
    /// <param name="files">Its file and overlays, for the workspace's options.</param>
    /// <param name="context">The pipeline.</param>
    internal async Task<RelabelResult> RunAsync(
        RelabelPreview preview,
        Constitution constitution,
        (string File, IReadOnlyList<string> Overlays) files,
        PipelineContext context
    )
    {
        using var cache = AnswerCache.Open(workspace.Answers);
        using var model = JudgeModel.Open(
            preview.Options.Judge,
            JudgeNeeds.Of(preview.Options.Comparison),
            preview.Options.Limits,
            cache,
            context.Clock
        );
        var touched = preview.Plans.Where(plan => plan.IsTouched).ToList();
        var labeller = new PairLabeller(preview.Rules, model.Judge);
        var (labels, failure) = await AskedRows.AllAsync(
            touched,
            (plan, token) => labeller.LabelAsync(plan.Pair, plan.Before, token),
            preview.Options.Limits.Parallel,
            ("labelling", "pairs"),
            context.Progress,
            context.Cancellation
        );
        if (failure is not null)
        {
            // Half of the labels under one constitution and half under another are worse than none: what was answered is in the cache.
            throw failure;
        }

        var fresh = labels.ToDictionary(label => label.Id, StringComparer.Ordinal);
        var after = preview.Plans.ToDictionary(plan => plan.Pair.Id, plan => fresh.GetValueOrDefault(plan.Pair.Id) ?? plan.Recombined!);
        var options = preview.Options with { Constitution = files.File, Overlays = files.Overlays };
        workspace.Keep(options, constitution);
        var preferences = workspace.Write(preview.Pairs, after, options, new ConstitutionRecord(context, constitution, options));
        return new RelabelResult(
            RelabelResult.Outcomes(preview.Labels.Values),
            RelabelResult.Outcomes(after.Values),
            touched.Count(plan => RelabelPlan.Differs(plan.Before, after[plan.Pair.Id])),
            touched.Count(plan => RelabelPlan.Turns(plan.Before, after[plan.Pair.Id])),
            preferences,
            model.Judge.Usage
        );
    }
}

/// <summary>What another constitution would change of labels.</summary>
/// <param name="Options">How they were made.</param>
/// <param name="Pairs">The labelled pairs.</param>
/// <param name="Labels">Their labels, by id.</param>
/// <param name="Rules">The other constitution's.</param>
/// <param name="Plans">What becomes of each pair.</param>
/// <param name="AllJudgements">Judgements that labelling everything anew would need; each is two questions and more.</param>
internal sealed record RelabelPreview(
    LabelOptions Options,
    IReadOnlyList<ComparedPair> Pairs,
    IReadOnlyDictionary<string, LabelledPair> Labels,
    LabelRules Rules,
    IReadOnlyList<RelabelPlan> Plans,
    int AllJudgements
)
{
    /// <summary>Pairs whose labels change, or may change.</summary>
    internal IReadOnlyList<RelabelPlan> Touched { get; } = [.. Plans.Where(plan => plan.IsTouched)];

    /// <summary>The same with the preferences that were made of them.</summary>
    internal IReadOnlyList<TouchedItem> Items =>
        field ??= [
            .. Touched.Select(plan => new TouchedItem(
                plan.Pair.Id,
                LabelWorkspace.Preference(plan.Pair, plan.Before, Options.Comparison) is { } row ? [row.Id] : [],
                plan.ToAsk.Concat(plan.Before.Clauses.Keys).Concat(plan.Recombined?.Clauses.Keys ?? []).ToHashSet(StringComparer.Ordinal)
            )),
        ];

    /// <summary>Judgements that must be asked for.</summary>
    internal int ToAsk => Plans.Sum(plan => plan.ToAsk.Count);

    /// <summary>The share of judgements that need not be asked for again.</summary>
    internal double Saved => AllJudgements == 0 ? 1 : 1 - ((double)ToAsk / AllJudgements);

    /// <summary>The figures for machines.</summary>
    internal JsonObject Json() =>
        new()
        {
            ["labelled"] = Plans.Count,
            ["touched"] = Touched.Count,
            ["judgements_to_ask"] = ToAsk,
            ["judgements_in_all"] = AllJudgements,
            ["saved"] = Saved,
            ["by_clause"] = new JsonObject(
                Plans
                    .SelectMany(plan => plan.ToAsk)
                    .CountBy(id => id, StringComparer.Ordinal)
                    .OrderBy(count => count.Key, StringComparer.Ordinal)
                    .Select(count => KeyValuePair.Create(count.Key, (JsonNode?)count.Value))
            ),
            ["training_rows"] = Items.Sum(item => item.Rows.Count),
            ["items"] = new JsonArray([.. Items.Select(item => (JsonNode)item.Id)]),
        };

    /// <summary>The figures for readers.</summary>
    internal void Write(TextWriter output) =>
        output.WriteLine(
            $"{Touched.Count} of {Plans.Count} labelled pairs are touched, with {Items.Sum(item => item.Rows.Count)} training rows; {ToAsk} of {AllJudgements} judgements must be asked for, {Saved:P1} are saved."
        );
}

/// <summary>What labelling anew changed.</summary>
/// <param name="Before">How the pairs came out before.</param>
/// <param name="After">How they come out now.</param>
/// <param name="Changed">Pairs whose labels are others.</param>
/// <param name="Turned">Pairs in which the other answer prevails.</param>
/// <param name="Preferences">Preferences that were written.</param>
/// <param name="Usage">What the judge was asked.</param>
internal sealed record RelabelResult(
    IReadOnlyDictionary<SettlementOutcome, int> Before,
    IReadOnlyDictionary<SettlementOutcome, int> After,
    int Changed,
    int Turned,
    int Preferences,
    JudgeUsage Usage
)
{
    /// <summary>Counts outcomes.</summary>
    internal static IReadOnlyDictionary<SettlementOutcome, int> Outcomes(IEnumerable<LabelledPair> labels) =>
        labels.CountBy(label => label.Settled.Outcome).ToDictionary();

    /// <summary>The figures for machines.</summary>
    internal JsonObject Json() =>
        new()
        {
            ["before"] = Counts(Before),
            ["after"] = Counts(After),
            ["changed"] = Changed,
            ["turned"] = Turned,
            ["preferences"] = Preferences,
            ["asked"] = Usage.Asked,
            ["from_cache"] = Usage.FromCache,
        };

    /// <summary>The figures for readers.</summary>
    internal void Write(TextWriter output)
    {
        foreach (var outcome in Enum.GetValues<SettlementOutcome>())
        {
            output.WriteLine(
                $"  {Name(outcome), -10} {Before.GetValueOrDefault(outcome), 6} before, {After.GetValueOrDefault(outcome), 6} now"
            );
        }

        output.WriteLine(
            $"Labelled anew: {Changed} labels changed, in {Turned} pairs the other answer prevails; {Usage.Asked} questions asked, {Usage.FromCache} answered before; {Preferences} preferences."
        );
    }

    private static JsonObject Counts(IReadOnlyDictionary<SettlementOutcome, int> outcomes) =>
        new(
            Enum.GetValues<SettlementOutcome>()
                .Select(outcome => KeyValuePair.Create(Name(outcome), (JsonNode?)outcomes.GetValueOrDefault(outcome)))
        );

    private static string Name(SettlementOutcome outcome) => JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString());
}
