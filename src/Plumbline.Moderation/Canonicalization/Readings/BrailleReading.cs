using System.Text;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>Braille cells of Unicode, uncontracted: letters, digits behind the number sign, capitals behind theirs, common punctuation.</summary>
internal sealed class BrailleReading : Reading
{
    private const char First = '\u2800';
    private const char Last = '\u28FF';
    private const char NumberSign = '\u283C';
    private const char CapitalSign = '\u2820';
    private const string Cells = "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵⠂⠲⠦⠖⠄⠤⠒⠆⠶⠌";
    private const string Letters = "abcdefghijklmnopqrstuvwxyz,.?!'-:;(/";
    private const string Digits = "1234567890";

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        var runs = new List<UnwrappedRun>();
        for (var at = text.AsSpan().IndexOfAnyInRange(First, Last); at >= 0 && at < text.Length; )
        {
            var end = at;
            while (
                end < text.Length
                && (
                    text[end] is >= First and <= Last
                    || (text[end] is ' ' or '\n' && end + 1 < text.Length && text[end + 1] is >= First and <= Last)
                )
            )
            {
                end++;
            }

            if (end - at >= 2)
            {
                runs.Add(new UnwrappedRun(at, end, Decode(text.AsSpan(at, end - at))));
            }

            var next = text.AsSpan(end).IndexOfAnyInRange(First, Last);
            at = next < 0 ? -1 : end + next;
        }

        if (runs.Count > 0)
        {
            found.Add(new UnwrappedText("braille", runs));
        }
    }

    private static string Decode(ReadOnlySpan<char> cells)
    {
        var read = new StringBuilder(cells.Length);
        var (isNumber, capital) = (false, false);
        foreach (var cell in cells)
        {
            switch (cell)
            {
                case First or ' ' or '\n':
                    read.Append(cell == '\n' ? '\n' : ' ');
                    (isNumber, capital) = (false, false);
                    continue;
                case NumberSign:
                    isNumber = true;
                    continue;
                case CapitalSign:
                    capital = true;
                    continue;
            }

            var index = Cells.IndexOf(cell, StringComparison.Ordinal);
            isNumber &= index is >= 0 and < 10 || cell is '⠂' or '⠲';
            var letter =
                index < 0 ? cell
                : isNumber && index < Digits.Length ? Digits[index]
                : Letters[index];
            read.Append(capital ? char.ToUpperInvariant(letter) : letter);
            capital = false;
        }

        return read.ToString();
    }
}
