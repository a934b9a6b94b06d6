using System.Buffers.Binary;
using Plumbline.Configuration;
using SkiaSharp;

namespace Plumbline.Moderation.Images;

/// <summary>
/// Decodes pictures from outside: format, size and number of frames are read from the header and refused there where they are too much, so that a small file cannot
/// claim gigabytes. Pictures come out upright as their EXIF orientation says, in sRGB, over a background. Thread-safe.
/// </summary>
public sealed class ImageDecoder
{
    private const string Mend = "Save it again as JPEG, PNG or WebP.";

    private readonly ImageLimits limits;
    private readonly PixelColor background;

    /// <summary>Makes a decoder.</summary>
    /// <param name="limits">What it reads.</param>
    /// <exception cref="InvalidInputException">A limit is out of its range.</exception>
    public ImageDecoder(ImageLimits limits)
    {
        this.limits = OptionsValidation.ThrowIfInvalid(limits);
        background = limits.BackgroundColor;
    }

    /// <summary>Decodes a picture, frame by frame; most have one.</summary>
    /// <param name="file">Its file's bytes.</param>
    /// <exception cref="InvalidInputException">It is too large, of a format that is not read, or broken.</exception>
    public IEnumerable<PixelImage> Decode(ReadOnlyMemory<byte> file)
    {
        if (file.Length > limits.MaxBytes)
        {
            throw Refused($"The picture's file has {file.Length} bytes; at most {limits.MaxBytes} are read.", "Make it smaller.");
        }

        return Frames(file);
    }

    private static InvalidInputException Refused(string problem, string mend = Mend) => new(problem, mend);

    /// <summary>Whether a PNG file is an animation: Skia shows its first frame only, viewers show all.</summary>
    private static bool IsAnimatedPng(ReadOnlySpan<byte> file)
    {
        const int SignatureBytes = 8;
        const int ChunkFrame = 12;
        for (long at = SignatureBytes; at + ChunkFrame <= file.Length; )
        {
            var chunk = file[(int)at..];
            var type = chunk.Slice(4, 4);
            if (type.SequenceEqual("acTL"u8))
            {
                return true;
            }

            if (type.SequenceEqual("IDAT"u8))
            {
                return false;
            }

            at += ChunkFrame + (long)BinaryPrimitives.ReadUInt32BigEndian(chunk);
        }

        return false;
    }

    private IEnumerable<PixelImage> Frames(ReadOnlyMemory<byte> file)
    {
        using var data = SKData.CreateCopy(file.Span);
        using var codec = SKCodec.Create(data) ?? throw Refused("The picture's format is not known.");
        var frames = CheckHeader(codec, file.Span);
        for (var frame = 0; frame < frames; frame++)
        {
            yield return Frame(codec, frame);
        }
    }

    private int CheckHeader(SKCodec codec, ReadOnlySpan<byte> file)
    {
        var format = codec.EncodedFormat switch
        {
            SKEncodedImageFormat.Jpeg => ImageFormat.Jpeg,
            SKEncodedImageFormat.Png => ImageFormat.Png,
            SKEncodedImageFormat.Webp => ImageFormat.Webp,
            SKEncodedImageFormat.Gif => ImageFormat.Gif,
            SKEncodedImageFormat.Bmp => ImageFormat.Bmp,
            _ => (ImageFormat?)null,
        };
        if (format is null || !limits.Formats.Contains(format.Value))
        {
            throw Refused(
                $"The picture is a {codec.EncodedFormat} file, which is not read.",
                $"Read are {string.Join(", ", limits.Formats)}."
            );
        }

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width < 1 || height < 1 || (long)width * height > limits.MaxPixels)
        {
            throw Refused($"The picture has {width} x {height} pixels; at most {limits.MaxPixels} are read.", "Make it smaller.");
        }

        // A still picture counts no frames.
        var frames = Math.Max(1, codec.FrameCount);
        if (frames > limits.MaxFrames)
        {
            throw Refused($"The picture has {frames} frames; at most {limits.MaxFrames} are read.", "Cut the animation.");
        }

        return format == ImageFormat.Png && frames == 1 && IsAnimatedPng(file)
            ? throw Refused("The picture is an animated PNG, of which only the first frame could be read.", "Save it as WebP or GIF.")
            : frames;
    }

    private PixelImage Frame(SKCodec codec, int frame)
    {
        using var srgb = SKColorSpace.CreateSrgb();
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, srgb);
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(info))
        {
            throw Refused($"There is no memory for a picture of {info.Width} x {info.Height} pixels.", "Lower max_pixels.");
        }

        var result = codec.GetPixels(info, bitmap.GetPixels(), info.RowBytes, new SKCodecOptions(frame));
        return result == SKCodecResult.Success
            ? Upright(bitmap.GetPixelSpan(), info.Width, info.Height, codec.EncodedOrigin)
            : throw Refused($"The picture is broken: {result}.");
    }

    /// <summary>Turns pixels as the orientation says and lays them over the background.</summary>
    private PixelImage Upright(ReadOnlySpan<byte> source, int width, int height, SKEncodedOrigin origin)
    {
        var isTurned = origin >= SKEncodedOrigin.LeftTop;
        var (columns, rows) = isTurned ? (height, width) : (width, height);
        // Where the pixel at the upper left comes from, and how far the next one to the right and the next one below lie in the source.
        var (start, right, down) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),
            SKEncodedOrigin.BottomRight => ((width * height) - 1, -1, -width),
            SKEncodedOrigin.BottomLeft => (width * (height - 1), 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => (width * (height - 1), -width, 1),
            SKEncodedOrigin.RightBottom => ((width * height) - 1, -width, -1),
            SKEncodedOrigin.LeftBottom => (width - 1, width, -1),
            _ => (0, 1, width),
        };
        var pixels = new byte[columns * rows * PixelImage.Channels];
        var at = 0;
        for (var row = 0; row < rows; row++)
        {
            var from = start + (row * down);
            for (var column = 0; column < columns; column++, from += right, at += PixelImage.Channels)
            {
                Blend(source.Slice(from * 4, 4), pixels.AsSpan(at, PixelImage.Channels));
            }
        }

        return new PixelImage(columns, rows, pixels);
    }

    private void Blend(ReadOnlySpan<byte> pixel, Span<byte> into)
    {
        int alpha = pixel[3];
        if (alpha == 255)
        {
            pixel[..PixelImage.Channels].CopyTo(into);
            return;
        }

        into[0] = Mix(pixel[0], background.Red, alpha);
        into[1] = Mix(pixel[1], background.Green, alpha);
        into[2] = Mix(pixel[2], background.Blue, alpha);
    }

    private static byte Mix(int front, int back, int alpha) => (byte)(((front * alpha) + (back * (255 - alpha)) + 127) / 255);
}
