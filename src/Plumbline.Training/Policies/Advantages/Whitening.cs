using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies.Advantages;

/// <summary>Values with mean 0 and variance 1.</summary>
public static class Whitening
{
    private const double Smoothing = 1e-8;

    /// <summary>(x − mean) / √(s² + 1e-8), with the unbiased variance s²; zeros for less than two values.</summary>
    /// <param name="values">[values]: all of a step, or the result depends on how it was cut.</param>
    /// <returns>[values].</returns>
    public static Tensor Of(Tensor values)
    {
        if (values.numel() < 2)
        {
            return zeros_like(values);
        }

        var centred = values - values.mean();
        var variance = (centred * centred).sum().Over(values.numel() - 1);
        return centred / variance.Plus(Smoothing).sqrt();
    }
}
