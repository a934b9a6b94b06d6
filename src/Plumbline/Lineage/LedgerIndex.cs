namespace Plumbline.Lineage;

/// <summary>The entries of a ledger in memory, found by id and by what makes them the same.</summary>
internal sealed class LedgerIndex
{
    private readonly List<LedgerEntry> entries = [];
    private readonly Dictionary<string, LedgerEntry> byIdentity = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<LedgerEntry>> byId = new(StringComparer.Ordinal);

    /// <summary>All of them in their order.</summary>
    internal IReadOnlyList<LedgerEntry> All => entries;

    /// <summary>Adds the next one.</summary>
    internal void Add(LedgerEntry entry)
    {
        entries.Add(entry);
        byIdentity.TryAdd(EntryLine.Identity(entry.Artifact), entry);
        if (!byId.TryGetValue(entry.Artifact.Id, out var same))
        {
            byId[entry.Artifact.Id] = same = [];
        }

        same.Add(entry);
    }

    /// <summary>Those of an id in their order.</summary>
    internal IReadOnlyList<LedgerEntry> OfId(string id) => byId.TryGetValue(id, out var found) ? found : [];

    /// <summary>The first one that is the same artifact; null where there is none.</summary>
    internal LedgerEntry? Same(string identity) => byIdentity.GetValueOrDefault(identity);
}
