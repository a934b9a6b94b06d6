using Plumbline.Gateway.Wire;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Guarding;

/// <summary>One text of a streamed answer: it goes through its own guarded text, and leaves in whole characters.</summary>
internal sealed class GuardedField(GuardSession session, IGuardedText text, GuardRequest request) : IDisposable
{
    private long waiting;
    private string half = string.Empty;

    /// <summary>The decision at its end; null before.</summary>
    internal GuardDecision? Decision { get; private set; }

    /// <summary>Takes the next piece.</summary>
    /// <returns>What may leave now. Where <see cref="Decision"/> does not pass afterwards, nothing.</returns>
    internal ValueTask<string> AddAsync(string piece, CancellationToken cancellation)
    {
        Count(piece.Length);
        return TakeAsync(text.AddAsync(piece, cancellation), cancellation);
    }

    /// <summary>Ends it; once more changes nothing.</summary>
    internal async ValueTask<string> EndAsync(CancellationToken cancellation)
    {
        if (Decision is not null)
        {
            return string.Empty;
        }

        var last = await TakeAsync(text.EndAsync(cancellation), cancellation);
        return Decision is not null ? last : throw new ApiException(503, "guard_failed", "The guard failed, so nothing passes.");
    }

    /// <summary>What never left waits no more.</summary>
    public void Dispose()
    {
        Count(-waiting);
        (text as IDisposable)?.Dispose();
    }

    private async ValueTask<string> TakeAsync(ValueTask<GuardedPiece> taking, CancellationToken cancellation)
    {
        var begun = session.Metrics.Now;
        var piece = await session.WithinLimitAsync(taking, cancellation);
        session.Metrics.RecordCheck(request.Part, begun);
        if (piece.Decision is { } decision)
        {
            Decision = decision;
            await session.NoteAsync(decision, decision.Passes ? request : request with { Text = text.Text }, cancellation);
            if (!decision.Passes)
            {
                return string.Empty;
            }
        }

        return Whole(piece.Text);
    }

    // JSON has no half characters: one half of a pair waits for the other.
    private string Whole(string released)
    {
        Count(-Math.Min(waiting, released.Length));
        if (released.Length == 0 && Decision is null)
        {
            return string.Empty;
        }

        var whole = half + released;
        half = string.Empty;
        if (Decision is null && char.IsHighSurrogate(whole[^1]))
        {
            half = whole[^1..];
            whole = whole[..^1];
        }

        return whole;
    }

    private void Count(long characters)
    {
        waiting += characters;
        session.Metrics.HoldBack(characters);
    }
}
