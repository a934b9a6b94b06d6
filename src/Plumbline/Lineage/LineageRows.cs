namespace Plumbline.Lineage;

/// <summary>The lineage files that ledgers name, opened when the first row is asked for.</summary>
/// <param name="ledgers">The ledgers.</param>
internal sealed class LineageRows(IReadOnlyList<Ledger> ledgers) : IDisposable
{
    private List<Source>? sources;

    /// <summary>The row of that id; null where no file tells of it.</summary>
    internal FoundRow? Find(string id) => Find(id, most: 1).FirstOrDefault(row => row.Id == id);

    /// <summary>The row of that id, or rows whose ids begin so.</summary>
    internal IReadOnlyList<FoundRow> Find(string start, int most)
    {
        var found = Sources()
            .SelectMany(source => source.File.Find(start, most).Select(row => (source, row)))
            .GroupBy(place => place.row.Row, StringComparer.Ordinal)
            .Select(same => new FoundRow(
                same.Key,
                [.. same.Select(place => (place.source.Place, place.source.Problem))],
                [.. same.SelectMany(place => place.row.From).Distinct()]
            ))
            .OrderBy(row => row.Id, StringComparer.Ordinal)
            .ToList();
        return found.Find(row => row.Id == start) is { } exact ? [exact] : [.. found.Take(most)];
    }

    /// <inheritdoc/>
    public void Dispose() => sources?.ForEach(source => source.File.Dispose());

    private List<Source> Sources()
    {
        if (sources is null)
        {
            sources = [];
            foreach (var ledger in ledgers)
            {
                foreach (var entry in ledger.Entries)
                {
                    if (Open(ledger, entry) is { } source)
                    {
                        sources.Add(source);
                    }
                }
            }
        }

        return sources;
    }

    private static Source? Open(Ledger ledger, LedgerEntry entry)
    {
        var facts = entry.Artifact.Facts;
        if (!facts.TryGetValue(Artifact.LineageFact, out var named) || !RowLineageFile.IsNamedSo(named.Text))
        {
            return null;
        }

        var path = Path.Combine(ledger.Folder, named.Text);
        if (!File.Exists(path))
        {
            return null;
        }

        var file = RowLineageFile.Open(path);
        var isRecorded = facts.TryGetValue(Artifact.LineageHashFact, out var hash) && hash.Text == file.Id;
        return new Source(
            file,
            new EntryPlace(ledger, entry),
            isRecorded ? null : $"{named.Text} is not as it was recorded: it was changed since."
        );
    }

    private sealed record Source(RowLineageFile File, EntryPlace Place, string? Problem);
}

/// <summary>A row with all that is known of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="In">The data sets that hold it, and what is wrong with their lineage files.</param>
/// <param name="From">What it was made from.</param>
internal sealed record FoundRow(string Id, IReadOnlyList<(EntryPlace Place, string? Problem)> In, IReadOnlyList<RowOrigin> From);
