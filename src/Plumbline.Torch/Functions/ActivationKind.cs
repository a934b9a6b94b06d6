namespace Plumbline.Torch.Functions;

/// <summary>The non-linearity of a feed-forward.</summary>
public enum ActivationKind
{
    /// <summary>x · σ(x) (arXiv 1702.03118).</summary>
    Silu,

    /// <summary>x · Φ(x) with the normal distribution's Φ (arXiv 1606.08415).</summary>
    Gelu,

    /// <summary>The same with Φ approximated by a hyperbolic tangent: Hugging Face's <c>gelu_new</c> and <c>gelu_pytorch_tanh</c>.</summary>
    GeluTanh,
}
