using System.Buffers;
using System.Text;
using Plumbline.Tokenization.PreTokenizers;

namespace Plumbline.Tokenization;

/// <summary>
/// Finds added tokens in a text, the leftmost first and of those the longest, as Hugging Face does; special ones only in trusted text.
/// </summary>
internal sealed class AddedTokenMatcher
{
    private readonly Dictionary<char, AddedToken[]> byFirstCharacter;
    private readonly SearchValues<char> firstCharacters;

    /// <summary>A matcher for <paramref name="tokens"/>.</summary>
    public AddedTokenMatcher(IEnumerable<AddedToken> tokens)
    {
        byFirstCharacter = tokens
            .GroupBy(token => token.Content[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Content.Length).ToArray());
        firstCharacters = SearchValues.Create([.. byFirstCharacter.Keys]);
    }

    /// <summary>Whether there is nothing to find.</summary>
    public bool IsEmpty => byFirstCharacter.Count == 0;

    /// <summary>
    /// Adds the tokens found in <paramref name="text"/>, in order and without overlap, with the range each takes, stripped whitespace included.
    /// </summary>
    public void Find(AlignedText text, TrustedRanges trusted, List<(TextRange Range, int Id)> found)
    {
        var characters = text.Text.AsSpan();
        var taken = 0;
        for (var at = 0; at < characters.Length; )
        {
            var jump = characters[at..].IndexOfAny(firstCharacters);
            if (jump < 0)
            {
                return;
            }

            at += jump;
            var token = Longest(text, at, trusted);
            if (token is null)
            {
                at++;
                continue;
            }

            var (start, end) = (at, at + token.Content.Length);
            at = end;
            if (token.SingleWord && (EndsWithWord(characters[..start]) || StartsWithWord(characters[end..])))
            {
                continue;
            }

            while (token.StripLeft && start > taken && char.IsWhiteSpace(characters[start - 1]))
            {
                start--;
            }

            while (token.StripRight && end < characters.Length && char.IsWhiteSpace(characters[end]))
            {
                end++;
            }

            found.Add((new TextRange(start, end), token.Id));
            taken = at = end;
        }
    }

    private AddedToken? Longest(AlignedText text, int at, TrustedRanges trusted)
    {
        foreach (var token in byFirstCharacter[text.Text[at]])
        {
            if (
                text.Text.AsSpan(at).StartsWith(token.Content, StringComparison.Ordinal)
                && (!token.IsSpecial || trusted.Cover(text, at, at + token.Content.Length))
            )
            {
                return token;
            }
        }

        return null;
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && CharacterClasses.IsWord(rune);

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && CharacterClasses.IsWord(rune);
}

/// <summary>The stretches of a text in which special tokens may be recognised.</summary>
/// <param name="ranges">In order, without overlap; neighbours that touch need not be joined.</param>
internal readonly struct TrustedRanges(TextRange[] ranges)
{
    /// <summary>No trust: user text.</summary>
    public static TrustedRanges None { get; } = new([]);

    /// <summary>All of it.</summary>
    public static TrustedRanges All { get; } = new([new TextRange(0, int.MaxValue)]);

    /// <summary>Whether the positions in the text matter: neither all of it is trusted nor nothing.</summary>
    public bool DependOnPosition => !(ranges.Length == 0 || ranges[0] == new TextRange(0, int.MaxValue));

    /// <summary>Whether every character from <paramref name="start"/> to <paramref name="end"/> comes from a trusted stretch.</summary>
    public bool Cover(AlignedText text, int start, int end)
    {
        if (!DependOnPosition)
        {
            return ranges.Length > 0;
        }

        for (var i = start; i < end; i++)
        {
            if (!Contains(text.OriginOf(i)))
            {
                return false;
            }
        }

        return true;
    }

    private bool Contains(int position)
    {
        var low = 0;
        var high = ranges.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (position < ranges[middle].Start)
            {
                high = middle - 1;
            }
            else if (position >= ranges[middle].End)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }
}
