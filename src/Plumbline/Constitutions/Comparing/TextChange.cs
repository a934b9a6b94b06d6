using System.Text;

namespace Plumbline.Constitutions.Comparing;

/// <summary>How a text became another one, by sentences.</summary>
/// <param name="Added">Sentences that are new.</param>
/// <param name="Removed">Sentences that are gone.</param>
/// <param name="Changed">Sentences whose words changed, before and after.</param>
internal sealed record TextChange(
    IReadOnlyList<string> Added,
    IReadOnlyList<string> Removed,
    IReadOnlyList<(string Old, string New)> Changed
)
{
    // Sentences with this share of common words are one that changed.
    private const double Alike = 0.5;

    // Words that take something out of a demand.
    private static readonly string[] Cues =
    [
        "except",
        "unless",
        "exception",
        "exceptions",
        "only",
        "other than",
        "does not apply",
        "do not apply",
        "provided",
        "apart from",
        "außer",
        "ausgenommen",
        "sofern",
        "salvo",
        "excepto",
        "sauf",
        "à moins",
        "tranne",
    ];

    /// <summary>Whether any word differs.</summary>
    internal bool IsAny => Added.Count + Removed.Count + Changed.Count > 0;

    /// <summary>Whether nothing but exceptions came, or nothing but demands went.</summary>
    internal bool Narrows => IsAny && Steps.All(step => step == ChangeKind.Narrowed);

    /// <summary>Whether nothing but demands came, or nothing but exceptions went.</summary>
    internal bool Widens => IsAny && Steps.All(step => step == ChangeKind.Widened);

    private IEnumerable<ChangeKind> Steps =>
        Added
            .Select(sentence => TakesOut(sentence) ? ChangeKind.Narrowed : ChangeKind.Widened)
            .Concat(Removed.Select(sentence => TakesOut(sentence) ? ChangeKind.Widened : ChangeKind.Narrowed))
            .Concat(Changed.Select(Step));

    internal static TextChange Of(string old, string @new)
    {
        var (before, after) = (Sentences(old), Sentences(@new));
        var removed = Less(before, after);
        var added = Less(after, before);
        var changed = new List<(string, string)>();
        foreach (var sentence in removed.ToList())
        {
            var nearest = added
                .Select(other => (Other: other, Likeness: Likeness(sentence, other)))
                .DefaultIfEmpty()
                .MaxBy(pair => pair.Likeness);
            if (nearest.Likeness >= Alike)
            {
                changed.Add((sentence, nearest.Other));
                removed.Remove(sentence);
                added.Remove(nearest.Other);
            }
        }

        return new TextChange(added, removed, changed);
    }

    /// <summary>The share of words that two texts have in common, in [0, 1].</summary>
    internal static double Likeness(string left, string right)
    {
        var (a, b) = (
            ClauseWords.Split(left).ToHashSet(StringComparer.Ordinal),
            ClauseWords.Split(right).ToHashSet(StringComparer.Ordinal)
        );
        var shared = a.Count(b.Contains);
        return a.Count + b.Count == shared ? 0 : (double)shared / (a.Count + b.Count - shared);
    }

    // Words that only came, with one that takes something out among them, narrow a sentence; gone, they widen it.
    private static ChangeKind Step((string Old, string New) pair)
    {
        var (old, @new) = (Words(pair.Old), Words(pair.New));
        var inserted = IsSubsequence(old, @new);
        var deleted = IsSubsequence(@new, old);
        return inserted && TakesOut(pair.New) && !TakesOut(pair.Old) ? ChangeKind.Narrowed
            : deleted && TakesOut(pair.Old) && !TakesOut(pair.New) ? ChangeKind.Widened
            : ChangeKind.Reworded;
    }

    private static bool IsSubsequence(List<string> part, List<string> whole)
    {
        var at = 0;
        foreach (var word in whole)
        {
            at += at < part.Count && part[at] == word ? 1 : 0;
        }

        return at == part.Count;
    }

    private static bool TakesOut(string sentence)
    {
        var words = $" {string.Join(' ', Words(sentence))} ";
        return Array.Exists(Cues, cue => words.Contains($" {cue} ", StringComparison.Ordinal));
    }

    private static List<string> Words(string text) => [.. ClauseWords.Split(text)];

    // Those of the one that the other has fewer of.
    private static List<string> Less(List<string> those, List<string> others)
    {
        var counts = others.CountBy(sentence => sentence, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var left = new List<string>();
        foreach (var sentence in those)
        {
            if (counts.GetValueOrDefault(sentence) > 0)
            {
                counts[sentence]--;
            }
            else
            {
                left.Add(sentence);
            }
        }

        return left;
    }

    // A sentence ends with its mark before a space, with its line where a list item or paragraph does; breaking a line within a sentence says nothing.
    private static List<string> Sentences(string text)
    {
        var sentences = new List<string>();
        var current = new StringBuilder();
        void End()
        {
            if (current.Length > 0)
            {
                sentences.Add(current.ToString());
                current.Clear();
            }
        }

        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed[0] is '-' or '*' or '+' or '#' or '~' or '<' or '|' or '!' || char.IsAsciiDigit(trimmed[0]))
            {
                End();
            }

            foreach (var word in trimmed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                current.Append(current.Length > 0 ? " " : string.Empty).Append(word);
                if (EndsSentence(word))
                {
                    End();
                }
            }
        }

        End();
        return sentences;
    }

    private static bool EndsSentence(string word)
    {
        var bare = word.TrimEnd('"', '\'', ')', '”', '’', '*', '_');
        return bare.Length > 2 && bare[^1] is ('.' or '!' or '?' or '。' or '！' or '？');
    }
}
