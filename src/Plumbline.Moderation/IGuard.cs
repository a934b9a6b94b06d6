using Plumbline.Moderation.Calibration;

namespace Plumbline.Moderation;

/// <summary>Decides what may pass. Thread-safe.</summary>
public interface IGuard
{
    /// <summary>The semantic hash of the constitution in force.</summary>
    string ConstitutionHash { get; }

    /// <summary>How what it sees compares with what it was calibrated on; empty where nothing is compared.</summary>
    IReadOnlyList<DriftStatus> Drift => [];

    /// <summary>Decides about a whole text or an image.</summary>
    /// <param name="request">What is asked about.</param>
    /// <param name="cancellationToken">Stops it; nothing is decided then.</param>
    ValueTask<GuardDecision> CheckAsync(GuardRequest request, CancellationToken cancellationToken);

    /// <summary>Begins a text that comes in pieces.</summary>
    /// <param name="request">What is known of it; its <see cref="GuardRequest.Text"/> is empty.</param>
    IGuardedText Open(GuardRequest request);
}

/// <summary>
/// A text that comes in pieces and leaves in pieces: no character leaves before every window that contains it has passed. For one caller at a time.
/// </summary>
public interface IGuardedText
{
    /// <summary>The text as far as it came and as it came: what the decision is about.</summary>
    string Text { get; }

    /// <summary>Takes the next piece.</summary>
    /// <returns>What may leave now, often nothing; and a decision where the text ends here because something in it must not pass.</returns>
    ValueTask<GuardedPiece> AddAsync(string piece, CancellationToken cancellationToken);

    /// <summary>Ends the text.</summary>
    /// <returns>What was held back and may leave, and the decision about the whole text.</returns>
    ValueTask<GuardedPiece> EndAsync(CancellationToken cancellationToken);
}

/// <summary>What a guarded stream lets go.</summary>
/// <param name="Text">What may leave now; empty for nothing.</param>
/// <param name="Decision">
/// The decision about the whole text, at its end; null before. Where it does not pass (<see cref="GuardDecision.Passes"/>), nothing leaves any more, and what left before is to be retracted.
/// </param>
public readonly record struct GuardedPiece(string Text, GuardDecision? Decision);
