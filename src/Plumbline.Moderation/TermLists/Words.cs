using System.Runtime.CompilerServices;

namespace Plumbline.Moderation.TermLists;

/// <summary>Where words of folded text begin and end, and how far apart things stand.</summary>
/// <remarks>
/// Between two units lies no boundary where both are spelt: letters of scripts that write spaces between words. Distances are in quarters of a word, so that scripts without spaces have some too: two signs of Chinese or Japanese
/// count as a word, and four units of Thai, Lao, Burmese or Khmer.
/// </remarks>
internal static class Words
{
    /// <summary>What a spelt word counts.</summary>
    public const int Word = 4;

    /// <summary>Whether a unit belongs to a script without spaces between words, to Korean, whose words have endings, or to a character outside of the basic plane. A phrase may begin and end beside it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsApart(char unit) =>
        unit >= '\u0E00'
        && unit
            is <= '\u0EFF'
                or (>= '\u1000' and <= '\u109F')
                or (>= '\u1780' and <= '\u17FF')
                or (>= '\u2E80' and <= '\uFAFF')
                or (>= '\uFF66' and <= '\uFFDC');

    /// <summary>Whether a boundary lies between two units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBoundary(char before, char after) => before == ' ' || after == ' ' || IsApart(before) || IsApart(after);

    /// <summary>What a unit adds to the distance, in quarters of a word.</summary>
    /// <param name="before">The unit before; a space at the beginning.</param>
    /// <param name="unit">The unit.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Weight(char before, char unit)
    {
        if (unit == ' ')
        {
            return 0;
        }

        if (IsApart(unit) && !IsHangul(unit))
        {
            return unit <= '\u17FF' ? 1
                : char.IsHighSurrogate(unit) ? Word
                : char.IsLowSurrogate(unit) ? 0
                : 2;
        }

        // Korean is written in words, though a phrase may end within one.
        var begins = before == ' ' || (IsApart(before) && !(IsHangul(before) && IsHangul(unit)));
        return begins ? Word : 0;
    }

    private static bool IsHangul(char unit) => unit is (>= '\uAC00' and <= '\uD7FB') or (>= '\u3130' and <= '\u318F');
}
