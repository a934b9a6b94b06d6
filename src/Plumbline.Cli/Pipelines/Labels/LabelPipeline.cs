using System.Text.Json.Nodes;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Settlements;
using Plumbline.Feedback.Judging;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary><c>plumb constitution label</c>: pairs of answers in, labels by every clause and preferences out.</summary>
/// <param name="options">What is labelled, by what, and how.</param>
/// <param name="context">The pipeline.</param>
internal sealed class LabelPipeline(LabelOptions options, PipelineContext context)
{
    private readonly LabelWorkspace workspace = new(context.Folder);

    /// <summary>Labels what is not labelled yet.</summary>
    internal async Task<LabelResult> RunAsync()
    {
        var constitution = ConstitutionFile.Read(options.Constitution, options.Overlays);
        var pairs = LabelWorkspace.Pairs(options);
        workspace.Keep(options, constitution);
        using var cache = AnswerCache.Open(workspace.Answers);
        using var model = JudgeModel.Open(options.Judge, JudgeNeeds.Of(options.Comparison), options.Limits, cache, context.Clock);
        var labeller = new PairLabeller(new LabelRules(constitution, model.Judge.Name, options.Comparison, options.Seed), model.Judge);
        var (labels, failure) = await AskedRows.AllAsync(
            pairs,
            (pair, token) => labeller.LabelAsync(pair, before: null, token),
            options.Limits.Parallel,
            ("labelling", "pairs"),
            context.Progress,
            context.Cancellation
        );
        var byId = labels.ToDictionary(label => label.Id, StringComparer.Ordinal);
        var preferences = workspace.Write(pairs, byId, options, new ConstitutionRecord(context, constitution, options));
        return new LabelResult(pairs.Count, preferences, labels, model.Judge.Usage, failure?.Message);
    }
}

/// <summary>What a labelling found.</summary>
/// <param name="Pairs">Pairs in the data.</param>
/// <param name="Preferences">Those in which an answer prevails.</param>
/// <param name="Labels">The labels.</param>
/// <param name="Usage">What the judge was asked.</param>
/// <param name="Failure">What the first pair without labels failed with; null where all have some.</param>
internal sealed record LabelResult(int Pairs, int Preferences, IReadOnlyList<LabelledPair> Labels, JudgeUsage Usage, string? Failure)
    : IConstitutionRunResult
{
    /// <inheritdoc/>
    public string? Unfinished =>
        Failure is null
            ? null
            : $"{Pairs - Labels.Count} pairs have no labels; the same command asks for them again. The first failed so: {Failure}";

    /// <inheritdoc/>
    public JsonObject Json()
    {
        var all = LabelStatistics.Of(Labels);
        return new JsonObject
        {
            ["pairs"] = Pairs,
            ["labelled"] = Labels.Count,
            ["preferences"] = Preferences,
            ["outcomes"] = new JsonObject(
                Enum.GetValues<SettlementOutcome>()
                    .Select(outcome =>
                        KeyValuePair.Create(Name(outcome), (JsonNode?)Labels.Count(label => label.Settled.Outcome == outcome))
                    )
            ),
            ["agrees_with_data"] = AgreesWithData,
            ["asked"] = Usage.Asked,
            ["from_cache"] = Usage.FromCache,
            ["failed"] = Usage.Failed,
            ["position_bias"] = all.PositionBias,
            ["flips"] = all.Flips,
            ["unjudged"] = all.Unjudged,
            ["clauses"] = new JsonObject(
                LabelStatistics
                    .ByClause(Labels)
                    .Select(clause =>
                        KeyValuePair.Create(
                            clause.Key,
                            (JsonNode?)
                                new JsonObject
                                {
                                    ["judgements"] = clause.Value.Judgements,
                                    ["unjudged"] = clause.Value.Unjudged,
                                    ["position_bias"] = clause.Value.PositionBias,
                                    ["flips"] = clause.Value.Flips,
                                }
                        )
                    )
            ),
        };
    }

    /// <summary>Of the pairs in which an answer prevails, the share in which it is the one that the data prefer; null where there is none.</summary>
    internal double? AgreesWithData
    {
        get
        {
            var decided = Labels.Where(label => label.Settled.Outcome is SettlementOutcome.First or SettlementOutcome.Second).ToList();
            return decided.Count == 0 ? null : decided.Average(label => label.Settled.Outcome == SettlementOutcome.First ? 1.0 : 0.0);
        }
    }

    /// <inheritdoc/>
    public void Write(TextWriter output)
    {
        var all = LabelStatistics.Of(Labels);
        output.WriteLine($"{Labels.Count} of {Pairs} pairs labelled, {Preferences} preferences.");
        output.WriteLine(
            $"The judge was asked {Usage.Asked} questions; {Usage.FromCache} were answered before; {Usage.Failed} failed; {all.Unjudged} named no answer."
        );
        output.WriteLine(
            $"Position bias {all.PositionBias:+0.000;-0.000}; it prefers a place rather than an answer in {all.Flips:P1} of {all.Judgements} judgements."
        );
        if (AgreesWithData is { } agreement)
        {
            output.WriteLine($"The prevailing answer is the one that the data prefer in {agreement:P1}.");
        }
    }

    private static string Name(SettlementOutcome outcome) =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString());
}
