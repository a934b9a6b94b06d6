using System.Buffers;
using System.Globalization;
using System.Text;
using Plumbline.Findings;
using Plumbline.Moderation.Canonicalization.Language;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>Characters written as a list of numbers: binary, octal, decimal or hexadecimal codes, and places in the alphabet (<c>8-5-12-12-15</c>).</summary>
internal sealed class NumberReading : Reading
{
    private static readonly SearchValues<char> Starts = SearchValues.Create("0123456789\\U#");
    private const int FewestItems = 4;
    private const int LongestGap = 3;
    private const int LongestItem = 8;
    private const int ShortestBits = 24;

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        if (profile.Digits < FewestItems)
        {
            return;
        }

        var runs = new SortedDictionary<string, List<UnwrappedRun>>(StringComparer.Ordinal);
        var items = new List<NumberItem>();
        for (var at = 0; at < text.Length; )
        {
            // Most of a text is no number; within a list the next one is near.
            var near = items.Count > 0 ? items[^1].Span.End + LongestGap : 0;
            if (at > near)
            {
                Close(text, items, runs);
                var skipped = text.AsSpan(at).IndexOfAny(Starts);
                if (skipped < 0)
                {
                    break;
                }

                at += skipped;
            }

            // A letter may come first: c3 is a byte as well.
            var isBehindLetter = items.Count == 0 && at > 0 && char.IsAsciiDigit(text[at]) && char.IsAsciiHexDigit(text[at - 1]);
            var item = isBehindLetter ? NumberItem.At(text, at - 1) : default;
            item = item.Span.Length > 0 ? item : NumberItem.At(text, at);
            if (item.Span.Length == 0)
            {
                at++;
                continue;
            }

            // An item that follows at a distance begins a new list.
            if (items.Count > 0 && !IsGap(text, items[^1].Span.End, item.Span.Start))
            {
                Close(text, items, runs);
            }

            items.Add(item);
            at = item.Span.End;
        }

        Close(text, items, runs);
        foreach (var (name, list) in runs)
        {
            found.Add(new UnwrappedText(name, list));
        }
    }

    private static bool IsGap(string text, int start, int end)
    {
        var gap = text.AsSpan(start, end - start);
        return gap.Length <= LongestGap && gap.IndexOfAnyExcept(" ,;:-_/|\t\n\r".AsSpan()) < 0;
    }

    private static void Close(string text, List<NumberItem> items, SortedDictionary<string, List<UnwrappedRun>> runs)
    {
        if (
            (items.Count >= FewestItems || (items.Count > 0 && items[0].Digits.Length >= ShortestBits))
            && Best(text, items) is var (name, decoded)
        )
        {
            runs.TryAdd(name, []);
            runs[name].Add(new UnwrappedRun(items[0].Span.Start, items[^1].Span.End, decoded));
        }

        items.Clear();
    }

    // Of all radices that give a text, the one whose text looks most like a language.
    private static (string Name, string Text)? Best(string text, List<NumberItem> items)
    {
        (string Name, string Text)? best = null;
        var lowest = double.MaxValue;
        foreach (var (name, decoded) in Candidates(text, items))
        {
            if (decoded is null || !TextLikeness.IsText(decoded))
            {
                continue;
            }

            var cost = LetterPairs.MeanCost(decoded, out _);
            if (cost < lowest)
            {
                (best, lowest) = ((name, decoded), cost);
            }
        }

        return best;
    }

    private static IEnumerable<(string Name, string? Text)> Candidates(string text, List<NumberItem> items)
    {
        if (items.TrueForAll(item => item.IsDigits('1') && item.Digits.Length >= 7))
        {
            yield return ("binary", Bits(text, items, 8));
            yield return ("binary", Bits(text, items, 7));
            yield break;
        }

        var isSpaced = items.Count >= FewestItems;
        if (
            isSpaced
            && items.TrueForAll(item =>
                item.IsDigits('7') && item.Prefix is NumberPrefix.None or NumberPrefix.Octal && item.Digits.Length is 2 or 3
            )
        )
        {
            yield return ("octal", Codes(text, items, 8));
        }

        if (isSpaced && items.TrueForAll(item => item.IsDigits('9') && item.Prefix is NumberPrefix.None && item.Digits.Length <= 6))
        {
            yield return ("decimal", Codes(text, items, 10));
            yield return ("letter-numbers", Places(text, items));
        }

        if (
            isSpaced
            && items.TrueForAll(item =>
                item.Prefix == NumberPrefix.Hex || (item.Prefix == NumberPrefix.None && item.Digits.Length is 2 or 4)
            )
        )
        {
            yield return ("hex", Codes(text, items, 16));
        }
    }

    private static string? Codes(string text, List<NumberItem> items, int radix)
    {
        var points = new List<int>(items.Count);
        foreach (var item in items)
        {
            var point = 0;
            foreach (var digit in item.Digits.Of(text))
            {
                point = Math.Min((point * radix) + Convert.ToInt32(digit.ToString(), 16), 0x110000);
            }

            points.Add(point);
        }

        return FromPoints(points);
    }

    private static string? FromPoints(List<int> points)
    {
        if (points.TrueForAll(point => point <= byte.MaxValue) && points.Exists(point => point >= 0x80))
        {
            var bytes = points.Select(point => (byte)point).ToArray();
            if (System.Text.Unicode.Utf8.IsValid(bytes))
            {
                return Encoding.UTF8.GetString(bytes);
            }
        }

        var units = new StringBuilder(points.Count);
        foreach (var point in points)
        {
            if (point <= char.MaxValue)
            {
                units.Append((char)point);
            }
            else if (Rune.IsValid(point))
            {
                units.Append(new Rune(point));
            }
            else
            {
                return null;
            }
        }

        return units.ToString();
    }

    private static string? Bits(string text, List<NumberItem> items, int width)
    {
        var points = new List<int>();
        var (value, count) = (0, 0);
        foreach (var item in items)
        {
            // A shorter item lost its zeros in front.
            count = item.Digits.Length < width && count == 0 ? width - item.Digits.Length : count;
            foreach (var digit in item.Digits.Of(text))
            {
                value = (value << 1) | (digit - '0');
                if (++count == width)
                {
                    points.Add(value);
                    (value, count) = (0, 0);
                }
            }
        }

        return count == 0 && points.Count >= 3 ? FromPoints(points) : null;
    }

    // Numbers from 1 to 26; what stands between most of them divides letters, anything else words.
    private static string? Places(string text, List<NumberItem> items)
    {
        const int FewestLetters = 6;
        const double StrictCost = 3.1;
        var letters = new StringBuilder(items.Count);
        var gaps = items.Skip(1).Select((item, i) => text[items[i].Span.End..item.Span.Start]).ToArray();
        var usual = gaps.GroupBy(gap => gap, StringComparer.Ordinal).MaxBy(group => group.Count())!.Key;
        for (var i = 0; i < items.Count; i++)
        {
            if (
                !int.TryParse(items[i].Digits.Of(text), NumberStyles.None, CultureInfo.InvariantCulture, out var place)
                || place is < 1 or > 26
            )
            {
                return null;
            }

            if (i > 0 && gaps[i - 1] != usual)
            {
                letters.Append(' ');
            }

            letters.Append((char)('a' + place - 1));
        }

        var read = letters.ToString();
        return read.Length >= FewestLetters && LetterPairs.MeanCost(read, out _) < StrictCost ? read : null;
    }

    private enum NumberPrefix
    {
        None,
        Binary,
        Octal,
        Hex,
    }

    /// <summary>A number and the sign of its radix.</summary>
    /// <param name="Span">Both.</param>
    /// <param name="Digits">Its digits.</param>
    /// <param name="Highest">The highest digit.</param>
    /// <param name="Prefix">What its sign says.</param>
    private readonly record struct NumberItem(TextSpan Span, TextSpan Digits, char Highest, NumberPrefix Prefix)
    {
        public bool IsDigits(char highest) => Highest <= highest;

        public static NumberItem At(string text, int start)
        {
            if (!IsStart(text[start]) || (start > 0 && char.IsAsciiLetterOrDigit(text[start - 1])))
            {
                return default;
            }

            var (prefix, length) = PrefixAt(text.AsSpan(start));
            var (end, highest) = (start + length, '0');
            while (end < text.Length && char.IsAsciiHexDigit(text[end]))
            {
                highest = (char)Math.Max(highest, char.ToLowerInvariant(text[end]));
                end++;
            }

            var digits = TextSpan.Between(start + length, end);
            var follows = end < text.Length && char.IsLetterOrDigit(text[end]);
            var isLong = digits.Length > LongestItem && highest > '1';
            return digits.Length == 0 || follows || isLong
                ? default
                : new NumberItem(TextSpan.Between(start, end), digits, highest, prefix);
        }

        private static bool IsStart(char unit) => char.IsAsciiHexDigit(unit) || unit is '\\' or 'U' or 'u' or '&' or '#';

        private static (NumberPrefix Prefix, int Length) PrefixAt(ReadOnlySpan<char> text) =>
            text switch
            {
                ['0' or '\\', 'x' or 'X', ..] => (NumberPrefix.Hex, 2),
                ['U' or 'u', '+', ..] => (NumberPrefix.Hex, 2),
                ['0', 'b', _, _, ..] => (NumberPrefix.Binary, 2),
                ['0', 'o', ..] => (NumberPrefix.Octal, 2),
                ['\\', ..] => (NumberPrefix.Octal, 1),
                ['#', ..] => (NumberPrefix.None, 1),
                _ => (NumberPrefix.None, 0),
            };
    }
}
