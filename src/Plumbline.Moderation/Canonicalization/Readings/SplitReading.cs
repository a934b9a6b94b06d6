using System.Buffers;
using System.Text;
using Plumbline.Findings;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>Texts cut into quoted parts: <c>"he" + "llo"</c>, <c>a = "he"; b = "llo"; a + b</c>, <c>"".join(["he", "llo"])</c>, and parts that are only named.</summary>
internal sealed class SplitReading : Reading
{
    private const int LongestLiteral = 4096;
    private const int LongestName = 32;
    private const string Quotes = "\"'`“‘";
    private static readonly SearchValues<char> AllQuotes = SearchValues.Create(Quotes);
    private const string Closing = "\"'`”’";

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        var operands = FindOperands(text);
        if (operands.Count < 2)
        {
            return;
        }

        var (chains, named) = (Chains(text, operands), operands.FindAll(operand => operand.IsNamed));
        if (chains.Count > 0)
        {
            found.Add(new UnwrappedText("split", chains));
        }
        else if (named.Count >= 2)
        {
            // Parts that have names are there to be put together, in the order in which they stand.
            var (first, last) = (named[0].Span.Start, named[^1].Span.End);
            found.Add(
                new UnwrappedText("split", [new UnwrappedRun(first, last, string.Concat(named.Select(part => part.Value)))])
                {
                    IsExtract = true,
                }
            );
        }
    }

    // Literals, and names that a literal was given to.
    private static List<Operand> FindOperands(string text)
    {
        var operands = new List<Operand>(0);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 0; at < text.Length; )
        {
            if (values.Count == 0)
            {
                // Without a name that stands for a part, only the parts themselves matter.
                var skipped = text.AsSpan(at).IndexOfAny(AllQuotes);
                if (skipped < 0)
                {
                    break;
                }

                at += skipped;
            }

            var isStart = at == 0 || !char.IsLetterOrDigit(text[at - 1]);
            if (
                isStart
                && Quotes.IndexOf(text[at], StringComparison.Ordinal) is var quote and >= 0
                && LiteralEnd(text, at, Closing[quote]) is var end and > 0
            )
            {
                var value = text[(at + 1)..(end - 1)];
                var name = NameBefore(text, at);
                if (name.Length > 0)
                {
                    values[name] = value;
                }

                operands.Add(new Operand(TextSpan.Between(at, end), value, name.Length > 0));
                at = end;
            }
            else if (isStart && values.Count > 0 && (char.IsAsciiLetter(text[at]) || text[at] == '_'))
            {
                end = NameEnd(text, at);
                if (end - at <= LongestName && values.TryGetValue(text[at..end], out var value) && !IsAssigned(text, end))
                {
                    operands.Add(new Operand(TextSpan.Between(at, end), value, false));
                }

                at = end;
            }
            else
            {
                at++;
            }
        }

        return operands;
    }

    // Operands that an operator joins. Names may be used again and again: what they grow to is bounded.
    private static List<UnwrappedRun> Chains(string text, List<Operand> operands)
    {
        var chains = new List<UnwrappedRun>();
        var room = 2L * text.Length;
        for (var i = 0; i < operands.Count; )
        {
            var joined = new StringBuilder(operands[i].Value);
            var last = i;
            var isList = IsCalledList(text, operands[i].Span.Start);
            while (
                last + 1 < operands.Count
                && room > joined.Length
                && Joins(text, operands[last].Span.End, operands[last + 1].Span.Start, isList)
            )
            {
                joined.Append(operands[++last].Value);
            }

            room -= joined.Length;
            if (last > i && room > 0)
            {
                chains.Add(new UnwrappedRun(operands[i].Span.Start, operands[last].Span.End, joined.ToString()));
            }

            i = last + 1;
        }

        return chains;
    }

    private static bool Joins(string text, int start, int end, bool isList) =>
        text.AsSpan(start, end - start).Trim() is "+" or "&" or "." or ".." or "<>" or "||" or "++" or "~"
        || (isList && text.AsSpan(start, end - start).Trim() is ",");

    // A list that a call puts together: "".join([...]), concat(...).
    private static bool IsCalledList(string text, int start)
    {
        const int Reach = 12;
        var before = text.AsSpan(Math.Max(0, start - Reach), Math.Min(Reach, start)).TrimEnd(" [(");
        return before.EndsWith("join", StringComparison.OrdinalIgnoreCase) || before.EndsWith("concat", StringComparison.OrdinalIgnoreCase);
    }

    private static int LiteralEnd(string text, int start, char closing)
    {
        var length = text.AsSpan(start + 1, Math.Min(LongestLiteral, text.Length - start - 1)).IndexOfAny(closing, '\n');
        return length > 0 && text[start + 1 + length] == closing ? start + length + 2 : -1;
    }

    // NAME = "..." and NAME: "..."
    private static string NameBefore(string text, int start)
    {
        var at = start - 1;
        while (at >= 0 && text[at] == ' ')
        {
            at--;
        }

        if (at < 0 || text[at] is not ('=' or ':'))
        {
            return string.Empty;
        }

        at -= at > 0 && text[at - 1] == ':' ? 2 : 1;
        while (at >= 0 && text[at] == ' ')
        {
            at--;
        }

        var end = at + 1;
        while (at >= 0 && end - at <= LongestName && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
        {
            at--;
        }

        return text[(at + 1)..end];
    }

    private static int NameEnd(string text, int start)
    {
        var end = start + 1;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        return end;
    }

    private static bool IsAssigned(string text, int end)
    {
        while (end < text.Length && text[end] == ' ')
        {
            end++;
        }

        return end < text.Length && text[end] is '=' or ':';
    }

    private readonly record struct Operand(TextSpan Span, string Value, bool IsNamed);
}
