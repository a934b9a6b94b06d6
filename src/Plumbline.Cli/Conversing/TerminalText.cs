using System.Globalization;
using System.Text;

namespace Plumbline.Cli.Conversing;

/// <summary>
/// Makes a model's text safe to show: control characters, with which text could move the cursor, change the title or fill the clipboard, and characters that
/// turn the direction of reading come out as <c>\u001b</c>. Line ends and tabs stay. Pieces of a text can be shown one by one.
/// </summary>
internal static class TerminalText
{
    /// <summary>The text as it can be written to a terminal.</summary>
    internal static string Escape(string text)
    {
        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            _ = IsUnsafe(character) ? safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}") : safe.Append(character);
        }

        return safe.ToString();
    }

    private static bool IsUnsafe(char character) =>
        character is not ('\n' or '\t')
        && (
            char.IsControl(character)
            || character is '\u2028' or '\u2029' or '\u200E' or '\u200F' or '\u061C'
            || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')
        );
}
