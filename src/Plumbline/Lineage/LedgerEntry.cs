namespace Plumbline.Lineage;

/// <summary>One line of a ledger.</summary>
/// <param name="Sequence">Its number, counted from 1.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Artifact">What was made.</param>
/// <param name="Previous">The hash of the entry before it; zeros for the first.</param>
/// <param name="Hash">The SHA-256 of all that, in 64 lower-case hexadecimal digits.</param>
public sealed record LedgerEntry(long Sequence, DateTimeOffset Time, Artifact Artifact, string Previous, string Hash) : IChained;

/// <summary>How a line of a ledger does not fit.</summary>
public enum LedgerFaultKind
{
    /// <summary>The line is not as it was written.</summary>
    Changed,

    /// <summary>Entries are missing before it.</summary>
    Missing,

    /// <summary>It stands at another place than it was written at, or twice.</summary>
    Reordered,

    /// <summary>The end is gone: part of the last line, or lines after it.</summary>
    Cut,
}

/// <summary>The first line of a ledger that does not fit.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Kind">How.</param>
/// <param name="Problem">The same in words.</param>
public sealed record LedgerFault(long Line, LedgerFaultKind Kind, string Problem);

/// <summary>What came of reading a whole ledger.</summary>
/// <param name="Entries">How many entries fit.</param>
/// <param name="Head">The hash of the last of them; zeros where there is none. Whoever keeps it elsewhere can tell later that nothing before it was changed.</param>
/// <param name="Fault">What does not fit; null where everything does.</param>
public sealed record LedgerVerification(long Entries, string Head, LedgerFault? Fault)
{
    /// <summary>Whether everything fits.</summary>
    public bool IsWhole => Fault is null;
}
