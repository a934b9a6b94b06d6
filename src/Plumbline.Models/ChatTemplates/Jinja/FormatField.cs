using System.Globalization;

namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>How one value is laid out in a formatted text.</summary>
/// <param name="IsBraces">Whether it stood in braces; percent signs otherwise.</param>
/// <param name="Conversion">s, r, d, f, x; zero where nothing is said.</param>
/// <param name="Align">&lt;, &gt; or ^; zero where nothing is said.</param>
/// <param name="Filling">What fills up.</param>
/// <param name="Zeros">Whether numbers are filled with zeros behind their sign.</param>
/// <param name="Plus">Whether positive numbers have a sign.</param>
/// <param name="Width">The least width.</param>
/// <param name="Precision">Decimals of a number, most characters of a text; null where nothing is said.</param>
internal readonly record struct FormatField(
    bool IsBraces,
    char Conversion,
    char Align,
    char Filling,
    bool Zeros,
    bool Plus,
    int Width,
    int? Precision
)
{
    private const int LargestNumber = 100;

    /// <summary>Reads what follows a percent sign.</summary>
    public static FormatField Percent(string text, ref int at, Func<string, InvalidInputException> unknown)
    {
        var start = at;
        var (minus, plus, zeros) = (false, false, false);
        for (; at < text.Length && text[at] is '-' or '+' or '0'; at++)
        {
            minus |= text[at] == '-';
            plus |= text[at] == '+';
            zeros |= text[at] == '0';
        }

        var (width, precision) = Sizes(text, ref at);
        var conversion = at < text.Length ? text[at] : '\0';
        at = Math.Min(at + 1, text.Length);
        conversion = conversion == 'i' ? 'd' : conversion;
        return conversion is 's' or 'r' or 'd' or 'f' or 'x' && width >= 0
            ? new FormatField(false, conversion, minus ? '<' : '\0', ' ', zeros && !minus, plus, width, precision)
            : throw unknown(text[start..at]);
    }

    /// <summary>Reads what follows the colon in braces.</summary>
    public static FormatField Braces(string text, Func<string, InvalidInputException> unknown)
    {
        var at = 0;
        var (filling, align) = (' ', '\0');
        if (text.Length > 1 && text[1] is '<' or '>' or '^')
        {
            (filling, align, at) = (text[0], text[1], 2);
        }
        else if (text.Length > 0 && text[0] is '<' or '>' or '^')
        {
            (align, at) = (text[0], 1);
        }

        var plus = at < text.Length && text[at] == '+';
        at += plus ? 1 : 0;
        var zeros = at < text.Length && text[at] == '0';
        var (width, precision) = Sizes(text, ref at);
        var conversion = at < text.Length ? text[at++] : '\0';
        return at == text.Length && conversion is '\0' or 's' or 'd' or 'f' or 'x' && width >= 0
            ? new FormatField(true, conversion, align, filling, zeros, plus, width, precision)
            : throw unknown(text);
    }

    private static (int Width, int? Precision) Sizes(string text, ref int at)
    {
        var width = Number(text, ref at) ?? 0;
        if (at >= text.Length || text[at] != '.')
        {
            return (width, null);
        }

        at++;
        var precision = Number(text, ref at) ?? 0;
        return (precision < 0 ? -1 : width, precision);
    }

    // Null where no digit stands; -1 where the number is too large.
    private static int? Number(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return start == at ? null
            : int.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value <= LargestNumber
                ? value
            : -1;
    }
}
