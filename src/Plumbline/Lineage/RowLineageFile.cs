using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Plumbline.Lineage;

/// <summary>
/// <c>NAME.lineage.jsonl</c> beside a data set: where each of its rows came from, a row a line. Rows are found by id or by the beginning of one, in constant memory
/// whatever the file's size: opening reads the file once and sorts the places of its rows into a temporary file.
/// </summary>
public sealed class RowLineageFile : IDisposable
{
    private const string Ending = ".lineage.jsonl";

    // 1.5 MiB at a time.
    private const int RowsOfARun = 1 << 16;

    private readonly FileStream file;
    private readonly FileStream index;
    private readonly List<int> runs = [];

    private RowLineageFile(string path, FileStream file, FileStream index) => (Path, this.file, this.index) = (path, file, index);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>How many rows it tells of.</summary>
    public long Rows { get; private set; }

    /// <summary>The id of its content, as it was when it was opened.</summary>
    public string Id { get; private set; } = string.Empty;

    /// <summary>Where the lineage of a data set stands: <c>pairs.lineage.jsonl</c> for <c>pairs.jsonl</c> and <c>pairs.jsonl.gz</c>.</summary>
    /// <param name="dataSet">The data set's file.</param>
    public static string PathOf(string dataSet)
    {
        var name = System.IO.Path.GetFileName(dataSet);
        var plain = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(dataSet) ?? string.Empty,
            System.IO.Path.GetFileNameWithoutExtension(plain) + Ending
        );
    }

    /// <summary>Whether a path can be one of a lineage file.</summary>
    internal static bool IsNamedSo(string path) => path.EndsWith(Ending, StringComparison.Ordinal);

    /// <summary>Writes the lineage of a data set's rows beside it: whole or not at all. Write it before the data set is put into a ledger.</summary>
    /// <param name="dataSet">The data set's file.</param>
    /// <param name="rows">The rows, enumerated once.</param>
    /// <returns>The file's path.</returns>
    /// <exception cref="ArgumentException">A row is not as <see cref="RowLineage"/> says, or takes more than 4 MiB.</exception>
    public static string Write(string dataSet, IEnumerable<RowLineage> rows)
    {
        var path = PathOf(dataSet);
        DurableFile.Write(
            path,
            stream =>
            {
                var line = new ArrayBufferWriter<byte>(1024);
                foreach (var row in rows)
                {
                    line.ResetWrittenCount();
                    RowLineageJson.Write(line, row);
                    var problem = RowLineageJson.Problem(row);
                    if (problem is not null || line.WrittenCount > RowLineageJson.Longest)
                    {
                        throw new ArgumentException(problem ?? "A row's lineage takes more than 4 MiB.", nameof(rows));
                    }

                    line.Write("\n"u8);
                    stream.Write(line.WrittenSpan);
                }
            }
        );
        return path;
    }

    /// <summary>Opens a lineage file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It cannot be read, or a line is no row's lineage.</exception>
    public static RowLineageFile Open(string path)
    {
        RowLineageFile? opened = null;
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            opened = new RowLineageFile(path, stream, TemporaryFile());
            opened.Sort();
            return opened;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            opened?.Dispose();
            throw new InvalidInputException(
                $"The rows' lineage cannot be read: {failure.Message}",
                "Check the path and its permissions.",
                new InputPosition(path),
                failure
            );
        }
        catch
        {
            opened?.Dispose();
            throw;
        }
    }

    /// <summary>Finds rows by id.</summary>
    /// <param name="start">An id, or what it begins with.</param>
    /// <param name="most">How many to return at most, from 1.</param>
    /// <returns>The row of just that id alone where there is one, with all its lines; or else rows whose ids begin so, in the order of their ids.</returns>
    public IReadOnlyList<RowLineage> Find(string start, int most = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var exact = new List<RowLineage>();
        var beginning = new SortedDictionary<string, RowLineage>(StringComparer.Ordinal);
        foreach (var row in Candidates(start))
        {
            if (row.Row == start)
            {
                exact.Add(row);
            }
            else if (row.Row.StartsWith(start, StringComparison.Ordinal))
            {
                beginning[row.Row] = beginning.TryGetValue(row.Row, out var earlier) ? Joined(earlier, row) : row;
                if (beginning.Count > most)
                {
                    beginning.Remove(beginning.Keys.Last());
                }
            }
        }

        return exact.Count > 0 ? [exact.Aggregate(Joined)] : [.. beginning.Values];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        index.Dispose();
    }

    private static RowLineage Joined(RowLineage left, RowLineage right) => left with { From = [.. left.From, .. right.From] };

    private static FileStream TemporaryFile() =>
        new(
            System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName()),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            bufferSize: 1 << 16,
            FileOptions.DeleteOnClose
        );

    private void Sort()
    {
        var run = new List<Place>(RowsOfARun);
        var lines = new BoundedLines(file, Path, RowLineageJson.Longest);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (lines.Read())
        {
            var row = Parse(lines);
            hash.AppendData(lines.Line);
            hash.AppendData(lines.IsWhole ? "\n"u8 : []);
            run.Add(new Place(Place.KeyOf(row.Row, filler: 0), lines.Offset));
            Rows++;
            if (run.Count == RowsOfARun)
            {
                Store(run);
            }
        }

        Store(run);
        index.Flush();
        Id = ArtifactId.OfHash(hash.GetHashAndReset());
    }

    private RowLineage Parse(BoundedLines lines) =>
        RowLineageJson.Parse(lines.Line)
        ?? throw new InvalidInputException(
            "This line is no row's lineage.",
            "Write {\"row\": ID, \"from\": [{\"kind\": …, \"id\": …}]}, or move the file away.",
            new InputPosition(Path, lines.Number)
        );

    // Sorted pieces are searched one by one: merging them would save nothing that counts.
    private void Store(List<Place> run)
    {
        if (run.Count > 0)
        {
            run.Sort(Place.Compare);
            index.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(run)));
            runs.Add(run.Count);
            run.Clear();
        }
    }

    private IEnumerable<RowLineage> Candidates(string start)
    {
        var (low, high) = (Place.KeyOf(start, filler: 0), Place.KeyOf(start, filler: 0xFF));
        var first = 0L;
        foreach (var count in runs)
        {
            for (var at = LowerBound(first, count, low); at < first + count && PlaceAt(at) is var place && place.Key <= high; at++)
            {
                file.Position = place.Offset;
                var lines = new BoundedLines(file, Path, RowLineageJson.Longest);
                if (lines.Read())
                {
                    yield return Parse(lines);
                }
            }

            first += count;
        }
    }

    private long LowerBound(long first, int count, UInt128 key)
    {
        var (low, high) = (first, first + count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = PlaceAt(middle).Key < key ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private Place PlaceAt(long at)
    {
        var place = default(Place);
        index.Position = at * Unsafe.SizeOf<Place>();
        index.ReadExactly(MemoryMarshal.AsBytes(new Span<Place>(ref place)));
        return place;
    }

    /// <summary>Where a row's line begins, under the first bytes of its id.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Place(UInt128 Key, long Offset)
    {
        internal static int Compare(Place left, Place right) =>
            left.Key == right.Key ? left.Offset.CompareTo(right.Offset) : left.Key.CompareTo(right.Key);

        internal static UInt128 KeyOf(string id, byte filler)
        {
            var bytes = Encoding.UTF8.GetBytes(id);
            var key = UInt128.Zero;
            for (var i = 0; i < 16; i++)
            {
                key = (key << 8) | (i < bytes.Length ? bytes[i] : filler);
            }

            return key;
        }
    }
}
