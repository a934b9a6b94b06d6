using Microsoft.Extensions.AI;

namespace Plumbline.Moderation.Chat;

/// <summary>The updates of one answer behind a guard. Text and thoughts are each one guarded text, whatever comes between their pieces; everything else is checked whole.</summary>
/// <param name="guard">The guard.</param>
/// <param name="about">What is known of the conversation.</param>
internal sealed class GuardedUpdates(IGuard guard, GuardRequest about)
{
    private readonly IGuardedText answer = guard.Open(about);
    private readonly IGuardedText thoughts = guard.Open(about);
    private ChatResponseUpdate? latest;
    private bool hasThoughts;

    /// <summary>The decision that ended the answer; null while it goes on.</summary>
    public GuardDecision? Stopped { get; private set; }

    /// <summary>Whether any text left.</summary>
    public bool HasReleased { get; private set; }

    /// <summary>Takes the next update.</summary>
    /// <returns>What of it, and of what was held back, may leave; null for nothing.</returns>
    public async ValueTask<ChatResponseUpdate?> AddAsync(ChatResponseUpdate update, CancellationToken cancellationToken)
    {
        latest = update;
        var passed = new List<AIContent>();
        foreach (var content in update.Contents)
        {
            var piece = content switch
            {
                TextContent text => Text(await answer.AddAsync(text.Text, cancellationToken).ConfigureAwait(false)),
                TextReasoningContent thought => Thought(await thoughts.AddAsync(thought.Text, cancellationToken).ConfigureAwait(false)),
                _ => await WholeAsync(content, cancellationToken).ConfigureAwait(false),
            };
            if (Stopped is not null)
            {
                break;
            }

            if (piece is not null)
            {
                passed.Add(piece);
            }
        }

        // The end of the answer waits for what is held back: clients stop reading at it.
        var isEmpty = passed.Count == 0 && update.Contents.Count > 0;
        return isEmpty || Stopped is not null && passed.Count == 0 ? null : Like(update, passed, finish: null);
    }

    /// <summary>Ends the answer.</summary>
    /// <returns>What was held back and may leave, with the finish reason; null for nothing.</returns>
    public async ValueTask<ChatResponseUpdate?> EndAsync(CancellationToken cancellationToken)
    {
        var passed = new List<AIContent>();
        if (hasThoughts && Thought(await thoughts.EndAsync(cancellationToken).ConfigureAwait(false)) is { } thought)
        {
            passed.Add(thought);
        }

        if (Stopped is null && Text(await answer.EndAsync(cancellationToken).ConfigureAwait(false)) is { } text)
        {
            passed.Add(text);
        }

        return Stopped is not null || latest is null ? null : Like(latest, passed, latest.FinishReason);
    }

    private TextContent? Text(GuardedPiece piece) => Take(piece) is { Length: > 0 } text ? new TextContent(text) : null;

    private TextReasoningContent? Thought(GuardedPiece piece)
    {
        hasThoughts = true;
        return Take(piece) is { Length: > 0 } text ? new TextReasoningContent(text) : null;
    }

    private string Take(GuardedPiece piece)
    {
        if (piece.Decision is { Passes: false } stopped)
        {
            Stopped = stopped;
            return string.Empty;
        }

        HasReleased |= piece.Text.Length > 0;
        return piece.Text;
    }

    private async ValueTask<AIContent?> WholeAsync(AIContent content, CancellationToken cancellationToken)
    {
        var (passed, stopped) = await CheckedMessage
            .CheckAsync(guard, content, latest!.Role ?? ChatRole.Assistant, about, cancellationToken)
            .ConfigureAwait(false);
        Stopped = stopped;
        return stopped is null ? passed : null;
    }

    private static ChatResponseUpdate Like(ChatResponseUpdate update, List<AIContent> contents, ChatFinishReason? finish)
    {
        var passed = update.Clone();
        passed.Contents = contents;
        passed.FinishReason = finish;
        return passed;
    }
}
