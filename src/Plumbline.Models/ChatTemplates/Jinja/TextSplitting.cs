namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>Python's ways of cutting a string. The parts keep their marks.</summary>
internal static class TextSplitting
{
    private static readonly System.Buffers.SearchValues<char> LineEnds = System.Buffers.SearchValues.Create(
        "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
    );

    /// <summary>Python's <c>split</c>.</summary>
    public static TemplateList Split(MarkedText text, CallArguments call)
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
            while (at < text.Length && TextMethods.IsSpace(text.Text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                return new TemplateList(words);
            }

            call.Context.Step(call.Line);
            var end = at;
            while (end < text.Length && !TextMethods.IsSpace(text.Text[end]))
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

    /// <summary>Python's <c>splitlines</c>.</summary>
    public static TemplateList SplitLines(MarkedText text, CallArguments call)
    {
        call.Context.Charge(call.Line, text.Length);
        var keepsEnds = Values.IsTrue(call.Get(0, "keepends"));
        var lines = new List<object?>();
        for (var at = 0; at < text.Length; )
        {
            call.Context.Step(call.Line);
            var end = text.Text.AsSpan(at).IndexOfAny(LineEnds);
            end = end < 0 ? text.Length : at + end;
            var crlf = end + 1 < text.Length && text.Text[end] == '\r' && text.Text[end + 1] == '\n';
            var next = Math.Min(text.Length, end + (crlf ? 2 : 1));
            lines.Add(text.Slice(at, keepsEnds ? next : end));
            at = next;
        }

        return new TemplateList(lines);
    }

    /// <summary>Python's <c>rsplit</c>.</summary>
    public static TemplateList SplitFromRight(MarkedText text, CallArguments call)
    {
        var limit = call.Integer(1, "maxsplit", -1);
        if (limit < 0)
        {
            return Split(text, call);
        }

        var separator = call.Get(0, "sep") is null ? null : call.Text(0, "sep").Text;
        if (separator is { Length: 0 })
        {
            throw call.Error("The separator of rsplit must not be empty.");
        }

        call.Context.Charge(call.Line, text.Length);
        var parts = new List<object?>();
        var end = separator is null ? EndOfWords(text, text.Length) : text.Length;
        for (; limit > 0; limit--)
        {
            var (start, before) = LastPart(text.Text, end, separator);
            if (before < 0)
            {
                break;
            }

            call.Context.Step(call.Line);
            parts.Add(text.Slice(start, end));
            end = separator is null ? EndOfWords(text, before) : before;
        }

        if (separator is not null || end > 0)
        {
            parts.Add(text.Slice(0, end));
        }

        parts.Reverse();
        return new TemplateList(parts);
    }

    /// <summary>Python's <c>partition</c> and <c>rpartition</c>: before, the separator, behind.</summary>
    public static TemplateList Partition(MarkedText text, CallArguments call, bool fromRight)
    {
        var separator = call.Text(0, "sep");
        if (separator.Length == 0)
        {
            throw call.Error("The separator of partition must not be empty.");
        }

        call.Context.Charge(call.Line, text.Length);
        var at = fromRight
            ? text.Text.LastIndexOf(separator.Text, StringComparison.Ordinal)
            : text.Text.IndexOf(separator.Text, StringComparison.Ordinal);
        object?[] parts =
            at >= 0 ? [text.Slice(0, at), separator, text.Slice(at + separator.Length, text.Length)]
            : fromRight ? [MarkedText.Empty, MarkedText.Empty, text]
            : [text, MarkedText.Empty, MarkedText.Empty];
        return new TemplateList([.. parts], isTuple: true);
    }

    // Where the last part before end begins, and where the separator before it does; -1 where there is none.
    private static (int Start, int Before) LastPart(string text, int end, string? separator)
    {
        if (separator is not null)
        {
            var at = text.AsSpan(0, end).LastIndexOf(separator, StringComparison.Ordinal);
            return (at + separator.Length, at);
        }

        var start = end;
        while (start > 0 && !TextMethods.IsSpace(text[start - 1]))
        {
            start--;
        }

        return (start, start - 1);
    }

    private static int EndOfWords(MarkedText text, int end)
    {
        while (end > 0 && TextMethods.IsSpace(text.Text[end - 1]))
        {
            end--;
        }

        return end;
    }
}
