namespace Plumbline.Lineage;

/// <summary>Everything that some ledgers and the lineage files of their data sets know, walked backwards: why is this as it is?</summary>
/// <remarks>
/// An id may be recorded several times: training that changes nothing leaves the content it began with. A parent is the latest entry before its child,
/// so one ledger has no cycles; over several ledgers they are refused.
/// </remarks>
/// <param name="ledgers">The ledgers, at least one; where several know an id, one that says what it was made from counts.</param>
public sealed class LineageGraph(params IReadOnlyList<Ledger> ledgers) : IDisposable
{
    /// <summary>How many steps back a walk goes.</summary>
    public const int Deepest = 64;

    /// <summary>How many artifacts and rows a walk tells of.</summary>
    public const int MostNodes = 2000;

    private const int ShortestBeginning = 4;
    private const int MostCandidates = 5;

    private readonly LineageRows rows = new(ledgers);

    /// <summary>Walks backwards from an artifact or a row.</summary>
    /// <param name="name">
    /// An artifact's id, its key, its name, or a row's id; of ids and keys the beginning is enough, from 4 characters on, where only one begins so.
    /// </param>
    /// <exception cref="InvalidInputException">Nothing or more than one thing is called so, something is made from itself, or a lineage file cannot be read.</exception>
    public LineageNode Why(string name)
    {
        var entries = Entries(name);
        var found = entries.Count > 0 ? [] : rows.Find(name, MostCandidates);
        string[] candidates = [.. entries.Select(place => place.Entry.Artifact.Id), .. found.Select(row => row.Id)];
        if (candidates.Length == 0)
        {
            throw new InvalidInputException(
                $"No ledger here knows '{name}'.",
                "Name an artifact's id, key or name ('plumb ledger list' shows them), or the id of a row with a recorded lineage."
            );
        }

        if (candidates.Length > 1)
        {
            throw new InvalidInputException(
                $"'{name}' is the beginning of {string.Join(", ", candidates.Take(MostCandidates))}{(candidates.Length > MostCandidates ? " …" : string.Empty)}.",
                "Write more of it."
            );
        }

        var walk = new LineageWalk(this, rows);
        return entries.Count > 0 ? walk.Of(entries[0]) : walk.Of(found[0]);
    }

    /// <inheritdoc/>
    public void Dispose() => rows.Dispose();

    /// <summary>The entry that an artifact's or row's parent is; null where nobody knows it.</summary>
    /// <param name="id">The parent's id.</param>
    /// <param name="child">Where the child stands; null where it is a row.</param>
    internal EntryPlace? Parent(string id, EntryPlace? child)
    {
        var own = child is null ? null : InOwn(id, child);
        if (own is { Entry.Artifact.MadeFrom.Count: > 0 })
        {
            return own;
        }

        EntryPlace[] all = [.. ledgers.Where(ledger => ledger != child?.Ledger).SelectMany(ledger => Places(ledger, id))];
        return all.LastOrDefault(place => place.Entry.Artifact.MadeFrom.Count > 0) ?? own ?? all.LastOrDefault();
    }

    private static EntryPlace? InOwn(string id, EntryPlace child)
    {
        var all = Places(child.Ledger, id);
        // Recorded only later is better than not at all.
        return all.LastOrDefault(place => place.Entry.Sequence < child.Entry.Sequence)
            ?? all.FirstOrDefault(place => place.Entry.Sequence > child.Entry.Sequence);
    }

    private static EntryPlace[] Places(Ledger ledger, string id) => [.. ledger.FindAll(id).Select(entry => new EntryPlace(ledger, entry))];

    // One place for each artifact that is called so: exactly, or else by a beginning.
    private List<EntryPlace> Entries(string name)
    {
        EntryPlace[] all = [.. ledgers.SelectMany(ledger => ledger.Entries.Select(entry => new EntryPlace(ledger, entry)))];
        var exact = Distinct(all.Where(place => Names(place.Entry.Artifact).Contains(name)));
        if (exact.Count == 0)
        {
            exact = Distinct(all.Where(place => place.Entry.Artifact.Name == name));
        }

        return exact.Count > 0 || name.Length < ShortestBeginning
            ? exact
            : Distinct(all.Where(place => Names(place.Entry.Artifact).Any(known => known.StartsWith(name, StringComparison.Ordinal))));
    }

    private static List<EntryPlace> Distinct(IEnumerable<EntryPlace> places) =>
        [
            .. places
                .GroupBy(place => place.Entry.Artifact.Id, StringComparer.Ordinal)
                .Select(same => same.LastOrDefault(place => place.Entry.Artifact.MadeFrom.Count > 0) ?? same.Last()),
        ];

    private static IEnumerable<string> Names(Artifact artifact)
    {
        yield return artifact.Id;
        yield return artifact.Id[(artifact.Id.IndexOf(':') + 1)..];
        if (artifact.Facts.TryGetValue(Artifact.KeyFact, out var key))
        {
            yield return key.Text;
        }
    }
}

/// <summary>An entry and its ledger.</summary>
internal sealed record EntryPlace(Ledger Ledger, LedgerEntry Entry);
