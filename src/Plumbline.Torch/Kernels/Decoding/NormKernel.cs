namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>RMSNorm and LayerNorm of one row; lanes hold neighbouring values, the last few that fill no register are taken one by one.</summary>
internal static unsafe class NormKernel<TUnit, TFloat, TInteger>
    where TUnit : struct, IVectorUnit<TFloat, TInteger>
    where TFloat : struct
    where TInteger : struct
{
    /// <summary>Writes the normalised row; <paramref name="output"/> may be the input.</summary>
    internal static void Row(PackedNorm norm, float* input, float* output)
    {
        var width = norm.Width;
        var whole = width - (width % TUnit.Lanes);
        var mean = norm.Centred ? Sum(input, whole, width) / width : 0f;
        var scale = 1f / MathF.Sqrt((SumOfSquares(input, mean, whole, width) / width) + norm.Epsilon);
        var (m, s) = (TUnit.Create(mean), TUnit.Create(scale));
        for (var j = 0; j < whole; j += TUnit.Lanes)
        {
            var normalised = TUnit.Multiply(TUnit.Subtract(TUnit.Load(input + j), m), s);
            TUnit.Store(TUnit.MultiplyAdd(normalised, TUnit.Load(norm.Weight + j), TUnit.Load(norm.Bias + j)), output + j);
        }

        for (var j = whole; j < width; j++)
        {
            output[j] = MathF.FusedMultiplyAdd((input[j] - mean) * scale, norm.Weight[j], norm.Bias[j]);
        }
    }

    /// <summary>The largest magnitude of a row.</summary>
    internal static float LargestMagnitude(float* input, int width)
    {
        var whole = width - (width % TUnit.Lanes);
        var largest = TUnit.Create(0f);
        for (var j = 0; j < whole; j += TUnit.Lanes)
        {
            largest = TUnit.Maximum(largest, TUnit.Absolute(TUnit.Load(input + j)));
        }

        var result = TUnit.MaximumLane(largest);
        for (var j = whole; j < width; j++)
        {
            result = MathF.Max(result, MathF.Abs(input[j]));
        }

        return result;
    }

    private static float Sum(float* input, int whole, int width)
    {
        var sums = TUnit.Create(0f);
        for (var j = 0; j < whole; j += TUnit.Lanes)
        {
            sums = TUnit.Add(sums, TUnit.Load(input + j));
        }

        var sum = TUnit.SumLanes(sums);
        for (var j = whole; j < width; j++)
        {
            sum += input[j];
        }

        return sum;
    }

    private static float SumOfSquares(float* input, float mean, int whole, int width)
    {
        var sums = TUnit.Create(0f);
        var m = TUnit.Create(mean);
        for (var j = 0; j < whole; j += TUnit.Lanes)
        {
            var difference = TUnit.Subtract(TUnit.Load(input + j), m);
            sums = TUnit.MultiplyAdd(difference, difference, sums);
        }

        var sum = TUnit.SumLanes(sums);
        for (var j = whole; j < width; j++)
        {
            sum += (input[j] - mean) * (input[j] - mean);
        }

        return sum;
    }
}
