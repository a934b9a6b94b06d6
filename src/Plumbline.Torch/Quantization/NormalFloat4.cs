namespace Plumbline.Torch.Quantization;

/// <summary>
/// The sixteen values of NF4, "normal float" in four bits: quantiles of the normal distribution, scaled to ±1, with an exact zero (arXiv 2305.14314, section 3
/// and appendix E). The digits are those of bitsandbytes, so that a weight gets the same four bits there and here.
/// </summary>
internal static class NormalFloat4
{
    /// <summary>The code of zero.</summary>
    internal const int Zero = 7;

    private static readonly float[] Values =
    [
        -1.0f,
        -0.6961928009986877f,
        -0.5250730514526367f,
        -0.39491748809814453f,
        -0.28444138169288635f,
        -0.18477343022823334f,
        -0.09105003625154495f,
        0.0f,
        0.07958029955625534f,
        0.16093020141124725f,
        0.24611230194568634f,
        0.33791524171829224f,
        0.44070982933044434f,
        0.5626170039176941f,
        0.7229568362236023f,
        1.0f,
    ];

    private static readonly float[] Midpoints = [.. Enumerable.Range(0, 15).Select(i => (float)(((double)Values[i] + Values[i + 1]) / 2))];

    /// <summary>The values in ascending order; a code is an index.</summary>
    internal static ReadOnlySpan<float> Code => Values;

    /// <summary>The nearest value's code; halfway between two, the lower one (bitsandbytes asks x &gt; midpoint).</summary>
    /// <param name="value">In [−1, 1].</param>
    internal static int Nearest(float value)
    {
        var (low, high) = (0, Midpoints.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = value > Midpoints[middle] ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
