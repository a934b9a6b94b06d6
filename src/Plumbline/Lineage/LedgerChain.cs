namespace Plumbline.Lineage;

/// <summary>The hash chain of a ledger's entries.</summary>
/// <param name="path">The ledger's file.</param>
internal sealed class LedgerChain(string path) : HashChain<LedgerEntry>(path, Format)
{
    /// <summary>The file beside the ledger that holds its head.</summary>
    internal const string HeadFile = "ledger.head";

    /// <summary>What messages call the parts of a ledger.</summary>
    internal static readonly ChainNames Names = new("entry", "entries", "ledger", HeadFile);

    private static readonly ChainFormat<LedgerEntry> Format = new(EntryLine.Parse, EntryLine.Longest, Names);
}
