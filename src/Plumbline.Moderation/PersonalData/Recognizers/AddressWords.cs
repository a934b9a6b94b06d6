using System.Buffers;
using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>The words in which addresses are read, backwards from the postal code.</summary>
internal static class AddressWords
{
    /// <summary>How many are read.</summary>
    internal const int Most = 20;

    private const int Window = 96;

    private static readonly SearchValues<char> WordEnds = SearchValues.Create(" \t\r\n,;");

    /// <summary>The words before a place, the nearest last.</summary>
    internal static int Words(ref TextScan scan, int end, scoped Span<WordSpan> words)
    {
        var text = scan.Text;
        var from = Math.Max(0, end - Window);
        scan.Work += end - from;
        var count = 0;
        var at = end;
        while (at > from && count < words.Length)
        {
            var last = at;
            while (last > from && WordEnds.Contains(text[last - 1]))
            {
                last--;
            }

            var first = last;
            while (first > from && !WordEnds.Contains(text[first - 1]))
            {
                first--;
            }

            if (last > first && (first > from || from == 0))
            {
                words[count++] = new WordSpan(
                    first,
                    last,
                    last < text.Length && text[last] is ',' or ';' or '\n' || text[last - 1] == '.' && last - first > 4
                );
            }

            at = first;
        }

        words[..count].Reverse();
        return count;
    }

    /// <summary>Whether it is a house number.</summary>
    internal static bool IsHouse(ReadOnlySpan<char> word) =>
        word.Length is >= 1 and <= 6
        && char.IsAsciiDigit(word[0])
        && !word.ContainsAny(":.%")
        && (word.Length < 5 || word.Contains('-') || !char.IsAsciiDigit(word[^1]));

    /// <summary>Whether it is one of some names, with or without a dot.</summary>
    internal static bool IsOne(ReadOnlySpan<char> word, string[] names)
    {
        var plain = word.TrimEnd('.');
        foreach (var name in names)
        {
            if (plain.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it is a name in capitals that ends with one of some names.</summary>
    internal static bool EndsWithOne(ReadOnlySpan<char> word, string[] names)
    {
        var plain = word.TrimEnd('.');
        foreach (var name in names)
        {
            if (plain.EndsWith(name, StringComparison.OrdinalIgnoreCase) && char.IsUpper(word[0]))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A word of an address.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="EndsClause">Whether a comma, the end of a line or of a sentence follows.</param>
internal readonly record struct WordSpan(int Start, int End, bool EndsClause)
{
    internal ReadOnlySpan<char> Of(ReadOnlySpan<char> text) => text[Start..End];
}
