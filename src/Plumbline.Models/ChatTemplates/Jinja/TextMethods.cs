using System.Globalization;
using System.Text;

namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>Python's methods of strings. Parts of a text keep their marks.</summary>
internal static class TextMethods
{
    /// <summary>The method of this name, or null.</summary>
    public static TemplateFunction? Find(MarkedText text, string name) =>
        name switch
        {
            "strip" => new(name, call => Strip(text, call, left: true, right: true)),
            "lstrip" => new(name, call => Strip(text, call, left: true, right: false)),
            "rstrip" => new(name, call => Strip(text, call, left: false, right: true)),
            "split" => new(name, call => TextSplitting.Split(text, call)),
            "rsplit" => new(name, call => TextSplitting.SplitFromRight(text, call)),
            "splitlines" => new(name, call => TextSplitting.SplitLines(text, call)),
            "partition" => new(name, call => TextSplitting.Partition(text, call, fromRight: false)),
            "rpartition" => new(name, call => TextSplitting.Partition(text, call, fromRight: true)),
            "startswith" => new(name, call => Affixes(call).Exists(Part(text, call).StartsWith)),
            "endswith" => new(name, call => Affixes(call).Exists(Part(text, call).EndsWith)),
            "removeprefix" => new(name, call => RemovePrefix(text, call.Text(0, "prefix").Text)),
            "removesuffix" => new(name, call => RemoveSuffix(text, call.Text(0, "suffix").Text)),
            "upper" => new(name, call => Map(text, call, text.Text.ToUpperInvariant())),
            "lower" => new(name, call => Map(text, call, text.Text.ToLowerInvariant())),
            "capitalize" => new(name, call => Map(text, call, Capitalize(text.Text))),
            "title" => new(name, call => Map(text, call, Title(text.Text))),
            "replace" => new(name, call => Replace(text, call.Text(0, "old"), call.Text(1, "new"), call.Integer(2, "count", -1), call)),
            "join" => new(name, call => Join(text, Texts(call), call)),
            "find" => new(name, call => Find(text, call, fromRight: false)),
            "rfind" => new(name, call => Find(text, call, fromRight: true)),
            "index" => new(
                name,
                call => Find(text, call, fromRight: false) is var at and >= 0 ? at : throw call.Error("The text does not hold that part.")
            ),
            "count" => new(
                name,
                call => (long)(call.Text(0, "sub").Text is { Length: > 0 } part ? text.Text.AsSpan().Count(part) : text.Length + 1)
            ),
            "isdigit" or "isdecimal" or "isnumeric" => new(name, _ => IsAll(text, rune => IsNumber(rune, name))),
            "isalpha" => new(name, _ => IsAll(text, Rune.IsLetter)),
            "isalnum" => new(name, _ => IsAll(text, rune => Rune.IsLetter(rune) || IsNumber(rune, "isnumeric"))),
            "isspace" => new(name, _ => text.Length > 0 && text.Text.All(IsSpace)),
            "isascii" => new(name, _ => text.Text.All(char.IsAscii)),
            "zfill" => new(name, call => TextPadding.ZeroFill(text, call.Integer(0, "width", 0), call)),
            "ljust" => new(name, call => TextPadding.Pad(text, call.Integer(0, "width", 0), Filling(call), left: false, call)),
            "rjust" => new(name, call => TextPadding.Pad(text, call.Integer(0, "width", 0), Filling(call), left: true, call)),
            "center" => new(name, call => TextPadding.Center(text, call.Integer(0, "width", 0), Filling(call), call)),
            "format" => new(name, call => TextFormat.Braces(text, call)),
            "isupper" => new(name, _ => text.Text.Any(char.IsUpper) && !text.Text.Any(char.IsLower)),
            "islower" => new(name, _ => text.Text.Any(char.IsLower) && !text.Text.Any(char.IsUpper)),
            _ => null,
        };

    /// <summary>Without whitespace, or the given characters, at the ends.</summary>
    public static MarkedText Strip(MarkedText text, CallArguments call, bool left, bool right)
    {
        var characters = call.Get(0, "chars") is null ? null : call.Text(0, "chars").Text;
        var (start, end) = (0, text.Length);
        while (left && start < end && Goes(text.Text[start]))
        {
            start++;
        }

        while (right && end > start && Goes(text.Text[end - 1]))
        {
            end--;
        }

        call.Context.Charge(call.Line, end - start);
        return text.Slice(start, end);

        bool Goes(char character) => characters?.Contains(character, StringComparison.Ordinal) ?? IsSpace(character);
    }

    /// <summary>What Python counts as whitespace: four separators more than .NET.</summary>
    public static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';

    private static bool IsAll(MarkedText text, Func<Rune, bool> holds) => text.Length > 0 && text.Text.EnumerateRunes().All(holds);

    private static bool IsNumber(Rune rune, string which) =>
        Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.DecimalDigitNumber => true,
            UnicodeCategory.OtherNumber => which == "isnumeric"
                || (which == "isdigit" && CharUnicodeInfo.GetDigitValue(rune.ToString(), 0) >= 0),
            UnicodeCategory.LetterNumber => which == "isnumeric",
            _ => false,
        };

    // Other than the filter, the method joins nothing but strings.
    private static List<object?> Texts(CallArguments call)
    {
        var items = Values.Iterate(call.Get(0, "iterable"), call.Context, call.Line);
        return items.TrueForAll(item => item is MarkedText) ? items : throw call.Error("join needs strings.", "Use the filter 'join'.");
    }

    private static char Filling(CallArguments call) =>
        !call.Has(1, "fillchar") ? ' '
        : call.Text(1, "fillchar").Text is [var only] ? only
        : throw call.Error("The filling must be one character.");

    // The part that the arguments behind the first one choose.
    private static string Part(MarkedText text, CallArguments call) =>
        call.Positional.Count < 2
            ? text.Text
            : (
                (MarkedText)Access.Slice(text, call.Integer(1, "start", 0), call.Get(2, "end") as long?, null, call.Context, call.Line)
            ).Text;

    private static long Find(MarkedText text, CallArguments call, bool fromRight)
    {
        var sought = call.Text(0, "sub").Text;
        var part = Part(text, call);
        var at = fromRight ? part.LastIndexOf(sought, StringComparison.Ordinal) : part.IndexOf(sought, StringComparison.Ordinal);
        // Python counts code points, and from the start of the whole text.
        var skipped =
            call.Positional.Count < 2
                ? 0
                : Math.Max(
                    0,
                    Values.Length(text, call.Context, call.Line) - Values.Length(MarkedText.Untrusted(part), call.Context, call.Line)
                );
        return at < 0 ? -1 : skipped + Values.Length(MarkedText.Untrusted(part[..at]), call.Context, call.Line);
    }

    /// <summary>Replaces occurrences from the left; <paramref name="count"/> below 0 means all.</summary>
    public static MarkedText Replace(MarkedText text, MarkedText old, MarkedText replacement, long count, CallArguments call)
    {
        var builder = new MarkedTextBuilder();
        var at = 0;
        while (count != 0)
        {
            // An empty string is found before every character and at the end.
            var found = old.Length > 0 ? text.Text.IndexOf(old.Text, at, StringComparison.Ordinal) : at;
            if (found < 0 || (old.Length == 0 && found > text.Length))
            {
                break;
            }

            call.Context.Step(call.Line);
            call.Context.Charge(call.Line, found - at + replacement.Length + 1);
            builder.Append(text, at, found);
            builder.Append(replacement);
            at = found + old.Length;
            count--;
            if (old.Length == 0)
            {
                builder.Append(text, at, Math.Min(at + 1, text.Length));
                at++;
            }
        }

        builder.Append(text, Math.Min(at, text.Length), text.Length);
        call.Context.Charge(call.Line, builder.Length);
        return builder.ToMarkedText();
    }

    /// <summary>The items as text with <paramref name="separator"/> between them.</summary>
    public static MarkedText Join(MarkedText separator, IReadOnlyList<object?> items, CallArguments call)
    {
        var builder = new MarkedTextBuilder();
        for (var i = 0; i < items.Count; i++)
        {
            var text = Printing.ToText(items[i], call.Context, call.Line);
            call.Context.Charge(call.Line, separator.Length + text.Length);
            builder.Append(i == 0 ? MarkedText.Empty : separator);
            builder.Append(text);
        }

        call.Context.Charge(call.Line, builder.Length);
        return builder.ToMarkedText();
    }

    /// <summary>The text in other letters; marks stay where the length does.</summary>
    public static MarkedText Map(MarkedText text, CallArguments call, string mapped)
    {
        call.Context.Charge(call.Line, mapped.Length);
        return text.WithText(mapped);
    }

    /// <summary>The first letter large, the others small.</summary>
    public static string Capitalize(string text) => text.Length == 0 ? text : text[..1].ToUpperInvariant() + text[1..].ToLowerInvariant();

    /// <summary>The first letter of every word large, the others small.</summary>
    public static string Title(string text)
    {
        var letters = text.ToLowerInvariant().ToCharArray();
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = i == 0 || !char.IsLetter(letters[i - 1]) ? char.ToUpperInvariant(letters[i]) : letters[i];
        }

        return new string(letters);
    }

    private static List<string> Affixes(CallArguments call) =>
        call.Get(0, "affix") is TemplateList list
            ? [.. list.Items.OfType<MarkedText>().Select(item => item.Text)]
            : [call.Text(0, "affix").Text];

    private static MarkedText RemovePrefix(MarkedText text, string prefix) =>
        text.Text.StartsWith(prefix, StringComparison.Ordinal) ? text.Slice(prefix.Length, text.Length) : text;

    private static MarkedText RemoveSuffix(MarkedText text, string suffix) =>
        text.Text.EndsWith(suffix, StringComparison.Ordinal) ? text.Slice(0, text.Length - suffix.Length) : text;
}
