using System.Text;
using Microsoft.Extensions.AI;

namespace Plumbline.Scoring;

/// <summary>
/// Scores options with a model that only goes on with texts: the conversation is written out as a transcript, and each option is scored behind it. For models without a chat
/// template, and for servers whose completions echo log-probabilities.
/// </summary>
/// <param name="scorer">The model.</param>
/// <param name="name">What it is called.</param>
public sealed class TranscriptOptionScorer(IScorer scorer, string name) : IOptionScorer
{
    private const string TurnEnd = "\n\n";

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<double>?> ScoreOptionsAsync(OptionQuestion question, CancellationToken cancellation = default)
    {
        if (!question.Whole)
        {
            question.ThrowIfOneBeginsAnother();
        }

        var transcript = Transcript(question.Messages);
        // What stands behind every turn of a transcript.
        var end = question.Whole ? TurnEnd : string.Empty;
        var scores = await scorer
            .ScoreAsync([.. question.Options.Select(option => new ScoringRequest(transcript, $" {option}{end}"))], cancellation)
            .ConfigureAwait(false);
        return [.. scores.Select(score => score.Total)];
    }

    /// <summary>The conversation as a text that ends where the assistant begins.</summary>
    internal static string Transcript(IEnumerable<ChatMessage> messages)
    {
        var text = new StringBuilder();
        foreach (var message in messages)
        {
            text.Append(Speaker(message.Role)).Append(": ").Append(message.Text).Append(TurnEnd);
        }

        return text.Append(Speaker(ChatRole.Assistant)).Append(':').ToString();
    }

    private static string Speaker(ChatRole role) =>
        role == ChatRole.System ? "System"
        : role == ChatRole.Assistant ? "Assistant"
        : "Human";
}
