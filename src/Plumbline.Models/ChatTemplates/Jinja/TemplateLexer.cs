namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>
/// Cuts a template into tokens, with the whitespace rules that transformers sets: <c>trim_blocks</c> (a line end behind a block or comment goes)
/// and <c>lstrip_blocks</c> (indentation before one goes), <c>-</c> and <c>+</c> in the tags overriding both.
/// </summary>
internal sealed partial class TemplateLexer
{
    private readonly string source;
    private readonly TemplateErrors errors;
    private readonly List<TemplateToken> tokens = [];
    private int at;
    private int line = 1;
    private int lineCountedTo;

    private TemplateLexer(string source, TemplateErrors errors)
    {
        var text = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        // A single line end at the very end is not part of a template.
        this.source = text.EndsWith('\n') ? text[..^1] : text;
        this.errors = errors;
    }

    /// <summary>The tokens of a template, the last of kind <see cref="TokenKind.End"/>.</summary>
    public static List<TemplateToken> Read(string source, TemplateErrors errors)
    {
        var lexer = new TemplateLexer(source, errors);
        lexer.ReadAll();
        return lexer.tokens;
    }

    private void ReadAll()
    {
        while (at < source.Length)
        {
            var tag = NextTag();
            ReadData(tag);
            if (tag >= source.Length)
            {
                break;
            }

            at = tag + 2;
            var kind = source[tag + 1];
            at += at < source.Length && source[at] is '-' or '+' ? 1 : 0;
            switch (kind)
            {
                case '#':
                    SkipComment(tag);
                    break;
                case '{':
                    Add(TokenKind.VariableBegin, "{{", tag);
                    ReadTag("}}", TokenKind.VariableEnd);
                    break;
                default:
                    Add(TokenKind.BlockBegin, "{%", tag);
                    ReadTag("%}", TokenKind.BlockEnd);
                    ReadRaw();
                    break;
            }
        }

        Add(TokenKind.End, "the end of the template", source.Length);
    }

    private int NextTag()
    {
        for (var brace = source.IndexOf('{', at); brace >= 0 && brace + 1 < source.Length; brace = source.IndexOf('{', brace + 1))
        {
            if (source[brace + 1] is '{' or '%' or '#')
            {
                return brace;
            }
        }

        return source.Length;
    }

    private void ReadData(int tag)
    {
        var data = source.AsSpan(at, tag - at);
        if (tag + 2 < source.Length)
        {
            var sign = source[tag + 2];
            if (sign == '-')
            {
                data = data.TrimEnd();
            }
            else if (sign != '+' && source[tag + 1] != '{')
            {
                var lineStart = data.LastIndexOf('\n') + 1;
                var startsLine = lineStart > 0 || at == 0 || source[at - 1] == '\n';
                data = startsLine && data[lineStart..].IsWhiteSpace() ? data[..lineStart] : data;
            }
        }

        if (!data.IsEmpty)
        {
            Add(TokenKind.Data, data.ToString(), at);
        }

        at = tag;
    }

    private void SkipComment(int tag)
    {
        var end = source.IndexOf("#}", at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Error(tag, "The comment is never closed.", "Close it with #}.");
        }

        var sign = end > tag + 2 ? source[end - 1] : ' ';
        at = end + 2;
        SkipAfterTag(sign, trimsLine: true);
    }

    private void SkipAfterTag(char sign, bool trimsLine)
    {
        if (sign == '-')
        {
            while (at < source.Length && char.IsWhiteSpace(source[at]))
            {
                at++;
            }
        }
        else if (trimsLine && sign != '+' && at < source.Length && source[at] == '\n')
        {
            at++;
        }
    }

    /// <summary>Takes everything up to <c>{% endraw %}</c> as text, where the block just read says <c>raw</c>.</summary>
    private void ReadRaw()
    {
        if (tokens.Count < 3 || tokens[^2] is not { Kind: TokenKind.Name, Value: "raw" } || tokens[^3].Kind != TokenKind.BlockBegin)
        {
            return;
        }

        // The line end behind the opening tag stays, other than behind other blocks.
        if (at > 3 && source.AsSpan(at - 3, 3) is "%}\n" && source[at - 4] != '-')
        {
            at--;
        }

        var start = at;
        tokens.RemoveRange(tokens.Count - 3, 3);
        for (var tag = NextTag(); tag < source.Length; tag = NextTag())
        {
            at = tag + 2;
            if (source[tag + 1] != '%')
            {
                continue;
            }

            var end = source.IndexOf("%}", at, StringComparison.Ordinal);
            var inner = end < 0 ? string.Empty : source[at..end];
            if (inner.Trim('-', '+').Trim() == "endraw")
            {
                at = start;
                ReadData(tag);
                at = end + 2;
                SkipAfterTag(inner[^1], trimsLine: true);
                return;
            }
        }

        throw Error(start, "The raw block is never closed.", "Close it with {% endraw %}.");
    }

    private void Add(TokenKind kind, string value, int position) => tokens.Add(new TemplateToken(kind, value, LineAt(position)));

    private InvalidInputException Error(int position, string problem, string mend) => errors.At(LineAt(position), problem, mend);

    private int LineAt(int position)
    {
        if (position < lineCountedTo)
        {
            return 1 + source.AsSpan(0, position).Count('\n');
        }

        line += source.AsSpan(lineCountedTo, position - lineCountedTo).Count('\n');
        lineCountedTo = position;
        return line;
    }
}
