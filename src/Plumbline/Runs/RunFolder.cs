namespace Plumbline.Runs;

/// <summary>
/// Everything a run leaves behind: <c>run.json</c>, <c>options.yaml</c>, <c>metrics.jsonl</c>, <c>alarms.jsonl</c>, a TensorBoard event file and <c>checkpoints/step-N/</c>.
/// Whatever moment the process is killed at, the folder can be opened again and the run can go on from its latest checkpoint.
/// </summary>
/// <remarks>
/// One process at a time: opening takes a lock that ends with the process. Files are forced to disk before they are renamed into place; what the
/// operating system itself loses in a power cut can be the rename, never half a file. Not thread-safe.
/// </remarks>
public sealed class RunFolder : IDisposable
{
    private const string MetricsName = "metrics.jsonl";
    private const string AlarmsName = "alarms.jsonl";
    private const string CheckpointsName = "checkpoints";
    private const string LockName = "run.lock";

    /// <summary>TensorBoard finds event files by this part of the name; the rest says who wrote it.</summary>
    private const string EventsName = "events.out.tfevents.0.plumbline";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly TimeProvider clock;
    private readonly FileStream heldLock;
    private readonly CheckpointStore checkpoints;
    private readonly MetricsFile metrics;
    private EventFile events;
    private long lastStep;
    private long lastFlush;

    private RunFolder(string path, TimeProvider clock, FileStream heldLock)
    {
        Path = path;
        this.clock = clock;
        this.heldLock = heldLock;
        checkpoints = new CheckpointStore(At(CheckpointsName));
        metrics = MetricsFile.Open(At(MetricsName));
        AlarmsFile.Repair(At(AlarmsName));
        events = RebuildEvents();
        lastFlush = clock.GetTimestamp();
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Opens the folder, which is made where it is missing, and repairs what a kill left behind.</summary>
    /// <exception cref="InvalidInputException">It cannot be made, another process writes into it, or its metrics are not readable.</exception>
    public static RunFolder Open(string path, TimeProvider clock)
    {
        FileStream taken;
        try
        {
            Directory.CreateDirectory(path);
            taken = new FileStream(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The run folder cannot be opened: {failure.Message}",
                "Another run may be writing into it: wait for it, or choose another folder.",
                new InputPosition(path),
                failure
            );
        }

        try
        {
            return new RunFolder(path, clock, taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>The metrics of a run, which may be going on in another process; empty where none were written.</summary>
    /// <exception cref="InvalidInputException">A line other than a torn last one is no row of metrics.</exception>
    public static IReadOnlyList<MetricRow> ReadMetrics(string path)
    {
        var file = System.IO.Path.Combine(path, MetricsName);
        return File.Exists(file) ? MetricsFile.Read(file) : [];
    }

    /// <summary>The alarms of a run, which may be going on in another process; empty where there are none.</summary>
    /// <exception cref="InvalidInputException">A line other than a torn last one is no alarm.</exception>
    public static IReadOnlyList<AlarmRow> ReadAlarms(string path) => AlarmsFile.Read(System.IO.Path.Combine(path, AlarmsName));

    /// <summary>The checkpoint with the highest step of the run at <paramref name="path"/>; null where there is none.</summary>
    public static Checkpoint? LatestCheckpoint(string path) =>
        CheckpointStore.List(System.IO.Path.Combine(path, CheckpointsName)).LastOrDefault();

    /// <summary>The checkpoint to resume from; null where there is none.</summary>
    public Checkpoint? LatestCheckpoint() => LatestCheckpoint(Path);

    /// <summary>The checkpoint of <paramref name="step"/>; null where there is none.</summary>
    public Checkpoint? CheckpointAt(long step) => CheckpointStore.List(At(CheckpointsName)).Find(checkpoint => checkpoint.Step == step);

    /// <summary>Writes <c>run.json</c> and <c>options.yaml</c>; the facts of an earlier start of the same run are kept in the first.</summary>
    public void WriteFacts(RunFacts facts)
    {
        RunFactsFile.Write(At("run.json"), facts, clock.GetUtcNow());
        DurableFile.WriteText(At("options.yaml"), facts.OptionsText());
    }

    /// <summary>Records what was measured at <paramref name="step"/>. On disk after two seconds or 64 KiB, and before any checkpoint.</summary>
    /// <param name="step">The step, from 0, not before the last one recorded.</param>
    /// <param name="values">Name and value; <c>step</c> and <c>time</c> are taken. A slash groups metrics in TensorBoard (<c>eval/loss</c>).</param>
    public void AppendMetrics(long step, IReadOnlyCollection<KeyValuePair<string, double>> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, lastStep);
        foreach (var (name, _) in values)
        {
            if (name is "" or "step" or "time")
            {
                throw new ArgumentException($"A metric cannot be called '{name}'.", nameof(values));
            }
        }

        var time = Now();
        metrics.Append(step, time, values);
        events.WriteScalars(step, time, values);
        lastStep = step;
        if (clock.GetElapsedTime(lastFlush) >= LongestWait)
        {
            Flush();
        }
    }

    /// <summary>Writes an alarm down, at once: it survives the end of this process.</summary>
    public void AppendAlarm(AlarmRow alarm) => AlarmsFile.Append(At(AlarmsName), alarm, Now());

    /// <summary>Hands all metrics to the operating system, from where they survive the end of this process.</summary>
    public void Flush()
    {
        metrics.Flush();
        events.Flush();
        lastFlush = clock.GetTimestamp();
    }

    /// <summary>Saves a checkpoint that appears whole: written beside, forced to disk, renamed. One of the same step is replaced.</summary>
    /// <param name="step">The step after which the state holds, from 0.</param>
    /// <param name="writeInto">Writes the state's files into the folder it is given.</param>
    /// <param name="keep">How many checkpoints to keep, this one included, from 1; the oldest go.</param>
    /// <param name="keepFrom">Checkpoints of this step and later ones are kept whatever their number.</param>
    public Checkpoint SaveCheckpoint(long step, Action<string> writeInto, int keep = 2, long keepFrom = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        Flush();
        return checkpoints.Save(step, writeInto, keep, keepFrom);
    }

    /// <summary>Goes back to <paramref name="step"/>: removes the metrics, the alarms and the checkpoints after it, which the resumed run will write again.</summary>
    /// <param name="step">The step of the checkpoint the run resumes from; -1 starts over.</param>
    public void RewindTo(long step)
    {
        foreach (var later in CheckpointStore.List(At(CheckpointsName)).Where(checkpoint => checkpoint.Step > step))
        {
            checkpoints.Delete(later);
        }

        metrics.CutAfter(step);
        AlarmsFile.CutAfter(At(AlarmsName), step);
        events.Dispose();
        events = RebuildEvents();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        metrics.Dispose();
        events.Dispose();
        heldLock.Dispose();
    }

    /// <summary>The event file holds nothing but the metrics, so it is written anew from them instead of being repaired.</summary>
    private EventFile RebuildEvents()
    {
        var path = At(EventsName);
        var rows = ReadMetrics(Path);
        DurableFile.Write(
            path,
            stream =>
            {
                var rebuilt = new EventFile(stream);
                rebuilt.WriteVersion(rows.Count > 0 ? rows[0].Time : Now());
                foreach (var row in rows)
                {
                    rebuilt.WriteScalars(row.Step, row.Time, row.Values);
                }
            }
        );
        lastStep = rows.Count > 0 ? rows[^1].Step : 0;
        return new EventFile(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, EventFile.BufferedBytes));
    }

    /// <summary>Seconds since 1970 with milliseconds, which both files hold exactly alike.</summary>
    private double Now() => clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private string At(string name) => System.IO.Path.Combine(Path, name);
}
