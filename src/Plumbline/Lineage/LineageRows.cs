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
                [.. same.SelectMany(place => place.source.Places)],
                [.. same.SelectMany(place => place.row.From).Distinct()],
                same.Select(place => place.source.Problem).FirstOrDefault(problem => problem is not null)
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
            // A file that several data sets name, such as one that was written anew, is opened once.
            foreach (var named in ledgers.SelectMany(Named).GroupBy(place => place.Path, StringComparer.Ordinal))
            {
                sources.Add(Open(named.Key, [.. named.Select(place => place.Place)]));
            }
        }

        return sources;
    }

    private static IEnumerable<(string Path, EntryPlace Place)> Named(Ledger ledger)
    {
        foreach (var entry in ledger.Entries)
        {
            if (
                entry.Artifact.Facts.TryGetValue(Artifact.LineageFact, out var name)
                && RowLineageFile.IsNamedSo(name.Text)
                && Path.GetFullPath(Path.Combine(ledger.Folder, name.Text)) is var path
                && File.Exists(path)
            )
            {
                yield return (path, new EntryPlace(ledger, entry));
            }
        }
    }

    private static Source Open(string path, EntryPlace[] named)
    {
        var file = RowLineageFile.Open(path);
        EntryPlace[] recorded =
        [
            .. named
                .Where(place => place.Entry.Artifact.Facts.TryGetValue(Artifact.LineageHashFact, out var hash) && hash.Text == file.Id)
                .GroupBy(place => place.Entry.Artifact.Id, StringComparer.Ordinal)
                .Select(same => same.Last()),
        ];
        return recorded.Length > 0
            ? new Source(file, recorded, Problem: null)
            : new Source(file, [named[^1]], $"{Path.GetFileName(path)} is not as it was recorded: it was changed since.");
    }

    private sealed record Source(RowLineageFile File, EntryPlace[] Places, string? Problem);
}

/// <summary>A row with all that is known of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="In">The data sets that hold it.</param>
/// <param name="From">What it was made from.</param>
/// <param name="Problem">What is wrong with a file that tells of it; null for nothing.</param>
internal sealed record FoundRow(string Id, IReadOnlyList<EntryPlace> In, IReadOnlyList<RowOrigin> From, string? Problem);
