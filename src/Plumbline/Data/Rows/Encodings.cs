using System.Buffers;
using System.Text;

namespace Plumbline.Data.Rows;

/// <summary>Recognises what is not UTF-8 text, so that the error can say what it is instead.</summary>
internal static class Encodings
{
    public static ReadOnlySpan<byte> Utf8ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The fault of a row whose bytes are not UTF-8: names the first byte that is wrong.</summary>
    public static RowFault NotUtf8(ReadOnlySpan<byte> row)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(row[at..], out _, out var length) == OperationStatus.Done)
        {
            at += length;
        }

        return new RowFault(
            BadRowReason.InvalidText,
            $"not valid UTF-8: byte 0x{row[at]:X2} at byte {at} of the row. Save the file as UTF-8."
        );
    }

    /// <summary>What kind of file starts with these bytes, where it is one that holds no rows of text; else null.</summary>
    public static string? ForeignFormat(ReadOnlySpan<byte> start) =>
        start switch
        {
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "UTF-16 text",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "zstd-compressed",
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => "xz-compressed",
            [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] => "bzip2-compressed",
            [(byte)'P', (byte)'K', 3, 4, ..] => "a zip archive",
            [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] => "a parquet file",
            [(byte)'A', (byte)'R', (byte)'R', (byte)'O', (byte)'W', (byte)'1', ..] => "an Arrow file",
            _ => null,
        };

    /// <summary>True where the text holds a surrogate without its partner, which no UTF-8 file can hold.</summary>
    public static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0; )
        {
            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return true;
            }

            text = text[(at + 2)..];
            at = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        }

        return false;
    }
}
