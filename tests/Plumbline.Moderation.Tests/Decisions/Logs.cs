using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Moderation.Decisions;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Decisions;

/// <summary>Small decision logs for tests.</summary>
internal static class Logs
{
    internal static readonly DecisionLogOptions Small = new() { SegmentBytes = 2048, LockSeconds = 0 };

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char[' ', '~'], 0, 12],
        Gen.OneOf("", "\"quoted\"\\\n\t\u0001", "Ümläute und 🐦", "私は", "\u2028\u0085", "{\"id\":\"x\",")
    );

    private static readonly Gen<double> Number = Gen.OneOf(
        Gen.Double[0, 1],
        Gen.Double,
        Gen.OneOf(0.0, -0.0, 1, 0.1, double.Epsilon, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity)
    );

    private static readonly Gen<string?> MaybeText = Gen.Null(Text)!;

    private static readonly Gen<Finding> Findings = Gen.Select(
        Gen.Select(Text, Number, MaybeText, MaybeText),
        Gen.Nullable(Gen.Select(Gen.Int, Gen.Int, (start, length) => new TextSpan(start, length))),
        Gen.Nullable(Gen.Select(Number, Number, Number, Number, (left, top, width, height) => new ImageRegion(left, top, width, height))),
        Gen.Select(MaybeText, MaybeText, MaybeText, Gen.Bool),
        (what, span, region, how) =>
            new Finding
            {
                Hazard = what.Item1,
                Score = what.Item2,
                Clause = what.Item3,
                Kind = what.Item4,
                Span = span,
                Region = region,
                View = how.Item1,
                Evidence = how.Item2,
                Detector = how.Item3,
                IsExact = how.Item4,
            }
    );

    private static readonly Gen<ClauseVerdict> Verdicts = Gen.Select(
        Text,
        Gen.Enum<GuardOutcome>(),
        Number,
        Number,
        (clause, outcome, score, threshold) => new ClauseVerdict(clause, outcome, score, threshold)
    );

    private static readonly Gen<Situation> Situations = Gen.Select(
        Gen.Select(MaybeText, MaybeText, MaybeText),
        Gen.Nullable(Gen.Enum<Audience>()),
        Gen.Enum<Modality>(),
        Gen.Nullable(Gen.Int[0, DateOnly.MaxValue.DayNumber].Select(DateOnly.FromDayNumber)),
        (names, audience, modality, day) =>
            new Situation
            {
                Language = names.Item1,
                Region = names.Item2,
                Domain = names.Item3,
                Audience = audience,
                Modality = modality,
                Day = day,
            }
    );

    private static readonly Gen<BasisDetector> BasisDetectors = Gen.Select(
        Gen.Select(Text, Gen.Enum<DetectorCost>(), Text.Array[0, 3]),
        Gen.Select(Gen.Bool, Gen.Bool),
        Gen.Dictionary(Text, Text)[0, 3],
        (what, flags, asked) =>
            new BasisDetector(what.Item1, what.Item2, what.Item3)
            {
                IsAlways = flags.Item1,
                ReadsClauses = flags.Item2,
                AskedAbout = [.. asked.Select(clause => new AskedClause(clause.Key, clause.Value))],
            }
    );

    private static readonly Gen<DecisionBasis> Bases = Gen.Select(
        Situations,
        BasisDetectors.Array[0, 3],
        Gen.Enum<EnforcementAction>().Array[3],
        Gen.Bool.Array[2],
        Gen.Dictionary(Gen.Select(Text, Text), Number)[0, 3],
        (situation, detectors, actions, flags, thresholds) =>
            new DecisionBasis
            {
                Situation = situation,
                Detectors = detectors,
                Unconfirmed = actions[0],
                UnknownLanguage = actions[1],
                TooManyReadings = actions[2],
                IsUnknownLanguage = flags[0],
                IsTruncated = flags[1],
                Thresholds = [.. thresholds.Select(one => new BasisThreshold(one.Key.Item1, one.Key.Item2, one.Value))],
            }
    );

    /// <summary>Decisions with everything in them that can be.</summary>
    internal static readonly Gen<GuardDecision> Any = Gen.Select(
        Gen.Select(
            Gen.String[Gen.Char[' ', 'ӿ'], 1, 40],
            Gen.Long[0, DateTime.MaxValue.Ticks],
            Gen.Enum<GuardedPart>(),
            Gen.Enum<GuardOutcome>()
        ),
        Gen.Select(Text, MaybeText, MaybeText, Gen.Null(Bases)),
        Verdicts.Array[0, 4],
        Findings.Array[0, 6],
        Gen.Dictionary(Text, Text)[0, 4],
        Text.Array[0, 3],
        (basis, names, verdicts, findings, detectors, failed) =>
            new GuardDecision
            {
                Id = basis.Item1,
                Time = new DateTimeOffset(basis.Item2, TimeSpan.Zero),
                Part = basis.Item3,
                Outcome = basis.Item4,
                Constitution = names.Item1,
                Input = Input(basis.Item1),
                Language = names.Item2,
                Exchange = names.Item3,
                Verdicts = verdicts,
                Findings = findings,
                Detectors = detectors,
                Failed = failed,
                Basis = names.Item4,
                Text = "what may pass",
                Explanation = "why it may not",
            }
    );

    internal static string Input(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>A decision as guards make them.</summary>
    internal static GuardDecision Decision(string id) =>
        new()
        {
            Id = id,
            Time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)).AddTicks(1234567),
            Part = GuardedPart.ToolResult,
            Outcome = GuardOutcome.Refuse,
            Constitution = Input("constitution"),
            Input = Input(id),
            Language = "de",
            Exchange = "exchange-1",
            Verdicts = [new ClauseVerdict("no_injection", GuardOutcome.Refuse, 0.93, 0.5)],
            Findings =
            [
                new Finding
                {
                    Hazard = "P4",
                    Score = 0.93,
                    Span = new TextSpan(3, 9),
                    View = "base64",
                },
            ],
            Detectors = new Dictionary<string, string> { ["injection"] = "2", ["pii"] = "1" },
            Explanation = "Not answered, by no_injection.",
        };

    internal static DecisionLog Open(TemporaryFolder folder, DecisionLogOptions? options = null, DecisionDisk? disk = null) =>
        DecisionLog.Open(folder.File("log"), new LogClock(), options ?? Small, disk ?? new WatchedDisk());

    /// <summary>A log of so many decisions with the ids 1, 2, …, and its folder.</summary>
    internal static async Task<string> Write(TemporaryFolder folder, int decisions, DecisionLogOptions? options = null, int first = 1)
    {
        await using var log = Open(folder, options);
        for (var i = first; i < first + decisions; i++)
        {
            await log.AppendAsync(Decision($"{i}"), TestContext.Current.CancellationToken);
        }

        return folder.File("log");
    }

    internal static string[] Segments(string folder) =>
        [.. Directory.EnumerateFiles(folder, "decisions-*.jsonl").Order(StringComparer.Ordinal)];

    internal static string Head(string folder) => Path.Combine(folder, "decisions.head");

    internal static string[] Lines(string segment) => File.ReadAllText(segment).Split('\n')[..^1];

    internal static void WriteLines(string segment, IEnumerable<string> lines) =>
        File.WriteAllText(segment, string.Concat(lines.Select(line => line + "\n")));

    /// <summary>All files of a folder with their bytes, to be put back.</summary>
    internal static Dictionary<string, byte[]> Snapshot(string folder) =>
        Directory.EnumerateFiles(folder).ToDictionary(path => path, File.ReadAllBytes, StringComparer.Ordinal);

    /// <summary>Makes a folder what it was.</summary>
    internal static void Restore(string folder, Dictionary<string, byte[]> files)
    {
        foreach (var path in Directory.EnumerateFiles(folder).Where(path => !files.ContainsKey(path)))
        {
            File.Delete(path);
        }

        foreach (var (path, bytes) in files)
        {
            File.WriteAllBytes(path, bytes);
        }
    }
}

/// <summary>A clock that moves when it is told to.</summary>
internal sealed class LogClock : TimeProvider
{
    internal DateTimeOffset Now { get; set; } = new(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>A disk that counts, waits and fails as it is told; it forces nothing, as no test loses power.</summary>
internal sealed class WatchedDisk : DecisionDisk
{
    /// <summary>How often something was forced to disk.</summary>
    internal int Flushes;

    /// <summary>Asked before each write and each flush of a segment: may wait or throw.</summary>
    internal Action OnWrite { get; set; } = () => { };

    /// <inheritdoc cref="OnWrite"/>
    internal Action OnFlush { get; set; } = () => { };

    internal override void Write(FileStream stream, ReadOnlySpan<byte> bytes)
    {
        OnWrite();
        base.Write(stream, bytes);
    }

    internal override void Flush(FileStream stream)
    {
        Flushes++;
        OnFlush();
    }
}
