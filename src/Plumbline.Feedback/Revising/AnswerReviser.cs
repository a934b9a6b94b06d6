using Microsoft.Extensions.AI;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Feedback.Judging;
using Plumbline.Randomness;
using Plumbline.Scoring;

namespace Plumbline.Feedback.Revising;

/// <summary>
/// The supervised stage of Constitutional AI (arXiv 2212.08073): a model answers, is asked what in its answer breaks a clause, and is asked to rewrite it, round by round, each by another
/// clause. The revision replaces the answer in the next round, and earlier critiques are not shown.
/// </summary>
public sealed class AnswerReviser
{
    private readonly RevisionRules rules;
    private readonly string hash;
    private readonly Judge writer;
    private readonly Judge reviser;
    private readonly RevisionOptions options;
    private readonly Seed seed;
    private readonly PairLabeller? quality;

    /// <summary>Checks that everyone can do what is asked.</summary>
    /// <param name="constitution">The clauses and demonstrations.</param>
    /// <param name="writer">Who answers; not owned.</param>
    /// <param name="reviser">Who criticises and revises; may be the same. Not owned.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Decides which clauses are drawn, and what is sampled.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or somebody lacks what is needed.</exception>
    public AnswerReviser(Constitution constitution, Judge writer, Judge reviser, RevisionOptions options, Seed seed)
    {
        (this.writer, this.reviser, this.options, this.seed) = (writer, reviser, options, seed);
        rules = new RevisionRules(constitution, options, seed);
        hash = ConstitutionHash.Of(constitution);
        foreach (var model in new[] { writer, reviser }.Where(model => !model.Writes))
        {
            throw new InvalidInputException($"The model {model.Name} does not write.", "Use a model that chats.");
        }

        quality = options.Gate.LeastLabel is null ? null : new PairLabeller(rules.Quality(reviser.Name), reviser);
    }

    /// <summary>Answers a prompt, and revises the answer.</summary>
    /// <param name="id">The prompt's id.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="situation">Where and when.</param>
    /// <param name="given">An answer that is there already; null lets the writer answer.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="ModelFailureException">A model did not answer.</exception>
    /// <exception cref="JudgeStoppedException">A model may not be asked any more.</exception>
    public async Task<RevisedAnswer> ReviseAsync(
        string id,
        Content prompt,
        Situation situation,
        string? given = null,
        CancellationToken cancellation = default
    )
    {
        var conversation = Conversation(prompt);
        var answer = given ?? await writer.WriteAsync(conversation, Writing(id, "answer", 0), cancellation).ConfigureAwait(false);
        var drawn = rules.Clauses(id, situation);
        var rounds = new List<RevisionRound>();
        var current = answer;
        RevisionRejection? rejection = null;
        for (var round = 0; round < drawn.Count && rejection is null; round++)
        {
            var next = await RoundAsync(id, conversation, current, drawn[round], round, situation, cancellation).ConfigureAwait(false);
            rounds.Add(next);
            current = next.Revision;
            rejection = RevisionGate.Of(next, options.Gate);
        }

        rejection ??= await IsWorseAsync(id, prompt, answer, current, situation, cancellation).ConfigureAwait(false)
            ? RevisionRejection.Worse
            : null;
        return new RevisedAnswer(id, hash, writer.Name, reviser.Name, prompt, answer, rounds, rejection);
    }

    private async Task<RevisionRound> RoundAsync(
        string id,
        List<ChatMessage> conversation,
        string answer,
        string clauseId,
        int round,
        Situation situation,
        CancellationToken cancellation
    )
    {
        var request = rules.Request(clauseId, situation);
        List<ChatMessage> messages =
        [
            .. rules.Demonstrations.SelectMany(demonstration => Shown(demonstration, request)),
            .. conversation,
            new(ChatRole.Assistant, answer),
        ];
        string? critique = null;
        if (options.Critique)
        {
            messages.Add(new(ChatRole.User, request.Critique));
            critique = await reviser.WriteAsync(messages, Writing(id, "critique", round), cancellation).ConfigureAwait(false);
            if (options.Unbroken is { } nothing && critique.TrimStart().StartsWith(nothing, StringComparison.OrdinalIgnoreCase))
            {
                return new RevisionRound(clauseId, critique, answer);
            }

            messages.Add(new(ChatRole.Assistant, critique));
        }

        messages.Add(new(ChatRole.User, request.Revision));
        var revision = await reviser.WriteAsync(messages, Writing(id, "revision", round), cancellation).ConfigureAwait(false);
        return new RevisionRound(clauseId, critique, revision.Trim());
    }

    private IEnumerable<ChatMessage> Shown(Demonstration demonstration, RevisionRequest request)
    {
        yield return new(ChatRole.User, demonstration.Prompt);
        yield return new(ChatRole.Assistant, demonstration.Answer);
        if (options.Critique)
        {
            yield return new(ChatRole.User, demonstration.CritiqueRequest ?? request.Critique);
            yield return new(ChatRole.Assistant, demonstration.Critique);
        }

        yield return new(ChatRole.User, demonstration.RevisionRequest ?? request.Revision);
        yield return new(ChatRole.Assistant, demonstration.Revision);
    }

    private async Task<bool> IsWorseAsync(
        string id,
        Content prompt,
        string answer,
        string revision,
        Situation situation,
        CancellationToken cancellation
    )
    {
        if (quality is null || revision == answer)
        {
            return false;
        }

        var pair = new ComparedPair(id, prompt, Content.FromText(revision), Content.FromText(answer), situation);
        var label = await quality.LabelAsync(pair, null, cancellation).ConfigureAwait(false);
        return label.Label is { } sure && sure < options.Gate.LeastLabel;
    }

    // Each text of each prompt has a seed of its own.
    private WritingOptions Writing(string id, string what, int round) =>
        new(options.Temperature, options.MaxTokens, seed.Derive(id).Derive(what, round).Value);

    private static List<ChatMessage> Conversation(Content prompt) =>
        prompt.Messages is { } messages ? [.. messages] : [new ChatMessage(ChatRole.User, prompt.Text!)];
}
