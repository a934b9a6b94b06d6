using System.Text;

namespace Plumbline.Evaluation.Reports;

/// <summary>Text in HTML. Everything a report shows passes through here: model output is not trusted.</summary>
internal static class HtmlText
{
    private const int LongestText = 2000;

    /// <summary>Appends text that cannot become markup, in elements and in quoted attributes alike; what HTML cannot hold becomes U+FFFD.</summary>
    public static StringBuilder AppendText(this StringBuilder html, string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => html.Append("&amp;"),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                '"' => html.Append("&quot;"),
                '\'' => html.Append("&#39;"),
                '\n' or '\t' => html.Append((char)rune.Value),
                '\r' => html,
                < ' ' or (>= 0x7F and < 0xA0) or 0xFFFE or 0xFFFF => html.Append('\uFFFD'),
                _ => html.Append(rune.ToString()),
            };
        }

        return html;
    }

    /// <summary>The same, cut to a length that a page bears, and saying so.</summary>
    public static StringBuilder AppendLongText(this StringBuilder html, string text)
    {
        if (text.Length <= LongestText)
        {
            return html.AppendText(text);
        }

        var end = char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText;
        return html.AppendText(text[..end]).Append($"\u2026 <span class=\"quiet\">({text.Length - end} more characters)</span>");
    }

    /// <summary>Appends <c>&lt;name class="..."&gt;text&lt;/name&gt;</c>.</summary>
    public static StringBuilder AppendElement(this StringBuilder html, string name, string text, string? className = null)
    {
        html.Append('<').Append(name);
        if (className is not null)
        {
            html.Append(" class=\"").Append(className).Append('"');
        }

        return html.Append('>').AppendText(text).Append("</").Append(name).Append('>');
    }
}
