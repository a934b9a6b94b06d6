using System.Buffers.Binary;
using SkiaSharp;

namespace Plumbline.Moderation.Tests.Images;

/// <summary>Makes picture files for tests.</summary>
internal static class TestPictures
{
    public static readonly SKColor Red = new(255, 0, 0);
    public static readonly SKColor Green = new(0, 255, 0);
    public static readonly SKColor Blue = new(0, 0, 255);
    public static readonly SKColor Black = new(0, 0, 0);

    public static byte[] File(
        int width,
        int height,
        Func<int, int, SKColor> color,
        SKEncodedImageFormat format = SKEncodedImageFormat.Png,
        int quality = 100
    )
    {
        using var bitmap = new SKBitmap(
            new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, SKColorSpace.CreateSrgb())
        );
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, color(x, y));
            }
        }

        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    public static byte[] Plain(SKColor color, int width = 8, int height = 8) => File(width, height, (_, _) => color);

    /// <summary>Red and green above, blue and black below, in a picture that is wider than high.</summary>
    public static byte[] Quarters(SKEncodedImageFormat format = SKEncodedImageFormat.Png) =>
        File(48, 32, (x, y) => y < 16 ? (x < 24 ? Red : Green) : (x < 24 ? Blue : Black), format);

    /// <summary>Puts an EXIF orientation behind a JPEG file's beginning.</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif = [.. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        var length = (ushort)(exif.Length + 2);
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. exif, .. jpeg[2..]];
    }

    /// <summary>A GIF of one red or green pixel a frame.</summary>
    public static byte[] Gif(int frames)
    {
        // Header, one pixel, a table of two colours.
        var file = new List<byte>([.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 255, 0]);
        for (var frame = 0; frame < frames; frame++)
        {
            // Ten hundredths of a second, then a pixel: clear code, its colour, end code, in LZW of two bits.
            file.AddRange([0x21, 0xF9, 4, 4, 10, 0, 0, 0]);
            file.AddRange([0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, (byte)(0x44 + ((frame & 1) << 3)), 1, 0]);
        }

        return [.. file, 0x3B];
    }

    /// <summary>A PNG file with another chunk behind its header.</summary>
    public static byte[] WithChunk(byte[] png, string type, byte[] content)
    {
        const int headerEnd = 33;
        var chunk = new byte[12 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        System.Text.Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        content.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc(chunk.AsSpan(4, content.Length + 4)));
        return [.. png[..headerEnd], .. chunk, .. png[headerEnd..]];
    }

    /// <summary>A PNG file that says it has that many pixels.</summary>
    public static byte[] Claiming(int width, int height)
    {
        var png = Plain(Red);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        return png;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320u;
            }
        }

        return ~crc;
    }
}
