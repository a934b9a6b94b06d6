namespace Plumbline.Lineage;

/// <summary>
/// <c>ledger.jsonl</c>: what was made in a folder and from what, one artifact a line, only ever appended to. Each line holds the hash of the line before, so nothing in
/// it can be changed, removed or moved without every later line telling of it.
/// </summary>
/// <remarks>
/// An entry is on disk before <see cref="Append"/> returns; a line that a kill tore off is mended by the next one. Several processes may append to one ledger.
/// A hash chain has no secret: whoever can write the file can write all of it anew. Keep <see cref="LedgerVerification.Head"/> elsewhere where that matters. Thread-safe.
/// </remarks>
public sealed class Ledger
{
    /// <summary>The name of the file in its folder.</summary>
    public const string FileName = "ledger.jsonl";

    private const string LockFile = "ledger.lock";
    private const long LargestFile = 256L << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly LedgerChain chain;
    private readonly LedgerIndex index = new();

    private Ledger(string folder, TimeProvider clock)
    {
        (Folder, this.clock) = (folder, clock);
        chain = new LedgerChain(PathIn(folder));
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The entries in their order, as far as this object has read or written them.</summary>
    public IReadOnlyList<LedgerEntry> Entries
    {
        get
        {
            lock (gate)
            {
                return [.. index.All];
            }
        }
    }

    /// <summary>The ledger's file in a folder.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, FileName);

    /// <summary>Opens the ledger of a folder and verifies it; where there is none it is empty, and made by the first entry.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="clock">The time that entries carry.</param>
    /// <exception cref="InvalidInputException">It cannot be read, a line does not fit, or it is larger than 256 MiB.</exception>
    public static Ledger Open(string folder, TimeProvider clock)
    {
        var ledger = new Ledger(folder, clock);
        // The head first: it may fall behind while the ledger is read, and must not seem to run ahead.
        var head = Guarded(folder, () => ChainHead.Read(HeadIn(folder)));
        var fault = Guarded(folder, ledger.ReadOn) ?? ledger.FaultOf(head);
        return fault is null ? ledger : throw Broken(folder, fault);
    }

    /// <summary>Reads a whole ledger and says what is the first thing that does not fit. While another process appends, the end may look cut.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidInputException">There is no ledger, or it cannot be read.</exception>
    public static LedgerVerification Verify(string folder)
    {
        if (!File.Exists(PathIn(folder)) && !File.Exists(Path.Combine(folder, LedgerChain.HeadFile)))
        {
            throw new InvalidInputException(
                "There is no ledger here.",
                "Name the folder of a pipeline's runs, such as runs/demo.",
                new InputPosition(PathIn(folder))
            );
        }

        var ledger = new Ledger(folder, TimeProvider.System);
        var head = Guarded(folder, () => ChainHead.Read(HeadIn(folder)));
        var fault = Guarded(folder, ledger.ReadOn) ?? ledger.TornFault() ?? ledger.FaultOf(head);
        return new LedgerVerification(ledger.chain.Sequence, ledger.chain.Hash, fault);
    }

    /// <inheritdoc cref="Verify(string)"/>
    public LedgerVerification Verify() => Verify(Folder);

    /// <summary>The latest entry of that id; null where there is none.</summary>
    public LedgerEntry? Find(string id)
    {
        lock (gate)
        {
            return index.OfId(id) is { Count: > 0 } found ? found[^1] : null;
        }
    }

    /// <summary>The entries of that id in their order.</summary>
    public IReadOnlyList<LedgerEntry> FindAll(string id)
    {
        lock (gate)
        {
            return [.. index.OfId(id)];
        }
    }

    /// <summary>Writes an artifact down. One of the same kind, id, parents and facts is not written again.</summary>
    /// <returns>Its entry, the earlier one where it was there already.</returns>
    /// <exception cref="ArgumentException">It is not as <see cref="Artifact"/> says, or made from itself.</exception>
    /// <exception cref="InvalidInputException">A line of the ledger does not fit, or the file cannot be written.</exception>
    public LedgerEntry Append(Artifact artifact) => AppendAll([artifact])[0];

    /// <summary>Writes artifacts down in one go, in their order.</summary>
    /// <param name="artifacts">The artifacts; later ones may be made from earlier ones.</param>
    /// <returns>Their entries.</returns>
    /// <inheritdoc cref="Append"/>
    public IReadOnlyList<LedgerEntry> AppendAll(IReadOnlyList<Artifact> artifacts)
    {
        foreach (var artifact in artifacts)
        {
            if (artifact.Problem() is { } problem)
            {
                throw new ArgumentException(problem, nameof(artifacts));
            }
        }

        lock (gate)
        {
            return Guarded(Folder, () => AppendLocked(artifacts));
        }
    }

    private List<LedgerEntry> AppendLocked(IReadOnlyList<Artifact> artifacts)
    {
        Directory.CreateDirectory(Folder);
        using var held = WriterLock.Take(Path.Combine(Folder, LockFile), LedgerChain.Names.Whole, Patience);
        using var stream = new FileStream(
            PathIn(Folder),
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete
        );
        if ((ReadOn(stream) ?? FaultOf(ChainHead.Read(HeadIn(Folder)))) is { } fault)
        {
            throw Broken(Folder, fault);
        }

        Mend(stream);
        if (chain.Sequence == 0)
        {
            // So that a ledger without its head is one that somebody took it from.
            ChainHead.Empty.Write(HeadIn(Folder));
        }

        var results = new List<LedgerEntry>();
        var written = new OrderedDictionary<string, LedgerEntry>(StringComparer.Ordinal);
        using var bytes = new MemoryStream();
        foreach (var artifact in artifacts)
        {
            var identity = EntryLine.Identity(artifact);
            var known = index.Same(identity) ?? written.GetValueOrDefault(identity);
            if (known is null)
            {
                ThrowIfFromItself(artifact, written.Values);
                known = written.Count > 0 ? Line(artifact, written.GetAt(written.Count - 1).Value, bytes) : Line(artifact, null, bytes);
                written.Add(identity, known);
            }

            results.Add(known);
        }

        if (written.Count > 0)
        {
            Write(stream, bytes, written.Values);
        }

        return results;
    }

    private void Write(FileStream stream, MemoryStream bytes, IReadOnlyList<LedgerEntry> written)
    {
        var end = chain.End + bytes.Length;
        if (end > LargestFile)
        {
            throw TooLarge(Folder);
        }

        stream.Position = chain.End;
        stream.Write(bytes.GetBuffer(), 0, (int)bytes.Length);
        stream.Flush(flushToDisk: true);
        foreach (var entry in written)
        {
            index.Add(entry);
        }

        chain.Accept(written[^1], end);
        new ChainHead(chain.Sequence, chain.Hash).Write(HeadIn(Folder));
    }

    private LedgerEntry Line(Artifact artifact, LedgerEntry? before, MemoryStream bytes)
    {
        var sequence = before?.Sequence ?? chain.Sequence;
        var line = EntryLine.Write(sequence + 1, clock.GetUtcNow(), artifact, before?.Hash ?? chain.Hash);
        // Read back, so that what is held is what the file says, to the last character.
        var entry =
            EntryLine.Parse(line)
            ?? throw new ArgumentException($"The artifact {artifact.Id} takes more than {EntryLine.Longest >> 10} KiB.", nameof(artifact));
        bytes.Write(line);
        bytes.WriteByte((byte)'\n');
        return entry;
    }

    private void ThrowIfFromItself(Artifact artifact, IEnumerable<LedgerEntry> written)
    {
        if (
            artifact.MadeFrom.Contains(artifact.Id)
            && index.OfId(artifact.Id).Count == 0
            && !written.Any(entry => entry.Artifact.Id == artifact.Id)
        )
        {
            throw new ArgumentException($"The artifact {artifact.Id} is made from itself.", nameof(artifact));
        }
    }

    // What a kill left is finished where only the line feed is missing, and taken away otherwise: nobody was told that it was written.
    private void Mend(FileStream stream)
    {
        if (chain.Torn == TornLine.Whole)
        {
            stream.Position = stream.Length;
            stream.WriteByte((byte)'\n');
            if (ReadOn(stream) is { } fault)
            {
                throw Broken(Folder, fault);
            }
        }
        else if (chain.Torn == TornLine.Part)
        {
            stream.SetLength(chain.End);
        }
    }

    private LedgerFault? ReadOn()
    {
        if (!File.Exists(PathIn(Folder)))
        {
            return null;
        }

        using var stream = new FileStream(PathIn(Folder), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return ReadOn(stream);
    }

    private LedgerFault? ReadOn(FileStream stream) => stream.Length > LargestFile ? throw TooLarge(Folder) : chain.Read(stream, index.Add);

    private LedgerFault? FaultOf(ChainHead? head) =>
        ChainHead.Fault(head, LedgerChain.Names, index.All.Count, sequence => index.All[(int)sequence - 1].Hash);

    private LedgerFault? TornFault() =>
        chain.Torn == TornLine.None
            ? null
            : new LedgerFault(
                chain.Sequence + 1,
                LedgerFaultKind.Cut,
                "The line is cut off. Where a kill did that, the next run of the pipeline mends it, and nothing that was finished is lost."
            );

    private static string HeadIn(string folder) => Path.Combine(folder, LedgerChain.HeadFile);

    private static T Guarded<T>(string folder, Func<T> access)
    {
        try
        {
            return access();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The ledger cannot be used: {failure.Message}",
                "Check the folder, its permissions and the space on its disk.",
                new InputPosition(PathIn(folder)),
                failure
            );
        }
    }

    private static InvalidInputException Broken(string folder, LedgerFault fault) =>
        new(
            fault.Problem,
            $"Bring back the file as it was, or move {FileName} and {LedgerChain.HeadFile} away to begin a new ledger.",
            new InputPosition(PathIn(folder), Math.Max(1, fault.Line))
        );

    private static InvalidInputException TooLarge(string folder) =>
        new(
            $"The ledger would be larger than {LargestFile >> 20} MiB.",
            "Check that this is a ledger; move it away to begin a new one.",
            new InputPosition(PathIn(folder))
        );
}
