namespace Plumbline.Moderation.Images;

/// <summary>Brings pictures to another size, with the arithmetic of the library that a classifier was trained with.</summary>
internal static class ImageResizer
{
    /// <summary>Resizes a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="columns">Columns of the result.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="filter">How.</param>
    /// <returns>Colours in 0 to 255, <c>[height, width, 3]</c>.</returns>
    public static float[] Resize(PixelImage image, ResizeAxis columns, ResizeAxis rows, ResizeFilter filter)
    {
        var isRounded = filter >= ResizeFilter.Triangle;
        var (width, height) = (columns.Count, rows.Count);
        var across = ResizeWeights.Of(image.Width, columns, filter);
        var down = ResizeWeights.Of(image.Height, rows, filter);
        // Only the rows that the second pass reads are made by the first, one after the other.
        var made = new float[image.Height][];
        var result = new float[width * height * PixelImage.Channels];
        for (var y = 0; y < height; y++)
        {
            var taps = down[y];
            var into = result.AsSpan(y * width * PixelImage.Channels, width * PixelImage.Channels);
            for (var tap = 0; tap < taps.Weights.Length; tap++)
            {
                var from = taps.First + tap;
                var row = made[from] ??= Row(image, from, across, isRounded);
                var weight = taps.Weights[tap];
                for (var i = 0; i < into.Length; i++)
                {
                    into[i] += weight * row[i];
                }
            }

            if (isRounded)
            {
                Round(into);
            }

            Forget(made, y + 1 < height ? down[y + 1].First : made.Length, taps.First);
        }

        return result;
    }

    private static float[] Row(PixelImage image, int y, ResizeTaps[] across, bool isRounded)
    {
        const int channels = PixelImage.Channels;
        var source = image.Pixels.AsSpan(y * image.Width * channels, image.Width * channels);
        var row = new float[across.Length * channels];
        for (var x = 0; x < across.Length; x++)
        {
            var taps = across[x];
            float red = 0;
            float green = 0;
            float blue = 0;
            var from = taps.First * channels;
            foreach (var weight in taps.Weights)
            {
                red += weight * source[from];
                green += weight * source[from + 1];
                blue += weight * source[from + 2];
                from += channels;
            }

            (row[x * channels], row[(x * channels) + 1], row[(x * channels) + 2]) = (red, green, blue);
        }

        if (isRounded)
        {
            Round(row);
        }

        return row;
    }

    private static void Round(Span<float> values)
    {
        foreach (ref var value in values)
        {
            value = Math.Clamp(MathF.Floor(value + 0.5f), 0, 255);
        }
    }

    private static void Forget(float[]?[] rows, int next, int from)
    {
        for (var row = from; row < next; row++)
        {
            rows[row] = null;
        }
    }
}

/// <summary>The part of one direction of a resized picture that is wanted.</summary>
/// <param name="Length">How long the whole of it is.</param>
/// <param name="First">The first pixel that is wanted.</param>
/// <param name="Count">How many are.</param>
internal readonly record struct ResizeAxis(long Length, long First, int Count)
{
    /// <summary>All of it.</summary>
    public static ResizeAxis Whole(int length) => new(length, 0, length);
}

/// <summary>Which pixels make one pixel of a resized picture.</summary>
/// <param name="First">The first one.</param>
/// <param name="Weights">What each counts, from the first one on; 1 together.</param>
internal readonly record struct ResizeTaps(int First, float[] Weights);

/// <summary>The weights of one direction of a resize.</summary>
internal static class ResizeWeights
{
    /// <summary>Which of <paramref name="source"/> pixels make each of <paramref name="target"/>.</summary>
    public static ResizeTaps[] Of(int source, ResizeAxis target, ResizeFilter filter)
    {
        var taps = new ResizeTaps[target.Count];
        var scale = (double)source / target.Length;
        for (var i = 0; i < taps.Length; i++)
        {
            var at = target.First + i;
            taps[i] = filter switch
            {
                ResizeFilter.Nearest => new ResizeTaps(Math.Min(source - 1, (int)((at + 0.5) * scale)), [1]),
                ResizeFilter.Bilinear => Between(Math.Max(0, ((at + 0.5) * scale) - 0.5), source),
                ResizeFilter.BilinearAligned => Between(target.Length == 1 ? 0 : (double)at * (source - 1) / (target.Length - 1), source),
                ResizeFilter.BilinearAsymmetric => Between(at * scale, source),
                ResizeFilter.Triangle => Wide(at, scale, source, 1, x => 1 - x),
                ResizeFilter.Cubic => Wide(at, scale, source, 2, Cubic),
                ResizeFilter.Lanczos => Wide(at, scale, source, 3, x => Sinc(x) * Sinc(x / 3)),
                _ => Wide(at, scale, source, 0.5, _ => 1),
            };
        }

        return taps;
    }

    private static ResizeTaps Between(double position, int source)
    {
        var first = Math.Min((int)position, source - 1);
        var share = (float)(position - first);
        return share <= 0 || first == source - 1 ? new ResizeTaps(first, [1]) : new ResizeTaps(first, [1 - share, share]);
    }

    /// <summary>
    /// A kernel that is stretched where the picture shrinks: around the centre c = (at + ½)·scale, pixel i counts k(|i + ½ − c| / max(scale, 1)), and all 1 together.
    /// </summary>
    private static ResizeTaps Wide(long at, double scale, int source, double support, Func<double, double> kernel)
    {
        var stretch = Math.Max(scale, 1);
        var centre = (at + 0.5) * scale;
        var first = Math.Max(0, (int)(centre - (support * stretch) + 0.5));
        var end = Math.Min(source, (int)(centre + (support * stretch) + 0.5));
        var weights = new double[Math.Max(1, end - first)];
        first = Math.Min(first, source - weights.Length);
        for (var i = 0; i < weights.Length; i++)
        {
            var distance = Math.Abs(first + i + 0.5 - centre) / stretch;
            weights[i] = distance < support || support < 1 ? kernel(distance) : 0;
        }

        var sum = weights.Sum();
        return new ResizeTaps(first, Array.ConvertAll(weights, weight => (float)(weight / sum)));
    }

    private static double Cubic(double x) => x < 1 ? (((1.5 * x) - 2.5) * x * x) + 1 : (((((-0.5 * x) + 2.5) * x) - 4) * x) + 2;

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
