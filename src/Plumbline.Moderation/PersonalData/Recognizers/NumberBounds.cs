using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Whether a number ends where it seems to: parts of longer numbers, of identifiers, amounts and addresses are none.</summary>
internal static class NumberBounds
{
    private static readonly string[] Units =
    [
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "JPY",
        "kr",
        "kg",
        "km",
        "Mio",
        "bytes",
        "byte",
        "MB",
        "GB",
        "ms",
    ];

    /// <summary>Whether what stands around it makes it a part of something longer, or an amount.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Its first character.</param>
    /// <param name="end">The first one after it.</param>
    /// <param name="separators">The separators within it.</param>
    internal static bool IsPartOfMore(ReadOnlySpan<char> text, int start, int end, ReadOnlySpan<char> separators) =>
        GoesOnBefore(text, start, separators) || GoesOnAfter(text, start, end, separators) || IsAmount(text, end);

    /// <summary>Whether any number might be written so: groups of three, the first one not begun by a zero.</summary>
    internal static bool MayBeThousands(ReadOnlySpan<char> value)
    {
        var (group, groups) = (0, 0);
        foreach (var c in value)
        {
            if (Characters.IsDigit(c))
            {
                group++;
            }
            else if (group == 3 || (groups == 0 && group is > 0 and < 3))
            {
                groups++;
                group = 0;
            }
            else
            {
                return false;
            }
        }

        return group == 3 && groups > 0 && Characters.Digit(value[0]) != 0;
    }

    private static bool GoesOnBefore(ReadOnlySpan<char> text, int start, ReadOnlySpan<char> separators)
    {
        if (start == 0)
        {
            return false;
        }

        var before = text[start - 1];
        var further = start > 1 ? text[start - 2] : '\0';
        return before switch
        {
            '_' or '$' or '€' or '£' or '¥' or '%' or '@' or '\\' => true,
            '/' or '-' or '~' or '^' => Characters.IsGroup(further) || further == before,
            '.' or ':' => Characters.IsDigit(further),
            ',' => Characters.IsDigit(further) && FirstGroup(text, start) <= 3,
            ' ' or '\u00A0' or '\u202F' => separators.Length > 0 && separators[0] == ' ' && Characters.IsDigit(further),
            _ => false,
        };
    }

    private static bool GoesOnAfter(ReadOnlySpan<char> text, int start, int end, ReadOnlySpan<char> separators)
    {
        if (end == text.Length)
        {
            return false;
        }

        var after = text[end];
        var further = end + 1 < text.Length ? text[end + 1] : '\0';
        return after switch
        {
            '_' or '@' or '%' or '$' or '€' or '£' or '¥' or '°' or '\\' => true,
            _ when Characters.IsGroup(after) => true,
            '/' or '-' or '~' or '^' => Characters.IsGroup(further),
            '.' or ':' => Characters.IsDigit(further),
            ',' => Characters.IsDigit(further) && LastGroup(text, start, end) <= 3,
            ' ' or '\u00A0' or '\u202F' => separators.Length > 0 && separators[^1] == ' ' && Characters.IsDigit(further),
            _ => false,
        };
    }

    private static bool IsAmount(ReadOnlySpan<char> text, int end)
    {
        if (end + 1 >= text.Length || text[end] is not (' ' or '\u00A0' or '\u202F'))
        {
            return false;
        }

        var rest = text[(end + 1)..];
        if (rest[0] is '€' or '$' or '£' or '¥' or '%' or '°')
        {
            return true;
        }

        foreach (var unit in Units)
        {
            if (rest.StartsWith(unit, StringComparison.Ordinal) && (rest.Length == unit.Length || !char.IsLetterOrDigit(rest[unit.Length])))
            {
                return true;
            }
        }

        return false;
    }

    private static int FirstGroup(ReadOnlySpan<char> text, int start)
    {
        var at = start;
        while (at < text.Length && at - start < 4 && Characters.IsGroup(text[at]))
        {
            at++;
        }

        return at - start;
    }

    private static int LastGroup(ReadOnlySpan<char> text, int start, int end)
    {
        var at = end;
        while (at > start && end - at < 4 && Characters.IsGroup(text[at - 1]))
        {
            at--;
        }

        return end - at;
    }
}
