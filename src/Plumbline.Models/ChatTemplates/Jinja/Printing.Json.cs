using System.Globalization;
using System.Text;

namespace Plumbline.Models.ChatTemplates.Jinja;

// Values as JSON.
internal static partial class Printing
{
    /// <summary>The value as JSON.</summary>
    /// <param name="value">The value.</param>
    /// <param name="layout">How to lay it out.</param>
    /// <param name="context">The rendering.</param>
    /// <param name="line">The line of the filter.</param>
    public static MarkedText ToJson(object? value, JsonLayout layout, RenderContext context, int line) =>
        MarkedText.Untrusted(Collect(value, context, line, (text, item) => WriteJson(text, item, layout, 0, context, line)));

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
