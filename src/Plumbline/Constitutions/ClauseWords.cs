namespace Plumbline.Constitutions;

/// <summary>The words of a clause that say what it is about, and whether it asks for it or against it: enough to find clauses that speak of the same.</summary>
internal sealed class ClauseWords
{
    // Words that say no, in the languages that constitutions here are written in.
    private static readonly HashSet<string> Negations =
    [
        .. "no not never don't dont doesn't cannot can't mustn't avoid refuse refuses without nicht nie niemals kein keine keinen no nunca jamás não jamais pas ne non mai".Split(
            ' '
        ),
    ];

    // Words that say how strongly, or nothing.
    private static readonly HashSet<string> Fillers =
    [
        .. "a an the and or of to in on for with by as at is are be it its this that these those must should shall will may can do does always every any all model assistant answer answers".Split(
            ' '
        ),
        .. "der die das den dem des ein eine einen und oder zu im in auf für mit von ist sind muss müssen soll immer el la los las un una y o de en para con es son debe deben siempre".Split(
            ' '
        ),
    ];

    private readonly HashSet<string> subject;

    /// <summary>Reads a clause.</summary>
    public ClauseWords(Clause clause)
    {
        var words = Split(clause.Text).ToList();
        subject = words.Where(word => !Negations.Contains(word) && !Fillers.Contains(word)).ToHashSet(StringComparer.Ordinal);
        // "Never do X" forbids X, whether it is marked as forbidding or as a requirement; what comes after the first words are details.
        IsAgainst = clause.Polarity switch
        {
            Polarity.Forbid => true,
            Polarity.Permit => false,
            _ => words.Take(WordsBeforeDetails).Any(Negations.Contains),
        };
    }

    private const int WordsBeforeDetails = 6;

    /// <summary>Whether the clause is against what it speaks of.</summary>
    public bool IsAgainst { get; }

    /// <summary>How much two clauses speak of the same: Jaccard's index of their words, in [0, 1].</summary>
    public double Likeness(ClauseWords other)
    {
        var (small, large) = subject.Count < other.subject.Count ? (subject, other.subject) : (other.subject, subject);
        var shared = small.Count(large.Contains);
        var all = subject.Count + other.subject.Count - shared;
        return all == 0 ? 0 : (double)shared / all;
    }

    /// <summary>The words of a text in lower case.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var isWord = i < text.Length && (char.IsLetterOrDigit(text[i]) || (text[i] is '\'' or '’' && start >= 0));
            if (isWord && start < 0)
            {
                start = i;
            }
            else if (!isWord && start >= 0)
            {
                yield return text[start..i].ToLowerInvariant().Replace('’', '\'').TrimEnd('\'');
                start = -1;
            }
        }
    }
}
