using System.Globalization;

namespace Plumbline.Cli.Pipelines.Rl.Live;

/// <summary>
/// Which rankings each round had seen when it began, in a file that is written before a round uses them: a run that was killed and goes on from an earlier round sees in
/// each round what it saw the first time, whatever arrived since.
/// </summary>
internal sealed class ReadCursor
{
    private readonly string path;
    private readonly SortedDictionary<long, long> upTo = [];

    /// <summary>Reads the file where there is one; a line that was cut while it was written is forgotten.</summary>
    /// <param name="path">The file.</param>
    internal ReadCursor(string path)
    {
        this.path = path;
        foreach (var line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            var parts = line.Split(' ');
            if (
                parts.Length == 3
                && parts[2] == "."
                && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var round)
                && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            )
            {
                upTo[round] = sequence;
            }
        }
    }

    /// <summary>The last ranking that a round sees: what was noted, else what there is now.</summary>
    /// <param name="round">The round.</param>
    /// <param name="now">Asks for the last ranking there is.</param>
    internal long Of(long round, Func<long> now)
    {
        if (!upTo.TryGetValue(round, out var sequence))
        {
            upTo[round] = sequence = now();
            DurableFile.WriteText(
                path,
                string.Concat(upTo.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key} {entry.Value} .\n")))
            );
        }

        return sequence;
    }
}
