namespace Plumbline.Torch.Quantization;

/// <summary>
/// The 256 values of an 8-bit number whose exponent takes as many bits as it needs (dynamic tree quantisation, arXiv 2110.02861, section 1.3): seven decades
/// below 1, each with twice the steps of the one below it, both signs, 0 and 1. As in bitsandbytes it holds the sizes of NF4's blocks.
/// </summary>
internal static class DynamicByte
{
    private static readonly float[] Values = Build();

    private static readonly float[] Midpoints = [.. Enumerable.Range(0, 255).Select(i => (float)(((double)Values[i] + Values[i + 1]) / 2))];

    /// <summary>The values in ascending order; a byte is an index.</summary>
    internal static ReadOnlySpan<float> Code => Values;

    /// <summary>The byte of the nearest value; halfway between two, the lower one.</summary>
    /// <param name="value">In [−1, 1].</param>
    internal static byte Nearest(float value)
    {
        var index = Array.BinarySearch(Midpoints, value);
        return (byte)(index < 0 ? ~index : index);
    }

    private static float[] Build()
    {
        var values = new List<float> { 0, 1 };
        for (var decade = 0; decade < 7; decade++)
        {
            var steps = 1 << decade;
            for (var step = 0; step < steps; step++)
            {
                // The middle of each of the steps that cut [0.1, 1].
                var mean = 0.1 + (0.9 * (step + 0.5) / steps);
                var value = (float)(mean * Math.Pow(10, decade - 6));
                values.Add(value);
                values.Add(-value);
            }
        }

        values.Sort();
        return [.. values];
    }
}
