using System.Globalization;
using System.Text;

namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>Values as text, as Python writes them, and as JSON, as transformers' <c>tojson</c> writes it.</summary>
internal static partial class Printing
{
    /// <summary>What <c>{{ value }}</c> writes.</summary>
    public static MarkedText ToText(object? value, RenderContext context, int line) =>
        value switch
        {
            MarkedText text => text,
            UndefinedValue => MarkedText.Empty,
            // A number or collection may carry anything from a message: not trusted.
            _ => Representation(value, context, line),
        };

    /// <summary>The value as Python's <c>repr</c> writes it. Not trusted.</summary>
    public static MarkedText Representation(object? value, RenderContext context, int line) =>
        MarkedText.Untrusted(Collect(value, context, line, (text, item) => WriteRepresentation(text, item, context, line)));

    /// <summary>A floating-point number as Python writes it.</summary>
    public static string Float(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan"
                : value > 0 ? "inf"
                : "-inf";
        }

        // The shortest digits that give the number back, and where its point stands.
        var shortest = value.ToString("R", CultureInfo.InvariantCulture).Split('E');
        var digits = shortest[0].Replace(".", string.Empty, StringComparison.Ordinal).TrimStart('-').TrimStart('0').TrimEnd('0');
        digits = digits.Length == 0 ? "0" : digits;
        var exponent = shortest.Length == 2 ? int.Parse(shortest[1], CultureInfo.InvariantCulture) : PointOf(shortest[0].TrimStart('-'));
        var sign = double.IsNegative(value) ? "-" : string.Empty;
        if (exponent is >= 16 or < -4)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : string.Empty;
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        return exponent < 0 ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : digits.Length <= exponent + 1 ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    // The power of ten of the first digit of a number written without exponent.
    private static int PointOf(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        if (whole != "0")
        {
            return whole.Length - 1;
        }

        var fraction = point < 0 ? string.Empty : text[(point + 1)..];
        var zeros = fraction.Length - fraction.TrimStart('0').Length;
        return zeros == fraction.Length ? 0 : -zeros - 1;
    }

    private static string Collect(object? value, RenderContext context, int line, Action<StringBuilder, object?> write)
    {
        var text = new StringBuilder();
        write(text, value);
        context.Charge(line, text.Length);
        return text.ToString();
    }

    private static void WriteRepresentation(StringBuilder text, object? value, RenderContext context, int line)
    {
        context.Enter(line);
        switch (value)
        {
            case null:
                text.Append("None");
                break;
            case bool flag:
                text.Append(flag ? "True" : "False");
                break;
            case long number:
                text.Append(number);
                break;
            case double number:
                text.Append(Float(number));
                break;
            case MarkedText item:
                WriteQuoted(text, item.Text);
                break;
            case TemplateList list:
                text.Append(list.IsTuple ? '(' : '[');
                WriteJoined(text, list.Items, item => WriteRepresentation(text, item, context, line));
                text.Append(list.IsTuple && list.Items.Count == 1 ? "," : string.Empty).Append(list.IsTuple ? ')' : ']');
                break;
            case TemplateMap { IsNamespace: false } map:
                text.Append('{');
                WriteJoined(
                    text,
                    map.Entries,
                    entry =>
                    {
                        WriteQuoted(text, entry.Key);
                        text.Append(": ");
                        WriteRepresentation(text, entry.Value, context, line);
                    }
                );
                text.Append('}');
                break;
            case UndefinedValue:
                text.Append("Undefined");
                break;
            default:
                throw context.Errors.At(line, $"{Values.TypeName(value)} cannot be written.");
        }

        context.Leave();
    }

    private static void WriteJoined<T>(StringBuilder text, IEnumerable<T> items, Action<T> write)
    {
        var first = true;
        foreach (var item in items)
        {
            text.Append(first ? string.Empty : ", ");
            write(item);
            first = false;
        }
    }

    /// <summary>Python's repr of a string.</summary>
    private static void WriteQuoted(StringBuilder text, string value)
    {
        var quote = value.Contains('\'', StringComparison.Ordinal) && !value.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        text.Append(quote);
        foreach (var character in value)
        {
            text.Append(
                character switch
                {
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    '\\' => "\\\\",
                    _ when character == quote => "\\" + quote,
                    _ when !IsPrintable(character) => character < 0x100 ? $"\\x{(int)character:x2}" : $"\\u{(int)character:x4}",
                    _ => character.ToString(),
                }
            );
        }

        text.Append(quote);
    }

    private static bool IsPrintable(char character) =>
        character == ' '
        || char.GetUnicodeCategory(character)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator
            );
}
