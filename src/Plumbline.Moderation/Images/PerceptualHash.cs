using System.Numerics;

namespace Plumbline.Moderation.Images;

/// <summary>
/// 64 bits of how a picture looks: copies that were saved again, resized or brightened have hashes that differ in few bits, different pictures in about half of them.
/// </summary>
public static class PerceptualHash
{
    private const int GraySide = 32;
    private const int HashSide = 8;
    private const int GradientSide = 9;

    /// <summary>The least deviation of greys, of 255, at which a picture has a look; below it bits would only tell noise.</summary>
    private const double LeastDeviation = 2;

    /// <summary>The least difference of two greys, of 255, that is one.</summary>
    private const double LeastStep = 2;

    private static readonly double[] Cosines = MakeCosines();

    /// <summary>
    /// The signs of 8 x 8 low frequencies: the picture in 32 x 32 greys, its discrete cosine transform (type II), rows and columns 1 to 8 of that, and a bit for each that is
    /// above their median (Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010, 3.2.1).
    /// </summary>
    /// <param name="image">The picture.</param>
    /// <returns>The bits, row by row from the highest; null for a picture of one tone, which looks like every other one.</returns>
    public static ulong? Dct(PixelImage image)
    {
        Span<double> gray = stackalloc double[GraySide * GraySide];
        Grayscale.Shrink(image, gray, GraySide, GraySide);
        if (IsFlat(gray))
        {
            return null;
        }

        // Only 8 of 32 frequencies are wanted in each direction.
        Span<double> rows = stackalloc double[GraySide * HashSide];
        for (var y = 0; y < GraySide; y++)
        {
            for (var u = 0; u < HashSide; u++)
            {
                rows[(y * HashSide) + u] = Product(gray.Slice(y * GraySide, GraySide), Cosines.AsSpan(u * GraySide, GraySide));
            }
        }

        Span<double> frequencies = stackalloc double[HashSide * HashSide];
        Span<double> column = stackalloc double[GraySide];
        for (var u = 0; u < HashSide; u++)
        {
            for (var y = 0; y < GraySide; y++)
            {
                column[y] = rows[(y * HashSide) + u];
            }

            for (var v = 0; v < HashSide; v++)
            {
                frequencies[(v * HashSide) + u] = Product(column, Cosines.AsSpan(v * GraySide, GraySide));
            }
        }

        return Bits(frequencies, Median(frequencies));
    }

    /// <summary>
    /// Whether each of 9 x 8 greys is darker than the next one to the right (Krawetz, "Kind of Like That", hackerfactor.com, 2013), here by at least two of 255 greys, so that
    /// areas of one tone do not tell the noise of their format. Cheaper than <see cref="Dct"/>, and blind to what does not change from left to right.
    /// </summary>
    /// <param name="image">The picture.</param>
    /// <returns>The bits, row by row from the highest; null for a picture of one tone, which looks like every other one.</returns>
    public static ulong? Difference(PixelImage image)
    {
        Span<double> gray = stackalloc double[GradientSide * HashSide];
        Grayscale.Shrink(image, gray, GradientSide, HashSide);
        if (IsFlat(gray))
        {
            return null;
        }

        ulong bits = 0;
        for (var y = 0; y < HashSide; y++)
        {
            for (var x = 0; x < HashSide; x++)
            {
                var at = (y * GradientSide) + x;
                bits = (bits << 1) | (gray[at] + LeastStep <= gray[at + 1] ? 1UL : 0);
            }
        }

        return bits;
    }

    /// <summary>How many bits differ.</summary>
    public static int Distance(ulong one, ulong other) => BitOperations.PopCount(one ^ other);

    private static bool IsFlat(ReadOnlySpan<double> gray)
    {
        double sum = 0;
        double squares = 0;
        foreach (var value in gray)
        {
            sum += value;
            squares += value * value;
        }

        var mean = sum / gray.Length;
        return (squares / gray.Length) - (mean * mean) < LeastDeviation * LeastDeviation;
    }

    private static ulong Bits(ReadOnlySpan<double> values, double threshold)
    {
        ulong bits = 0;
        foreach (var value in values)
        {
            bits = (bits << 1) | (value > threshold ? 1UL : 0);
        }

        return bits;
    }

    private static double Median(ReadOnlySpan<double> values)
    {
        Span<double> sorted = stackalloc double[HashSide * HashSide];
        values.CopyTo(sorted);
        sorted.Sort();
        return (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Product(ReadOnlySpan<double> one, ReadOnlySpan<double> other)
    {
        double sum = 0;
        for (var i = 0; i < one.Length; i++)
        {
            sum += one[i] * other[i];
        }

        return sum;
    }

    /// <summary>cos((2x + 1)·u·π / 64) for u from 1 to 8: the constant part (u = 0) is left out.</summary>
    private static double[] MakeCosines()
    {
        var cosines = new double[HashSide * GraySide];
        for (var u = 0; u < HashSide; u++)
        {
            for (var x = 0; x < GraySide; x++)
            {
                cosines[(u * GraySide) + x] = Math.Cos(((2 * x) + 1) * (u + 1) * Math.PI / (2 * GraySide));
            }
        }

        return cosines;
    }
}
