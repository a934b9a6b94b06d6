using System.Globalization;
using System.Text;

namespace Plumbline.Tokenization.Normalizers;

/// <summary>
/// Replaces characters by SentencePiece's map as Hugging Face does: a short grapheme that begins with an entry is replaced as a whole, else each of its
/// characters alone.
/// </summary>
internal sealed class PrecompiledNormalizer(CharacterMap map) : Normalizer
{
    /// <summary>Longer graphemes are never looked up as a whole, in bytes.</summary>
    private const int LongestGrapheme = 5;

    /// <inheritdoc/>
    public override AlignedText Normalize(AlignedText text)
    {
        var builder = new AlignedTextBuilder(text, text.Text.Length);
        for (var at = 0; at < text.Text.Length; )
        {
            var length = GraphemeLength(text.Text, at);
            if (!TryReplace(text.Text.AsSpan(at, length), at, LongestGrapheme, builder))
            {
                var end = at + length;
                for (var index = at; index < end; )
                {
                    var width = char.IsHighSurrogate(text.Text[index]) ? 2 : 1;
                    if (!TryReplace(text.Text.AsSpan(index, width), index, int.MaxValue, builder))
                    {
                        builder.Copy(index, index + width);
                    }

                    index += width;
                }
            }

            at += length;
        }

        return builder.Build();
    }

    private static int GraphemeLength(string text, int at)
    {
        // Two neighbours of plain ASCII never share a grapheme, but for the two characters of a line end.
        if (text[at] < 0x80 && text[at] != '\r' && (at + 1 == text.Length || text[at + 1] < 0x80))
        {
            return 1;
        }

        return StringInfo.GetNextTextElementLength(text.AsSpan(at));
    }

    private bool TryReplace(ReadOnlySpan<char> part, int index, int longest, AlignedTextBuilder builder)
    {
        Span<byte> bytes = stackalloc byte[LongestGrapheme * 2];
        if (part.Length > LongestGrapheme || Encoding.UTF8.GetByteCount(part) > Math.Min(longest, bytes.Length))
        {
            return false;
        }

        var count = Encoding.UTF8.GetBytes(part, bytes);
        var replacement = map.Find(bytes[..count], longest: false, out var length);
        if (length == 0)
        {
            return false;
        }

        builder.Write(Encoding.UTF8.GetString(replacement), index);
        return true;
    }
}
