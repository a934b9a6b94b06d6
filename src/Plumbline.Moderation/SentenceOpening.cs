namespace Plumbline.Moderation;

/// <summary>The opening of a sentence: its first words, up to about <see cref="Letters"/> letters. What a sentence does with a request, it says there; what comes after is mostly its topic.</summary>
internal static class SentenceOpening
{
    /// <summary>The letters after which the opening ends with the word, or at once in scripts without spaces.</summary>
    internal const int Letters = 36;

    // A sign of these scripts says about as much as so many letters.
    private const int Wide = 3;

    /// <summary>The opening of a text; all of it where it is short.</summary>
    internal static ReadOnlySpan<char> Of(ReadOnlySpan<char> text)
    {
        var letters = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var isWide = WideLetters.Contains(text[i]);
            letters += isWide ? Wide : 1;
            if (letters >= Letters && (isWide || char.IsWhiteSpace(text[i])))
            {
                return text[..(i + 1)].TrimEnd();
            }
        }

        return text;
    }
}
