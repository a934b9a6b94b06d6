using System.Globalization;
using Plumbline.Lineage;

namespace Plumbline.Moderation.Decisions;

/// <summary>The names of a log's files, and what can be told of them without reading them whole.</summary>
internal static class DecisionFiles
{
    /// <summary>The file that holds number and hash of the last record.</summary>
    internal const string HeadFile = "decisions.head";

    /// <summary>To how many digits that number is filled up: the file never changes its length, so it can be written over in place.</summary>
    internal const int HeadDigits = 19;

    /// <summary>The number of the last segment that a folder can hold.</summary>
    internal const int LastNumber = 999_999;

    private const string LockFile = "decisions.lock";
    private const string Beginning = "decisions-";
    private const string Ending = ".jsonl";
    private const int Digits = 6;
    private const int MostReadings = 1000;

    /// <summary>The path of a segment.</summary>
    /// <param name="folder">The log's folder.</param>
    /// <param name="number">Its number, from 1.</param>
    internal static string Segment(string folder, int number) =>
        Path.Combine(folder, Beginning + number.ToString($"D{Digits}", CultureInfo.InvariantCulture) + Ending);

    /// <summary>The path of the head's file.</summary>
    internal static string Head(string folder) => Path.Combine(folder, HeadFile);

    /// <summary>The path of the lock's file.</summary>
    internal static string Lock(string folder) => Path.Combine(folder, LockFile);

    /// <summary>The numbers of the segments in a folder, in their order; none where there is no folder.</summary>
    internal static IReadOnlyList<int> Segments(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var numbers = new List<int>();
        foreach (var path in Directory.EnumerateFiles(folder, Beginning + "*" + Ending))
        {
            var digits = Path.GetFileName(path.AsSpan())[Beginning.Length..^Ending.Length];
            if (
                digits.Length == Digits
                && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number > 0
            )
            {
                numbers.Add(number);
            }
        }

        numbers.Sort();
        return numbers.Count == 0 ? numbers : Followed(folder, numbers);
    }

    // Listing a folder may pass over a file that is made meanwhile, and not over the next one: numbers follow each other, so each is asked for.
    private static List<int> Followed(string folder, List<int> listed)
    {
        var numbers = new List<int>(listed.Count);
        for (var (number, at) = (listed[0], 0); number <= LastNumber; number++)
        {
            var isListed = at < listed.Count && listed[at] == number;
            at += isListed ? 1 : 0;
            if (isListed || File.Exists(Segment(folder, number)))
            {
                numbers.Add(number);
            }
            else if (at == listed.Count)
            {
                break;
            }
        }

        return numbers;
    }

    /// <summary>Reads the head; null where it is damaged.</summary>
    /// <remarks>It may be written over at the same time: what two readings in a row agree on is not half of one head and half of another.</remarks>
    internal static ChainHead? ReadHead(string folder)
    {
        var last = ChainHead.Read(Head(folder), HeadDigits);
        for (var reading = 0; reading < MostReadings; reading++)
        {
            var next = ChainHead.Read(Head(folder), HeadDigits);
            if (next == last)
            {
                break;
            }

            last = next;
        }

        return last;
    }

    /// <summary>Opens a file that another process may be writing.</summary>
    internal static FileStream OpenRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);

    /// <summary>The first record of a segment; null where there is no whole line.</summary>
    /// <exception cref="InvalidInputException">The line is not as it was written.</exception>
    internal static DecisionRecord? First(string path)
    {
        using var stream = OpenRead(path);
        var lines = new BoundedLines(stream, path, DecisionLine.Longest);
        return lines.Read() && lines.IsWhole
            ? DecisionLineParser.Parse(lines.Line) ?? throw Broken(path, 1, "This line is not as it was written: its hash does not fit.")
            : null;
    }

    /// <summary>What does not fit in a segment that was read; null where everything does.</summary>
    /// <param name="chain">The chain, at the end of the segment.</param>
    /// <param name="isLast">Whether no other segment follows: only there may a kill have left a torn line.</param>
    internal static LedgerFault? FaultOf(HashChain<DecisionRecord> chain, bool isLast) =>
        chain.Fault
        ?? (
            chain.Torn == TornLine.None || isLast
                ? null
                : new LedgerFault(chain.Line + 1, LedgerFaultKind.Cut, "The line is cut off, and another segment follows.")
        );

    /// <summary>Throws where something does not fit in a segment that was read.</summary>
    /// <inheritdoc cref="FaultOf"/>
    internal static void ThrowIfBroken(string path, HashChain<DecisionRecord> chain, bool isLast)
    {
        if (FaultOf(chain, isLast) is { } fault)
        {
            throw Broken(path, fault.Line, fault.Problem);
        }
    }

    /// <summary>Says that a line does not fit.</summary>
    internal static InvalidInputException Broken(string path, long line, string problem) =>
        new(
            problem,
            "Bring back the file as it was, or move the folder away to begin a new log; DecisionLog.Verify says more.",
            new InputPosition(path, Math.Max(1, line))
        );

    /// <summary>Says that a folder or a file cannot be used.</summary>
    internal static InvalidInputException Unusable(string path, Exception failure) =>
        new(
            $"The decision log cannot be used: {failure.Message}",
            "Check the folder, its permissions and the space on its disk.",
            new InputPosition(path),
            failure
        );

    /// <summary>Has what the file system refuses said in the terms of a log.</summary>
    internal static T Guarded<T>(string path, Func<T> access)
    {
        try
        {
            return access();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, failure);
        }
    }
}
