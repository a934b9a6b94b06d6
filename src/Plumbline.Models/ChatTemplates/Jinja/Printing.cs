using System.Globalization;
using System.Text;

namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>Values as text, as Python writes them, and as JSON, as transformers' <c>tojson</c> writes it.</summary>
internal static class Printing
{
    /// <summary>What <c>{{ value }}</c> writes.</summary>
    public static MarkedText ToText(object? value, RenderContext context, int line) =>
        value switch
        {
            MarkedText text => text,
            UndefinedValue => MarkedText.Empty,
            // A number or collection may carry anything from a message: not trusted.
            _ => MarkedText.Untrusted(Collect(value, context, line, (text, item) => WriteRepresentation(text, item, context, line))),
        };

    /// <summary>The value as JSON.</summary>
    /// <param name="value">The value.</param>
    /// <param name="layout">How to lay it out.</param>
    /// <param name="context">The rendering.</param>
    /// <param name="line">The line of the filter.</param>
    public static MarkedText ToJson(object? value, JsonLayout layout, RenderContext context, int line) =>
        MarkedText.Untrusted(Collect(value, context, line, (text, item) => WriteJson(text, item, layout, 0, context, line)));

    /// <summary>A floating-point number as Python writes it.</summary>
    public static string Float(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan"
                : value > 0 ? "inf"
                : "-inf";
        }

        var magnitude = Math.Abs(value);
        if (magnitude != 0 && (magnitude >= 1e16 || magnitude < 1e-4))
        {
            var parts = value.ToString("E16", CultureInfo.InvariantCulture).Split('E');
            var shortest = value.ToString("R", CultureInfo.InvariantCulture);
            var mantissa = shortest.Contains('E', StringComparison.Ordinal)
                ? shortest[..shortest.IndexOf('E', StringComparison.Ordinal)]
                : parts[0].TrimEnd('0').TrimEnd('.');
            var exponent = int.Parse(parts[1], CultureInfo.InvariantCulture);
            return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        var text = value.ToString("0.#################", CultureInfo.InvariantCulture);
        var exact = value.ToString("R", CultureInfo.InvariantCulture);
        text = exact.Contains('E', StringComparison.Ordinal) ? text : exact;
        return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
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

    private static void WriteJson(StringBuilder text, object? value, JsonLayout layout, int level, RenderContext context, int line)
    {
        context.Enter(line);
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case long number:
                text.Append(number);
                break;
            case double number:
                text.Append(
                    double.IsFinite(number) ? Float(number)
                    : double.IsNaN(number) ? "NaN"
                    : number > 0 ? "Infinity"
                    : "-Infinity"
                );
                break;
            case MarkedText item:
                WriteJsonText(text, item.Text, layout.EnsureAscii);
                break;
            case TemplateList list:
                WriteItems(text, '[', ']', list.Items, layout, level, item => WriteJson(text, item, layout, level + 1, context, line));
                break;
            case TemplateMap { IsNamespace: false } map:
                var entries = layout.SortKeys
                    ? map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList()
                    : map.Entries.ToList();
                WriteItems(
                    text,
                    '{',
                    '}',
                    entries,
                    layout,
                    level,
                    entry =>
                    {
                        WriteJsonText(text, entry.Key, layout.EnsureAscii);
                        text.Append(layout.KeySeparator);
                        WriteJson(text, entry.Value, layout, level + 1, context, line);
                    }
                );
                break;
            default:
                throw context.Errors.At(line, $"{Values.TypeName(value)} cannot be written as JSON.");
        }

        context.Leave();
    }

    private static void WriteItems<T>(
        StringBuilder text,
        char open,
        char close,
        List<T> items,
        JsonLayout layout,
        int level,
        Action<T> write
    )
    {
        text.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? string.Empty : layout.ItemSeparator);
            NewLine(level + 1);
            write(items[i]);
        }

        if (items.Count > 0)
        {
            NewLine(level);
        }

        text.Append(close);

        void NewLine(int depth)
        {
            if (layout.Indent is { } indent)
            {
                text.Append('\n').Append(' ', indent * depth);
            }
        }
    }

    private static void WriteJsonText(StringBuilder text, string value, bool ensureAscii)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                > '~' when ensureAscii => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => text.Append(character),
            };
        }

        text.Append('"');
    }
}

/// <summary>How JSON is laid out: the parameters of Python's <c>json.dumps</c>.</summary>
/// <param name="Indent">Spaces per level; null for one line.</param>
/// <param name="ItemSeparator">Between elements.</param>
/// <param name="KeySeparator">Between key and value.</param>
/// <param name="SortKeys">Whether keys are sorted.</param>
/// <param name="EnsureAscii">Whether characters beyond ASCII are escaped.</param>
internal sealed record JsonLayout(
    int? Indent = null,
    string ItemSeparator = ", ",
    string KeySeparator = ": ",
    bool SortKeys = false,
    bool EnsureAscii = false
);
