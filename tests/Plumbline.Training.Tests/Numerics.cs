using static TorchSharp.torch;

namespace Plumbline.Training.Tests;

/// <summary>What tests of losses measure with.</summary>
internal static class Numerics
{
    internal static double[] Values(this Tensor tensor) => tensor.to(ScalarType.Float64).data<double>().ToArray();

    /// <summary>The gradient of Σ loss at a float64 vector agrees with central differences.</summary>
    internal static void AssertGradient(Func<Tensor, Tensor> loss, Tensor at)
    {
        var variable = at.detach().clone().requires_grad_();
        loss(variable).sum().backward();
        const double Step = 1e-6;
        for (var i = 0; i < at.shape[0]; i++)
        {
            var nudge = zeros_like(at);
            nudge[i] = Step;
            var slope = (loss(at + nudge).sum().item<double>() - loss(at - nudge).sum().item<double>()) / (2 * Step);
            Assert.Equal(slope, variable.grad![i].item<double>(), 1e-6 * (1 + Math.Abs(slope)));
        }
    }

    internal static void AssertEqual(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        foreach (var (left, right) in expected.Values().Zip(actual.Values()))
        {
            Assert.Equal(left, right, tolerance * (1 + Math.Abs(left)));
        }
    }
}
