using System.Text.Json;

namespace Plumbline.Tokenization.PreTokenizers;

/// <summary>Something that is looked for in a text. Thread-safe.</summary>
internal abstract class TextPattern
{
    private const int MaximumLength = 20_000;

    /// <summary>Adds the ranges of all matches in <paramref name="text"/>, in UTF-16 positions, in order and without overlap.</summary>
    public abstract void Match(ReadOnlySpan<char> text, List<TextRange> matches);

    /// <summary>Reads the <c>pattern</c> of a step of a <c>tokenizer.json</c>: a <c>String</c> or a <c>Regex</c>.</summary>
    public static TextPattern Read(JsonInput step)
    {
        var input = step.Get("pattern", JsonValueKind.Object);
        var regex = input.FindText("Regex");
        var text = regex ?? input.GetText("String");
        return text.Length is > 0 and <= MaximumLength
            ? regex is null
                ? new LiteralPattern(text)
                : OfRegex(text)
            : throw input.Invalid($"{input.Path} has {text.Length} characters; a pattern has 1 to {MaximumLength}.");
    }

    /// <summary>The pattern of a regular expression in Oniguruma's syntax; a scanner written for it where there is one.</summary>
    public static TextPattern OfRegex(string regex) => PieceScanner.For(regex) ?? (TextPattern)new CodePointRegex(regex);
}

/// <summary>A text that is looked for as it stands.</summary>
internal sealed class LiteralPattern(string literal) : TextPattern
{
    /// <inheritdoc/>
    public override void Match(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        for (var at = 0; text[at..].IndexOf(literal) is var jump and >= 0; )
        {
            at += jump;
            matches.Add(new TextRange(at, at + literal.Length));
            at += literal.Length;
        }
    }
}

/// <summary>Characters of the same class.</summary>
/// <param name="classOf">The class of a character; 0 is never matched.</param>
/// <param name="joins">Whether neighbours of the same class are one match.</param>
internal sealed class CharacterClassPattern(Func<System.Text.Rune, int> classOf, bool joins) : TextPattern
{
    /// <inheritdoc/>
    public override void Match(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        var (start, open) = (0, 0);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var kind = classOf(rune);
            if (kind != open || !joins)
            {
                Close(at);
                (start, open) = (at, kind);
            }

            at += rune.Utf16SequenceLength;
        }

        Close(at);

        void Close(int end)
        {
            if (open != 0 && end > start)
            {
                matches.Add(new TextRange(start, end));
            }
        }
    }
}
