namespace Plumbline.Tokenization.PreTokenizers;

/// <summary>When <see cref="MetaspacePreTokenizer"/> puts its mark before a text.</summary>
internal enum PrependScheme
{
    /// <summary>Before every stretch between added tokens.</summary>
    Always,

    /// <summary>Only where the whole text begins.</summary>
    First,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>SentencePiece's way with spaces: each becomes a visible mark, and one stands before the text.</summary>
/// <param name="replacement">The mark.</param>
/// <param name="scheme">Where it is put before the text.</param>
/// <param name="split">Whether a mark begins a new piece.</param>
internal sealed class MetaspacePreTokenizer(char replacement, PrependScheme scheme, bool split) : PreTokenizer
{
    /// <summary>The mark that SentencePiece and nearly every file uses.</summary>
    public const char Mark = '\u2581';

    /// <inheritdoc/>
    public override void Split(AlignedText text, int start, int end, List<Piece> pieces, List<TextRange> matches)
    {
        var isFirst = scheme == PrependScheme.Always || (scheme == PrependScheme.First && text.IsBeginning && start == 0);
        var prepends = isFirst && text.Text[start] is var first && first != ' ' && first != replacement;
        if (prepends || text.Text.AsSpan(start, end - start).Contains(' '))
        {
            text = Replace(text, start, end, prepends);
            (start, end) = (0, text.Text.Length);
        }

        while (split && text.Text.AsSpan(start + 1, end - start - 1).IndexOf(replacement) is var jump and >= 0)
        {
            pieces.Add(new Piece(text, start, start + 1 + jump));
            start += 1 + jump;
        }

        pieces.Add(new Piece(text, start, end));
    }

    private AlignedText Replace(AlignedText text, int start, int end, bool prepends)
    {
        var builder = new AlignedTextBuilder(text, end - start + 1);
        if (prepends)
        {
            builder.Write(replacement, start);
        }

        for (var at = start; at < end; )
        {
            var length = text.Text.AsSpan(at, end - at).IndexOf(' ');
            length = length < 0 ? end - at : length;
            builder.Copy(at, at + length);
            at += length;
            if (at < end)
            {
                builder.Write(replacement, at++);
            }
        }

        return builder.Build();
    }

    /// <summary>Reads the mark of a <c>Metaspace</c> step or decoder.</summary>
    public static char ReadReplacement(JsonInput input) =>
        (input.FindText("replacement") ?? Mark.ToString()) is [var mark] && !char.IsSurrogate(mark)
            ? mark
            : throw input.Invalid($"{input.Path}.replacement is '{input.FindText("replacement")}', not one character.");

    /// <summary>Reads where a <c>Metaspace</c> step or decoder puts its mark; older files only say whether.</summary>
    public static PrependScheme ReadScheme(JsonInput input) =>
        input.FindText("prepend_scheme") switch
        {
            null => input.GetFlag("add_prefix_space", true) ? PrependScheme.Always : PrependScheme.Never,
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            var other => throw input.Invalid($"{input.Path}.prepend_scheme is '{other}', not always, first or never."),
        };
}

/// <summary>
/// Cuts before each run of a mark. Files do not ask for this: it is done where no token crosses such a cut, so that the model meets words, which it
/// remembers, instead of whole texts.
/// </summary>
internal sealed class WordStartPreTokenizer(char mark) : PreTokenizer
{
    /// <inheritdoc/>
    public override void Split(AlignedText text, int start, int end, List<Piece> pieces, List<TextRange> matches)
    {
        var characters = text.Text.AsSpan();
        while (true)
        {
            var word = start;
            while (word < end && characters[word] == mark)
            {
                word++;
            }

            var jump = characters[word..end].IndexOf(mark);
            var cut = jump < 0 ? end : word + jump;
            pieces.Add(new Piece(text, start, cut));
            if (cut == end)
            {
                return;
            }

            start = cut;
        }
    }
}
