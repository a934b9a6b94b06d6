namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>Python's methods of strings. Parts of a text keep their marks.</summary>
internal static class TextMethods
{
    private static readonly System.Buffers.SearchValues<char> LineEnds = System.Buffers.SearchValues.Create(
        "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
    );

    /// <summary>The method of this name, or null.</summary>
    public static TemplateFunction? Find(MarkedText text, string name) =>
        name switch
        {
            "strip" => new(name, call => Strip(text, call, left: true, right: true)),
            "lstrip" => new(name, call => Strip(text, call, left: true, right: false)),
            "rstrip" => new(name, call => Strip(text, call, left: false, right: true)),
            "split" => new(name, call => Split(text, call)),
            "splitlines" => new(name, call => SplitLines(text, call)),
            "startswith" => new(name, call => Affixes(call).Exists(affix => text.Text.StartsWith(affix, StringComparison.Ordinal))),
            "endswith" => new(name, call => Affixes(call).Exists(affix => text.Text.EndsWith(affix, StringComparison.Ordinal))),
            "removeprefix" => new(name, call => RemovePrefix(text, call.Text(0, "prefix").Text)),
            "removesuffix" => new(name, call => RemoveSuffix(text, call.Text(0, "suffix").Text)),
            "upper" => new(name, call => Map(text, call, text.Text.ToUpperInvariant())),
            "lower" => new(name, call => Map(text, call, text.Text.ToLowerInvariant())),
            "capitalize" => new(name, call => Map(text, call, Capitalize(text.Text))),
            "title" => new(name, call => Map(text, call, Title(text.Text))),
            "replace" => new(name, call => Replace(text, call.Text(0, "old"), call.Text(1, "new"), call.Integer(2, "count", -1), call)),
            "join" => new(name, call => Join(text, Values.Iterate(call.Get(0, "iterable"), call.Context, call.Line), call)),
            "find" => new(name, call => (long)text.Text.IndexOf(call.Text(0, "sub").Text, StringComparison.Ordinal)),
            "count" => new(
                name,
                call => (long)(call.Text(0, "sub").Text is { Length: > 0 } part ? text.Text.AsSpan().Count(part) : text.Length + 1)
            ),
            "isdigit" => new(name, _ => text.Length > 0 && text.Text.All(char.IsDigit)),
            "isalpha" => new(name, _ => text.Length > 0 && text.Text.All(char.IsLetter)),
            "isspace" => new(name, _ => text.Length > 0 && text.Text.All(char.IsWhiteSpace)),
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

        bool Goes(char character) => characters?.Contains(character, StringComparison.Ordinal) ?? char.IsWhiteSpace(character);
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

    private static TemplateList Split(MarkedText text, CallArguments call)
    {
        var limit = call.Integer(1, "maxsplit", -1);
        var separator = call.Get(0, "sep") is null ? null : call.Text(0, "sep").Text;
        var parts = new List<object?>();
        if (separator is null)
        {
            return SplitWords(text, limit, call);
        }

        if (separator.Length == 0)
        {
            throw call.Error("The separator of split must not be empty.");
        }

        var at = 0;
        for (var found = Next(); found >= 0 && limit != 0; found = Next())
        {
            Add(at, found);
            at = found + separator.Length;
            limit--;
        }

        Add(at, text.Length);
        return new TemplateList(parts);

        int Next() => text.Text.IndexOf(separator, at, StringComparison.Ordinal);

        void Add(int start, int end)
        {
            call.Context.Step(call.Line);
            call.Context.Charge(call.Line, end - start);
            parts.Add(text.Slice(start, end));
        }
    }

    private static TemplateList SplitWords(MarkedText text, long limit, CallArguments call)
    {
        call.Context.Charge(call.Line, text.Length);
        var words = new List<object?>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text.Text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                return new TemplateList(words);
            }

            call.Context.Step(call.Line);
            var end = at;
            while (end < text.Length && !char.IsWhiteSpace(text.Text[end]))
            {
                end++;
            }

            if (limit-- == 0)
            {
                // The rest stays as it is, trailing whitespace included.
                words.Add(text.Slice(at, text.Length));
                return new TemplateList(words);
            }

            words.Add(text.Slice(at, end));
            at = end;
        }
    }

    private static TemplateList SplitLines(MarkedText text, CallArguments call)
    {
        call.Context.Charge(call.Line, text.Length);
        var lines = new List<object?>();
        for (var at = 0; at < text.Length; )
        {
            call.Context.Step(call.Line);
            var end = text.Text.AsSpan(at).IndexOfAny(LineEnds);
            end = end < 0 ? text.Length : at + end;
            lines.Add(text.Slice(at, end));
            var crlf = end + 1 < text.Length && text.Text[end] == '\r' && text.Text[end + 1] == '\n';
            at = end + (crlf ? 2 : 1);
        }

        return new TemplateList(lines);
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
