using Plumbline.Configuration;
using Plumbline.Lineage;

namespace Plumbline.Moderation.Decisions;

/// <summary>
/// What guards decided, in an append-only, hash-chained log: <c>decisions-000001.jsonl</c> and on, a decision a line, and <c>decisions.head</c> beside them. Each line
/// holds the hash of the line before, so no record can be changed, removed or moved without telling. The format stands in docs/decisions.md.
/// </summary>
/// <remarks>
/// A decision is on disk before <see cref="AppendAsync"/> completes; many at a time are forced to disk together. Texts and prompts are never kept. One process writes at a
/// time, any number may read. A hash chain has no secret: whoever can write the folder can write all of it anew. Keep <see cref="DecisionVerification.Head"/> elsewhere
/// where that matters. Thread-safe.
/// </remarks>
public sealed class DecisionLog : IDecisionLog, IAsyncDisposable
{
    private readonly IDisposable held;
    private readonly SegmentWriter files;
    private readonly CommitQueue queue;
    private bool isDisposed;

    private DecisionLog(string folder, TimeProvider clock, DecisionLogOptions options, DecisionDisk disk)
    {
        Folder = folder;
        held = WriterLock.Take(DecisionFiles.Lock(folder), "decision log", TimeSpan.FromSeconds(options.LockSeconds));
        try
        {
            files = SegmentWriter.Open(folder, options.SegmentBytes, disk);
        }
        catch
        {
            held.Dispose();
            throw;
        }

        queue = new CommitQueue(options.QueueCapacity, group => files.Append(group, clock.GetUtcNow()), Lost);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Opens the log of a folder to write, and mends what a kill left of its last line; where there is none, begins one. Reads the last segment and the head, which may name an earlier one after a loss of power.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="clock">The time that records carry beside the decision's own.</param>
    /// <param name="options">Sizes; null for the defaults.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of its range, another process has the log open, it cannot be read, a line of its last segment does not fit, or lines are gone from its end.
    /// </exception>
    public static DecisionLog Open(string folder, TimeProvider clock, DecisionLogOptions? options = null) =>
        Open(folder, clock, options, new DecisionDisk());

    /// <summary>The same on a disk that a test watches.</summary>
    internal static DecisionLog Open(string folder, TimeProvider clock, DecisionLogOptions? options, DecisionDisk disk)
    {
        var checkedOptions = OptionsValidation.ThrowIfInvalid(options ?? new DecisionLogOptions());
        return DecisionFiles.Guarded(
            folder,
            () =>
            {
                Directory.CreateDirectory(folder);
                return new DecisionLog(folder, clock, checkedOptions, disk);
            }
        );
    }

    /// <summary>Whether a folder holds a log.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, DecisionFiles.HeadFile));

    /// <summary>
    /// Reads a whole log and says what is the first thing that does not fit, in constant memory. Another process may append meanwhile: what it writes after this began
    /// is no fault.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="after">The last record before the first segment that is here, where earlier ones were archived; null for a log that is here from its beginning.</param>
    /// <param name="through">A head of an earlier verification that was kept elsewhere, which the log has to go through; null for none.</param>
    /// <exception cref="InvalidInputException">There is no log, or it cannot be read.</exception>
    public static DecisionVerification Verify(string folder, DecisionHead? after = null, DecisionHead? through = null) =>
        DecisionFiles.Guarded(folder, () => new DecisionLogVerifier(folder, after, through).Run());

    /// <summary>The records from a number on. What is written after the enumeration began may be left out; what a kill left behind the last line is.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="first">The number of the first one; of earlier segments no more than first lines are read. Where it was archived, the first that is here.</param>
    /// <exception cref="InvalidInputException">There is no log, it cannot be read, or a line does not fit: while enumerating.</exception>
    public static IEnumerable<DecisionRecord> Read(string folder, long first = 1) =>
        DecisionLogReader.Read(folder, record => record.Sequence < first, record => record.Sequence <= first);

    /// <summary>The records that were written at a time or later; of earlier segments no more than first lines are read.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="since">The time, as <see cref="DecisionRecord.Recorded"/> has it.</param>
    /// <inheritdoc cref="Read(string, long)"/>
    public static IEnumerable<DecisionRecord> Read(string folder, DateTimeOffset since) =>
        DecisionLogReader.Read(folder, record => record.Recorded < since, record => record.Recorded < since);

    /// <summary>
    /// The latest record of a decision's id; null where there is none. Looks through the segments from the last to the first. The record is as it was written;
    /// whether it is in its place, <see cref="Verify"/> says.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="id">The id.</param>
    /// <exception cref="InvalidInputException">There is no log, it cannot be read, or the line with that id was changed.</exception>
    public static DecisionRecord? Find(string folder, string id) => DecisionFiles.Guarded(folder, () => DecisionLogReader.Find(folder, id));

    /// <inheritdoc/>
    /// <remarks>Decisions of one caller that awaits each stand in its order. An append that failed may be on disk all the same.</remarks>
    /// <exception cref="ArgumentException">The decision's id, exchange or input is not as docs/decisions.md says, or its record takes more than 1 MiB.</exception>
    /// <exception cref="InvalidInputException">It could not be written, or an earlier one could not: nothing more is recorded until the log is opened anew.</exception>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public ValueTask AppendAsync(GuardDecision decision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return DecisionLine.Problem(decision) is { } problem
            ? ValueTask.FromException(new ArgumentException(problem, nameof(decision)))
            : queue.AppendAsync(decision, cancellationToken);
    }

    /// <summary>Writes what was taken, and lets another process write.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
        {
            return;
        }

        try
        {
            await queue.CloseAsync();
            if (!queue.HasFailed)
            {
                files.FlushHead();
            }
        }
        catch (IOException failure)
        {
            throw Lost(failure);
        }
        finally
        {
            files.Dispose();
            held.Dispose();
        }
    }

    private InvalidInputException Lost(Exception failure) =>
        new(
            $"The decision log cannot be written: {failure.Message}",
            "Check the folder, its permissions and the space on its disk, and open the log anew: until then it takes no decision.",
            new InputPosition(files.Path),
            failure
        );
}
