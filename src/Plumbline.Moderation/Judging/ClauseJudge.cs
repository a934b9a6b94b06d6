using System.Text;
using Microsoft.Extensions.AI;
using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Scoring;

namespace Plumbline.Moderation.Judging;

/// <summary>
/// Asks a language model about each clause whether a text breaks it: the score is P(yes) / (P(yes) + P(no)) of how its reply begins. The costliest detector, and the only one that knows clauses which no hazard
/// stands for.
/// </summary>
/// <param name="judge">The model; not owned.</param>
/// <param name="constitution">The clauses.</param>
/// <param name="options">How it is asked.</param>
public sealed class ClauseJudge(IOptionScorer judge, Constitution constitution, ClauseJudgeOptions options) : IDetector
{
    private static readonly string[] Options = ["Yes", "No"];

    private readonly ClauseJudgeOptions asked = OptionsValidation.ThrowIfInvalid(options);

    private readonly IReadOnlyList<KeyValuePair<string, Clause>> clauses =
    [
        .. constitution
            .Clauses.Where(clause =>
                clause.Value.Polarity != Polarity.Permit
                && clause.Value.Hazards.Count > 0
                && constitution.TierOf(clause.Value) != FrameworkTier.Background
            )
            .OrderBy(clause => clause.Key, StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public string Name => "judge";

    /// <inheritdoc/>
    public string Version { get; } = $"{judge.Name} {ConstitutionHash.Of(constitution)[..16]}";

    /// <inheritdoc/>
    public DetectorCost Cost => DetectorCost.Judge;

    /// <inheritdoc/>
    public DetectorReading Reads => DetectorReading.Text;

    /// <inheritdoc/>
    public bool ReadsClauses => true;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Hazards { get; } =
    [.. constitution.Clauses.Values.SelectMany(clause => clause.Hazards).Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Finding>> DetectAsync(DetectorInput input, CancellationToken cancellationToken)
    {
        var about = clauses.Where(clause => input.Clauses?.Contains(clause.Key) ?? true).ToList();
        var findings = new Finding?[about.Count];
        await Parallel
            .ForEachAsync(
                Enumerable.Range(0, about.Count),
                new ParallelOptions { MaxDegreeOfParallelism = asked.Parallel, CancellationToken = cancellationToken },
                async (at, cancellation) => findings[at] = await AskAsync(about[at], input, cancellation).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        return [.. findings.OfType<Finding>()];
    }

    private async Task<Finding> AskAsync(KeyValuePair<string, Clause> clause, DetectorInput input, CancellationToken cancellation)
    {
        var question = new OptionQuestion([new ChatMessage(ChatRole.User, Question(clause.Value, input))], Options);
        var scores =
            await judge.ScoreOptionsAsync(question, cancellation).ConfigureAwait(false)
            ?? throw new ModelFailureException($"The judge {judge.Name} answers neither yes nor no.");
        return new Finding
        {
            Hazard = clause.Value.Hazards[0],
            Clause = clause.Key,
            Score = OptionProbabilities.Of(scores)[0],
        };
    }

    private string Question(Clause clause, DetectorInput input)
    {
        var (text, _) = clause.In(input.Language);
        var question = new StringBuilder();
        var context = input.Conversation.TakeLast(asked.Context).Select(message => $"{message.Role.Value}: {message.Text}").ToList();
        if (context.Count > 0)
        {
            question.Append(MarkedPassage.Of("What was said before stands", Shortened(string.Join("\n\n", context))));
        }

        question.Append(MarkedPassage.Of($"{NameOf(input.Part)} stands", Shortened(input.Text)));
        question.Append("A rule says: ").AppendLine(text.Trim());
        foreach (var exception in clause.Exceptions)
        {
            question.Append("It does not cover: ").AppendLine(exception.Trim());
        }

        return question.Append("\nWould passing this on break the rule? Reply with Yes or No alone.").ToString();
    }

    private static string NameOf(GuardedPart part) =>
        part switch
        {
            GuardedPart.Prompt => "What a user asks an assistant",
            GuardedPart.ToolCall => "What an assistant asks a tool to do",
            GuardedPart.ToolResult => "What a tool gave back to an assistant",
            GuardedPart.ImagePrompt => "What a user asks an image model for",
            _ => "What an assistant answers",
        };

    // Beginning and end: where requests stand, and where texts that bury them stop.
    private string Shortened(string text) =>
        text.Length <= asked.LongestText
            ? text
            : $"{text.AsSpan(0, asked.LongestText / 2)}\n[...]\n{text.AsSpan(text.Length - (asked.LongestText / 2))}";
}
