namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>Fills texts up to a width, counted in code points. The filling is trusted: the template asked for it.</summary>
internal static class TextPadding
{
    /// <summary>Python's <c>ljust</c> and <c>rjust</c>.</summary>
    public static MarkedText Pad(MarkedText text, long width, char filling, bool left, CallArguments call)
    {
        var missing = Missing(text, width, call);
        var padding = MarkedText.Trusted(new string(filling, missing));
        return left ? padding.Concat(text) : text.Concat(padding);
    }

    /// <summary>Python's <c>center</c>: where the filling is odd, an odd width puts the larger part before.</summary>
    public static MarkedText Center(MarkedText text, long width, char filling, CallArguments call)
    {
        var missing = Missing(text, width, call);
        var before = (missing / 2) + (int)(missing & width & 1);
        return MarkedText
            .Trusted(new string(filling, before))
            .Concat(text)
            .Concat(MarkedText.Trusted(new string(filling, missing - before)));
    }

    /// <summary>Python's <c>zfill</c>: zeros behind the sign.</summary>
    public static MarkedText ZeroFill(MarkedText text, long width, CallArguments call)
    {
        var sign = text.Text.StartsWith('-') || text.Text.StartsWith('+') ? 1 : 0;
        var zeros = MarkedText.Trusted(new string('0', Missing(text, width, call)));
        return text.Slice(0, sign).Concat(zeros).Concat(text.Slice(sign, text.Length));
    }

    private static int Missing(MarkedText text, long width, CallArguments call)
    {
        var missing = Math.Max(0, width - Values.Length(text, call.Context, call.Line));
        call.Context.Charge(call.Line, missing + text.Length);
        return (int)missing;
    }
}
