using System.Globalization;
using System.Text;

namespace Plumbline.Tokenization.Normalizers;

/// <summary>A normaliser that looks at each character alone: keeps it, drops it, or writes something else.</summary>
internal abstract class CharacterNormalizer : Normalizer
{
    /// <inheritdoc/>
    public override AlignedText Normalize(AlignedText text)
    {
        var source = text.Text;
        var at = 0;
        while (at < source.Length && Keeps(RuneAt(source, at)))
        {
            at += RuneAt(source, at).Utf16SequenceLength;
        }

        if (at == source.Length)
        {
            return text;
        }

        var builder = new AlignedTextBuilder(text, source.Length);
        builder.Copy(0, at);
        while (at < source.Length)
        {
            var rune = RuneAt(source, at);
            if (Keeps(rune))
            {
                builder.Copy(at, at + rune.Utf16SequenceLength);
            }
            else
            {
                Change(rune, at, builder);
            }

            at += rune.Utf16SequenceLength;
        }

        return builder.Build();
    }

    /// <summary>Whether the character stays as it is.</summary>
    protected abstract bool Keeps(Rune rune);

    /// <summary>Writes what stands for a character that does not stay: here nothing.</summary>
    /// <param name="rune">The character.</param>
    /// <param name="index">Where it stands.</param>
    /// <param name="builder">Where the text goes.</param>
    protected virtual void Change(Rune rune, int index, AlignedTextBuilder builder) { }

    private static Rune RuneAt(string text, int index)
    {
        Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out _);
        return rune;
    }
}

/// <summary>Lower case, character by character.</summary>
internal sealed class LowercaseNormalizer : CharacterNormalizer
{
    private const int DottedCapitalI = 0x130;

    /// <inheritdoc/>
    protected override bool Keeps(Rune rune) => rune.Value != DottedCapitalI && Rune.ToLowerInvariant(rune) == rune;

    /// <inheritdoc/>
    protected override void Change(Rune rune, int index, AlignedTextBuilder builder)
    {
        // The one character whose lower case is two (Unicode's SpecialCasing.txt).
        if (rune.Value == DottedCapitalI)
        {
            builder.Write("i\u0307", index);
            return;
        }

        Span<char> units = stackalloc char[2];
        builder.Write(units[..Rune.ToLowerInvariant(rune).EncodeToUtf16(units)], index);
    }
}

/// <summary>Drops combining marks.</summary>
/// <param name="onlyNonSpacing">Only those without a width, as BERT does; else all.</param>
internal sealed class StripAccentsNormalizer(bool onlyNonSpacing) : CharacterNormalizer
{
    /// <inheritdoc/>
    protected override bool Keeps(Rune rune) =>
        rune.Value < 0x300
        || Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.NonSpacingMark => false,
            UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => onlyNonSpacing,
            _ => true,
        };
}

/// <summary>BERT's cleaning: control characters are dropped, every whitespace becomes a space.</summary>
internal sealed class CleanTextNormalizer : CharacterNormalizer
{
    /// <inheritdoc/>
    protected override bool Keeps(Rune rune) => rune.Value == ' ' || !(IsSpace(rune) || IsDropped(rune));

    /// <inheritdoc/>
    protected override void Change(Rune rune, int index, AlignedTextBuilder builder)
    {
        if (IsSpace(rune))
        {
            builder.Write(' ', index);
        }
    }

    private static bool IsSpace(Rune rune) => rune.Value is '\t' or '\n' or '\r' || (!IsDropped(rune) && Rune.IsWhiteSpace(rune));

    private static bool IsDropped(Rune rune) =>
        rune.Value is 0 or 0xFFFD
        || (
            rune.Value is not ('\t' or '\n' or '\r')
            && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
        );
}

/// <summary>BERT's spaces around every Chinese character, so that each is a word.</summary>
internal sealed class ChineseCharactersNormalizer : CharacterNormalizer
{
    /// <inheritdoc/>
    protected override bool Keeps(Rune rune) =>
        rune.Value
            is not (
                (>= 0x4E00 and <= 0x9FFF)
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0x20000 and <= 0x2A6DF)
                or (>= 0x2A700 and <= 0x2B73F)
                or (>= 0x2B740 and <= 0x2B81F)
                or (>= 0x2B920 and <= 0x2CEAF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x2F800 and <= 0x2FA1F)
            );

    /// <inheritdoc/>
    protected override void Change(Rune rune, int index, AlignedTextBuilder builder)
    {
        builder.Write(' ', index);
        builder.Copy(index, index + rune.Utf16SequenceLength);
        builder.Write(' ', index);
    }
}

/// <summary>The cleaning of SentencePiece's <c>nmt</c> rules: control characters are dropped, odd spaces become a space.</summary>
internal sealed class NmtNormalizer : CharacterNormalizer
{
    /// <inheritdoc/>
    protected override bool Keeps(Rune rune) => !IsDropped(rune) && !IsSpace(rune);

    /// <inheritdoc/>
    protected override void Change(Rune rune, int index, AlignedTextBuilder builder)
    {
        if (IsSpace(rune))
        {
            builder.Write(' ', index);
        }
    }

    private static bool IsDropped(Rune rune) => rune.Value is (>= 1 and <= 8) or 0xB or (>= 0xE and <= 0x1F) or 0x7F or 0x8F or 0x9F;

    private static bool IsSpace(Rune rune) =>
        rune.Value is 9 or 0xA or 0xC or 0xD or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD;
}

/// <summary>Writes every character as the byte-level characters of its UTF-8 bytes.</summary>
internal sealed class ByteLevelNormalizer : CharacterNormalizer
{
    /// <inheritdoc/>
    protected override bool Keeps(Rune rune) => rune.Value is > ' ' and < 0x7F;

    /// <inheritdoc/>
    protected override void Change(Rune rune, int index, AlignedTextBuilder builder)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
        {
            builder.Write(ByteAlphabet.CharacterOf(value), index);
        }
    }
}
