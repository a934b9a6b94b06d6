using System.Formats.Tar;
using System.Globalization;
using Plumbline.Moderation.Images;
using Plumbline.Testing;
using SkiaSharp;

namespace Plumbline.Moderation.Tests.Images;

/// <summary>How well perceptual hashes keep copies together and others apart, on small real pictures, which have few details and so are harder than photographs.</summary>
public sealed class ImageHashRobustnessTests(ITestOutputHelper output)
{
    private const int Distance = 8;

    /// <summary>Changing every picture would take minutes.</summary>
    private const int Step = 5;

    private static readonly ImageDecoder Decoder = new(new ImageLimits());

    private static readonly (string Name, Func<SKBitmap, byte[]> Change)[] Changes =
    [
        ("JPEG of quality 60", bitmap => Encode(bitmap, SKEncodedImageFormat.Jpeg, 60)),
        ("WebP of quality 60", bitmap => Encode(bitmap, SKEncodedImageFormat.Webp, 60)),
        ("three times as large", bitmap => Resized(bitmap, 3)),
        ("three quarters as large", bitmap => Resized(bitmap, 0.75)),
        ("30 lighter", bitmap => Lighter(bitmap, 30)),
        ("30 darker", bitmap => Lighter(bitmap, -30)),
    ];

    [Fact]
    public void Copies_are_found_and_other_pictures_are_not()
    {
        var pictures = Pictures().ToList();
        var phash = pictures.Select(picture => PerceptualHash.Dct(Read(picture.File))).ToList();
        var dhash = pictures.Select(picture => PerceptualHash.Difference(Read(picture.File))).ToList();
        var worst = (Phash: 1.0, Dhash: 1.0);
        foreach (var (name, change) in Changes)
        {
            var (ofPhash, ofDhash) = Found(pictures, phash, dhash, change);
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: phash finds {ofPhash:P1}, dhash {ofDhash:P1} of every {Step}th of {pictures.Count}"
                )
            );
            worst = (Math.Min(worst.Phash, ofPhash), Math.Min(worst.Dhash, ofDhash));
        }

        var (falsePhash, falseDhash, pairs) = FalsePairs(pictures.ConvertAll(picture => picture.Name), phash, dhash);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"of {pairs} pairs of different pictures phash takes {falsePhash:P3} for one, dhash {falseDhash:P3}"
            )
        );

        Assert.InRange(worst.Phash, 0.9, 1);
        Assert.InRange(falsePhash, 0, 0.005);
        Assert.InRange(worst.Dhash, 0.7, 1);
        Assert.InRange(falseDhash, 0, 0.02);
    }

    /// <summary>One picture of each first code point: those that differ only in skin, hair or gender look alike on purpose.</summary>
    private static IEnumerable<(string Name, byte[] File)> Pictures()
    {
        using var archive = new TarReader(File.OpenRead(RealData.Path("noto-emoji-32/noto-emoji-32.tar")));
        var seen = new HashSet<string>();
        while (archive.GetNextEntry() is { } entry)
        {
            var name = Path.GetFileNameWithoutExtension(entry.Name);
            if (
                entry.DataStream is { } stream
                && name.StartsWith("emoji_u", StringComparison.Ordinal)
                && seen.Add(name["emoji_u".Length..].Split('_')[0])
            )
            {
                using var copy = new MemoryStream();
                stream.CopyTo(copy);
                yield return (name, copy.ToArray());
            }
        }
    }

    private static (double Phash, double Dhash) Found(
        List<(string Name, byte[] File)> pictures,
        List<ulong?> phash,
        List<ulong?> dhash,
        Func<SKBitmap, byte[]> change
    )
    {
        var (ofPhash, ofDhash, count) = (0, 0, 0);
        for (var i = 0; i < pictures.Count; i += Step)
        {
            count++;
            using var bitmap = Bitmap(Read(pictures[i].File));
            var changed = Read(change(bitmap));
            ofPhash += IsNear(phash[i], PerceptualHash.Dct(changed)) ? 1 : 0;
            ofDhash += IsNear(dhash[i], PerceptualHash.Difference(changed)) ? 1 : 0;
        }

        return ((double)ofPhash / count, (double)ofDhash / count);
    }

    private static (double Phash, double Dhash, int Pairs) FalsePairs(List<string> names, List<ulong?> phash, List<ulong?> dhash)
    {
        var (ofPhash, ofDhash, pairs) = (0, 0, 0);
        for (var i = 0; i < names.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                pairs++;
                ofPhash += IsNear(phash[i], phash[j]) ? 1 : 0;
                ofDhash += IsNear(dhash[i], dhash[j]) ? 1 : 0;
            }
        }

        return ((double)ofPhash / pairs, (double)ofDhash / pairs, pairs);
    }

    private static bool IsNear(ulong? one, ulong? other) =>
        one is { } first && other is { } second && PerceptualHash.Distance(first, second) <= Distance;

    private static PixelImage Read(byte[] file) => Decoder.Decode(file).First();

    private static SKBitmap Bitmap(PixelImage image)
    {
        var bitmap = new SKBitmap(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var i = 0; i < image.Width * image.Height; i++)
        {
            bitmap.SetPixel(
                i % image.Width,
                i / image.Width,
                new SKColor(image.Pixels[i * 3], image.Pixels[(i * 3) + 1], image.Pixels[(i * 3) + 2])
            );
        }

        return bitmap;
    }

    private static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format, int quality)
    {
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    private static byte[] Resized(SKBitmap bitmap, double factor)
    {
        var info = bitmap.Info.WithSize((int)(bitmap.Width * factor), (int)(bitmap.Height * factor));
        using var resized = bitmap.Resize(info, new SKSamplingOptions(SKFilterMode.Linear));
        return Encode(resized, SKEncodedImageFormat.Png, 100);
    }

    private static byte[] Lighter(SKBitmap bitmap, int by)
    {
        using var copy = bitmap.Copy();
        for (var i = 0; i < copy.Width * copy.Height; i++)
        {
            var (x, y) = (i % copy.Width, i / copy.Width);
            var color = copy.GetPixel(x, y);
            copy.SetPixel(x, y, new SKColor(Moved(color.Red, by), Moved(color.Green, by), Moved(color.Blue, by)));
        }

        return Encode(copy, SKEncodedImageFormat.Png, 100);
    }

    private static byte Moved(byte value, int by) => (byte)Math.Clamp(value + by, 0, 255);
}
