using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Feedback.Judging;
using Plumbline.Feedback.Revising;
using Plumbline.Lineage;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>
/// <c>plumb constitution revise</c>: prompts in, answers revised clause by clause out, as a fine-tuning set, a preference set, and all texts between.
/// </summary>
/// <param name="options">What is revised, by what, and how.</param>
/// <param name="context">The pipeline.</param>
internal sealed class RevisePipeline(ReviseOptions options, PipelineContext context)
{
    private const string AnswerColumn = "completion";

    private readonly ReviseWorkspace workspace = new(context.Folder);
    private readonly RevisedRows rows = new(options.Revision);

    /// <summary>Revises what is not revised yet.</summary>
    internal async Task<ReviseResult> RunAsync()
    {
        var constitution = ConstitutionFile.Read(options.Constitution, options.Overlays);
        var prompts = ReviseWorkspace.Prompts(options).ToList();
        Directory.CreateDirectory(context.Folder);
        using var cache = AnswerCache.Open(At("answers.db"));
        var needs = new JudgeNeeds(Writes: true, options.Revision.Gate.LeastLabel is not null, options.Revision.MaxTokens);
        using var reviser = JudgeModel.Open(options.Reviser, needs, options.Limits, cache, context.Clock);
        using var writer = options.Writer is { } other
            ? JudgeModel.Open(other, needs with { Scores = false }, options.Limits, cache, context.Clock)
            : null;
        var who = writer ?? reviser;
        var answers = new AnswerReviser(constitution, who.Judge, reviser.Judge, options.Revision, options.Seed);
        var (revised, failure) = await AskedRows.AllAsync(
            prompts,
            (prompt, token) => answers.ReviseAsync(prompt.Asked.Id, prompt.Asked.Prompt, prompt.Situation, Given(prompt.Asked), token),
            options.Limits.Parallel,
            ("revising", "prompts"),
            context.Progress,
            context.Cancellation
        );
        workspace.Keep(options, constitution);
        RevisionFile.Write(workspace.Revisions, revised);
        var kept = revised.Where(answer => answer.Rejection is null).ToList();
        var mixed = Mixed(kept.Sum(answer => rows.Learnt(answer).Count()));
        var record = new ConstitutionRecord(context, constitution, options);
        var data = ArtifactId.OfFile(options.Data.Path);
        var ids = (data, options.AnswersOfData ? data : record.ModelId(options.Writer ?? options.Reviser));
        RowOrigin[] helpful = options.Mix is { } mix ? [new("data", ArtifactId.OfFile(mix.Data.Path))] : [];
        TracedRows.Write(
            At("sft.jsonl"),
            [
                .. kept.SelectMany(answer => rows.Learnt(answer).Select(row => ((Example)row, From(answer, record, ids)))),
                .. mixed.Select(row => ((Example)row, helpful)),
            ]
        );
        var pairs = kept.Select(answer => (Row: RevisedRows.Preference(answer), Answer: answer))
            .Where(pair => pair.Row is not null)
            .ToList();
        TracedRows.Write(At("preferences.jsonl"), [.. pairs.Select(pair => ((Example)pair.Row!, From(pair.Answer, record, ids)))]);
        record.Write(
            [("revisions", workspace.Revisions), ("fine-tuning-data", At("sft.jsonl")), ("preferences", At("preferences.jsonl"))],
            options.Data.Path,
            [.. options.Writer is { } answering ? [answering] : Array.Empty<JudgeModelOptions>(), options.Reviser]
        );
        return new ReviseResult(prompts.Count, revised, mixed.Count, pairs.Count, reviser.Judge.Usage, failure?.Message);
    }

    private string? Given(PromptExample prompt) =>
        options.AnswersOfData && prompt.Columns.TryGetValue(AnswerColumn, out var own) ? own.ToString() : null;

    // The first of the file's answers, enough to make their share of the set.
    private List<PromptCompletionExample> Mixed(int own)
    {
        if (options.Mix is not { } mix)
        {
            return [];
        }

        var wanted = (int)Math.Round(own * mix.Share / (1 - mix.Share));
        return [.. mix.Data.Open(strict: false).ReadPromptCompletions().Take(wanted)];
    }

    // Every text between, by the clause that asked for it.
    private static RowOrigin[] From(RevisedAnswer answer, ConstitutionRecord record, (string Data, string Writer) ids) =>
        [
            new("prompt", ids.Data) { Text = answer.Prompt.ToString() },
            new("answer", ids.Writer) { Text = answer.Answer },
            .. answer.Rounds.SelectMany(round => Asked(round, record)),
        ];

    private static IEnumerable<RowOrigin> Asked(RevisionRound round, ConstitutionRecord record)
    {
        if (round.Critique is { } critique)
        {
            yield return new("critique", record.ConstitutionId) { Clause = round.Clause, Text = critique };
        }

        yield return new("revision", record.ConstitutionId) { Clause = round.Clause, Text = round.Revision };
    }

    private string At(string name) => Path.Combine(context.Folder, name);
}

/// <summary>What a revision found.</summary>
/// <param name="Prompts">Prompts in the data.</param>
/// <param name="Revised">The revised answers.</param>
/// <param name="Mixed">Answers that were mixed into the fine-tuning set.</param>
/// <param name="Pairs">Preferences.</param>
/// <param name="Usage">What the reviser was asked.</param>
/// <param name="Failure">What the first prompt without an answer failed with; null where all have one.</param>
internal sealed record ReviseResult(
    int Prompts,
    IReadOnlyList<RevisedAnswer> Revised,
    int Mixed,
    int Pairs,
    JudgeUsage Usage,
    string? Failure
) : IConstitutionRunResult
{
    /// <inheritdoc/>
    public string? Unfinished =>
        Failure is null
            ? null
            : $"{Prompts - Revised.Count} prompts have no answer; the same command asks for them again. The first failed so: {Failure}";

    /// <inheritdoc/>
    public JsonObject Json() =>
        new()
        {
            ["prompts"] = Prompts,
            ["revised"] = Revised.Count,
            ["preferences"] = Pairs,
            ["mixed"] = Mixed,
            ["rejected"] = new JsonObject(
                Enum.GetValues<RevisionRejection>()
                    .Select(rejection =>
                        KeyValuePair.Create(Name(rejection), (JsonNode?)Revised.Count(answer => answer.Rejection == rejection))
                    )
            ),
            ["clauses"] = new JsonObject(
                Revised
                    .SelectMany(answer => answer.Rounds)
                    .CountBy(round => round.Clause, StringComparer.Ordinal)
                    .OrderBy(count => count.Key, StringComparer.Ordinal)
                    .Select(count => KeyValuePair.Create(count.Key, (JsonNode?)count.Value))
            ),
            ["asked"] = Usage.Asked,
            ["from_cache"] = Usage.FromCache,
            ["failed"] = Usage.Failed,
        };

    /// <inheritdoc/>
    public void Write(TextWriter output)
    {
        var rejected = Revised.Where(answer => answer.Rejection is not null).CountBy(answer => Name(answer.Rejection!.Value));
        output.WriteLine($"{Revised.Count} of {Prompts} answers revised, {Pairs} preferences, {Mixed} answers mixed in.");
        output.WriteLine(
            Revised.All(answer => answer.Rejection is null)
                ? "None was rejected."
                : $"Rejected: {string.Join(", ", rejected.Select(count => $"{count.Value} {count.Key}"))}."
        );
        output.WriteLine($"The reviser was asked {Usage.Asked} questions; {Usage.FromCache} were answered before; {Usage.Failed} failed.");
    }

    private static string Name(RevisionRejection rejection) => JsonNamingPolicy.SnakeCaseLower.ConvertName(rejection.ToString());
}
