namespace Plumbline.TinyWorld.Text;

/// <summary>Phrases that are looked for as whole words, whatever their case and accents.</summary>
internal sealed class PhraseSet(IEnumerable<string> phrases)
{
    private readonly string[] padded =
    [
        .. phrases
            .Select(FoldedText.Fold)
            .Where(phrase => phrase.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .Select(phrase => $" {phrase} "),
    ];

    /// <summary>No phrase at all.</summary>
    public static PhraseSet Empty { get; } = new([]);

    /// <summary>Where the first of the phrases that occurs stands; null where none does.</summary>
    public TextSpan? FirstIn(FoldedText text)
    {
        foreach (var phrase in padded)
        {
            if (text.Find(phrase) is { } span)
            {
                return span;
            }
        }

        return null;
    }

    /// <summary>Where the first phrase stands that occurs without one of <paramref name="negations"/> (single words) right before it; null where none does.</summary>
    public TextSpan? FirstAffirmedIn(FoldedText text, PhraseSet negations)
    {
        foreach (var phrase in padded)
        {
            if (
                text.Find(phrase) is { } span
                && !negations.Ends(text.Padded.AsSpan(0, text.Padded.IndexOf(phrase, StringComparison.Ordinal) + 1))
            )
            {
                return span;
            }
        }

        return null;
    }

    private bool Ends(ReadOnlySpan<char> words)
    {
        foreach (var phrase in padded)
        {
            if (words.EndsWith(phrase, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True where the text's first word is one of the phrases.</summary>
    public bool Starts(FoldedText text) => Array.Exists(padded, phrase => text.Padded.StartsWith(phrase, StringComparison.Ordinal));
}
