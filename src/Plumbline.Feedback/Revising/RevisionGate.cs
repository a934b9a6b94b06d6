namespace Plumbline.Feedback.Revising;

/// <summary>Tells revisions that are worth learning from those that are not, by what can be counted.</summary>
internal static class RevisionGate
{
    private const int RunLength = 4;

    /// <summary>Why a round's revision is not kept; null where it is.</summary>
    internal static RevisionRejection? Of(RevisionRound round, RevisionGateOptions options)
    {
        var words = Words(round.Revision);
        return words.Length < options.LeastWords ? RevisionRejection.TooShort
            : Repetition(words) > options.MostRepetition ? RevisionRejection.Collapsed
            : round.Critique is { } critique && Common(words, Words(critique)) > options.MostOfCritique ? RevisionRejection.CritiqueAgain
            : null;
    }

    /// <summary>The share of runs of four words that came before; 0 for texts with fewer.</summary>
    internal static double Repetition(string[] words)
    {
        var runs = words.Length - RunLength + 1;
        if (runs < 1)
        {
            return 0;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < runs; i++)
        {
            seen.Add(string.Join(' ', words.AsSpan(i, RunLength)));
        }

        return 1 - ((double)seen.Count / runs);
    }

    // Jaccard's index of the two sets of words.
    private static double Common(string[] left, string[] right)
    {
        var (a, b) = (left.ToHashSet(StringComparer.OrdinalIgnoreCase), right.ToHashSet(StringComparer.OrdinalIgnoreCase));
        var shared = a.Count(b.Contains);
        return a.Count + b.Count == shared ? 0 : (double)shared / (a.Count + b.Count - shared);
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
