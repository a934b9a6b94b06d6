using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>
/// Rotary positions (arXiv 2104.09864) in Hugging Face's half-split layout: element j of a head is rotated with element j + size/2 by the angle
/// position · θ^(−2j/size).
/// </summary>
internal sealed class RotaryEmbedding : IDisposable
{
    private readonly Tensor cosine;
    private readonly Tensor sine;

    /// <summary>Tables for positions 0 … <paramref name="positions"/> − 1.</summary>
    internal RotaryEmbedding(int headSize, double theta, int positions, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var angle = outer(arange(positions, dtype: ScalarType.Float32), Frequencies(headSize, theta));
        cosine = angle.cos().to(device).DetachFromDisposeScope();
        sine = angle.sin().to(device).DetachFromDisposeScope();
    }

    /// <summary>[head size / 2] radians per position, in float32 as Hugging Face computes them: the same weights must give the same logits.</summary>
    internal static Tensor Frequencies(int headSize, double theta) =>
        1.0 / pow(theta, arange(0, headSize, 2, ScalarType.Int64).to(ScalarType.Float32) / headSize);

    /// <summary>Rows of the tables for the given positions: cosine and sine, each [tokens, head size / 2].</summary>
    internal (Tensor Cosine, Tensor Sine) At(Tensor positions) => (cosine.index_select(0, positions), sine.index_select(0, positions));

    /// <inheritdoc/>
    public void Dispose()
    {
        cosine.Dispose();
        sine.Dispose();
    }
}
