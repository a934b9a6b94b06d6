using Plumbline.Lineage;

namespace Plumbline.Moderation.Decisions;

/// <summary>Number and hash of a record. Whoever keeps them elsewhere can tell later that nothing up to there was changed.</summary>
/// <param name="Sequence">The record's number; 0 for before the first one.</param>
/// <param name="Hash">Its hash; zeros for before the first one.</param>
public readonly record struct DecisionHead(long Sequence, string Hash);

/// <summary>The first line of a decision log that does not fit.</summary>
/// <param name="File">The segment, or the head's file where there is no segment.</param>
/// <param name="Line">The line, from 1; 0 for before the first one.</param>
/// <param name="Kind">How it does not fit.</param>
/// <param name="Problem">The same in words.</param>
public sealed record DecisionFault(string File, long Line, LedgerFaultKind Kind, string Problem);

/// <summary>What came of reading a whole decision log.</summary>
/// <param name="Records">How many records fit.</param>
/// <param name="Head">The last of them.</param>
/// <param name="Fault">What does not fit; null where everything does.</param>
/// <param name="IsTorn">
/// Whether a line without its end stands behind the last record: one that is being written, or that a kill left. Nobody was told that it is there, and the next opening mends it.
/// </param>
public sealed record DecisionVerification(long Records, DecisionHead Head, DecisionFault? Fault, bool IsTorn)
{
    /// <summary>Whether everything fits.</summary>
    public bool IsWhole => Fault is null;
}
