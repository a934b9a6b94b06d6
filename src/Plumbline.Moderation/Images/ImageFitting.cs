using Plumbline.Findings;

namespace Plumbline.Moderation.Images;

/// <summary>A picture brought to a model's size, and where in it the picture lies.</summary>
/// <param name="Colors">Colours in 0 to 255, <c>[height, width, 3]</c>.</param>
/// <param name="Left">The column of the model's input where the picture begins; negative where it was cut off.</param>
/// <param name="Top">The row where it begins.</param>
/// <param name="Width">The columns that the whole picture takes.</param>
/// <param name="Height">The rows that it takes.</param>
internal sealed record FittedImage(float[] Colors, double Left, double Top, double Width, double Height)
{
    /// <summary>A rectangle of the model's input in shares of the picture, cut to what lies in it.</summary>
    public ImageRegion Region(double left, double top, double right, double bottom)
    {
        var (x, y) = (Share(left - Left, Width), Share(top - Top, Height));
        return new ImageRegion(x, y, Share(right - Left, Width) - x, Share(bottom - Top, Height) - y);
    }

    private static double Share(double at, double size) => Math.Clamp(at / size, 0, 1);
}

/// <summary>Brings pictures to the size that a model reads.</summary>
internal static class ImageFitting
{
    /// <summary>Fits a picture.</summary>
    public static FittedImage Fit(PixelImage image, ImagePreprocessing how)
    {
        switch (how.Fit)
        {
            case ImageFit.Squash:
                return new FittedImage(
                    ImageResizer.Resize(image, ResizeAxis.Whole(how.Width), ResizeAxis.Whole(how.Height), how.Filter),
                    0,
                    0,
                    how.Width,
                    how.Height
                );
            case ImageFit.Crop:
                // The longer edge is cut to whole pixels, as in Hugging Face's and torchvision's processors.
                long edge = how.ShortestEdge ?? Math.Max(how.Width, how.Height);
                long shorter = Math.Min(image.Width, image.Height);
                return Place(image, edge * image.Width / shorter, edge * image.Height / shorter, how, fill: 0, isCentred: true);
            default:
                var scale = Math.Min((double)how.Width / image.Width, (double)how.Height / image.Height);
                var width = (long)Math.Clamp(Math.Round(image.Width * scale), 1, how.Width);
                var height = (long)Math.Clamp(Math.Round(image.Height * scale), 1, how.Height);
                return Place(image, width, height, how, how.Fill, how.Fit == ImageFit.Letterbox);
        }
    }

    /// <summary>Lays a resized picture into the input; what lies outside is never computed, what is left is filled.</summary>
    private static FittedImage Place(PixelImage image, long width, long height, ImagePreprocessing how, int fill, bool isCentred)
    {
        const int channels = PixelImage.Channels;
        var (left, top) = isCentred ? (Half(how.Width - width), Half(how.Height - height)) : (0, 0);
        var across = new ResizeAxis(width, Math.Max(0, -left), (int)Math.Min(width, how.Width));
        var down = new ResizeAxis(height, Math.Max(0, -top), (int)Math.Min(height, how.Height));
        var visible = ImageResizer.Resize(image, across, down, how.Filter);
        if (across.Count == how.Width && down.Count == how.Height)
        {
            return new FittedImage(visible, left, top, width, height);
        }

        var colors = new float[how.Width * how.Height * channels];
        Array.Fill(colors, fill);
        for (var row = 0; row < down.Count; row++)
        {
            var into = (((row + (int)Math.Max(0, top)) * how.Width) + (int)Math.Max(0, left)) * channels;
            visible.AsSpan(row * across.Count * channels, across.Count * channels).CopyTo(colors.AsSpan(into));
        }

        return new FittedImage(colors, left, top, width, height);
    }

    private static long Half(long difference) => difference >= 0 ? difference / 2 : -(-difference / 2);
}
