using Plumbline.Torch.Optimization;
using static TorchSharp.torch;

namespace Plumbline.Torch.Dispatch;

/// <summary>A native ability that Plumbline uses and TorchSharp does not bind, and whether it was found by trying it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="IsFound">Whether a small call of it gave the right answer.</param>
/// <param name="Detail">What was wrong; null where it was found.</param>
public sealed record NativeCapability(string Name, bool IsFound, string? Detail = null)
{
    /// <summary>Tries each of them on a few numbers.</summary>
    public static IReadOnlyList<NativeCapability> Probe() =>
        [
            Try("attention with grouped heads and scale", Attention),
            Try("rms_norm", RmsNorm),
            Try("fused AdamW", FusedAdamW),
            Try("bf16 autocast", BFloat16Autocast),
        ];

    private static NativeCapability Try(string name, Func<bool> probe)
    {
        try
        {
            using var scope = NewDisposeScope();
            return probe() ? new NativeCapability(name, true) : new NativeCapability(name, false, "It gives a wrong answer.");
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return new NativeCapability(name, false, failure.Message);
        }
    }

    // One key: every query sees exactly its value.
    private static bool Attention()
    {
        var value = tensor(new[] { 5f, 7f }).view(1, 1, 1, 2);
        var output = FusedOperators.ScaledDotProductAttention(ones(1, 2, 1, 2), ones(1, 1, 1, 2), value, scale: 0.5);
        return output.Equals(value.expand(1, 2, 1, 2));
    }

    private static bool RmsNorm() => FusedOperators.RmsNorm(full([1, 4], 3f), ones(4), 1e-12).sub(1).abs().max().item<float>() < 1e-6;

    private static bool FusedAdamW()
    {
        var parameter = ones(1).requires_grad_();
        (parameter * 2).sum().backward();
        using var optimizer = new AdamW([new OptimizedParameter("probe", parameter, false)], new AdamWOptions());
        optimizer.Apply(0.1);
        return Math.Abs(parameter.item<float>() - 0.9f) < 1e-5;
    }

    private static bool BFloat16Autocast()
    {
        using var autocast = Autocast.To(ScalarType.BFloat16);
        return nn.functional.linear(ones(2, 2), ones(2, 2)).dtype == ScalarType.BFloat16;
    }
}
