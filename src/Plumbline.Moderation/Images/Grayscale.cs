namespace Plumbline.Moderation.Images;

/// <summary>Shrinks pictures to few greys, each the mean of what it covers, parts of pixels included.</summary>
internal static class Grayscale
{
    /// <summary>Shrinks (or grows) a picture. One pass over its pixels.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="into">Luma of ITU-R BT.601, 0 to 255, <c>[height, width]</c>.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    public static void Shrink(PixelImage image, Span<double> into, int width, int height)
    {
        into.Clear();
        Span<double> row = stackalloc double[width];
        var step = (double)height / image.Height;
        for (var y = 0; y < image.Height; y++)
        {
            Row(image, y, row);
            // A source row covers a stretch of result rows, or a part of one.
            var (from, to) = (y * step, Math.Min(height, (y + 1) * step));
            for (var at = (int)from; at < height && at < to; at++)
            {
                var share = Math.Min(to, at + 1) - Math.Max(from, at);
                for (var x = 0; x < width && share > 0; x++)
                {
                    into[(at * width) + x] += share * row[x];
                }
            }
        }
    }

    private static void Row(PixelImage image, int y, Span<double> into)
    {
        into.Clear();
        var pixels = image.Pixels.AsSpan(y * image.Width * PixelImage.Channels, image.Width * PixelImage.Channels);
        var step = (double)into.Length / image.Width;
        for (var x = 0; x < image.Width; x++)
        {
            var pixel = pixels.Slice(x * PixelImage.Channels, PixelImage.Channels);
            var luma = (0.299 * pixel[0]) + (0.587 * pixel[1]) + (0.114 * pixel[2]);
            var (from, to) = (x * step, Math.Min(into.Length, (x + 1) * step));
            for (var at = (int)from; at < into.Length && at < to; at++)
            {
                into[at] += (Math.Min(to, at + 1) - Math.Max(from, at)) * luma;
            }
        }
    }
}
