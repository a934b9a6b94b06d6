using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>What a model's distribution p says at each row of targets. Numbers are float32, float64 for float64 input; they join the innermost dispose scope.</summary>
/// <param name="LogProbabilities">[rows], log p(target) in nats; differentiable.</param>
/// <param name="Entropy">[rows], −Σ p log p in nats; differentiable where <see cref="LogProbabilityOptions.EntropyGradient"/> asks for it.</param>
/// <param name="Top">[rows], int64: the most likely token, the first of equal ones.</param>
/// <param name="Correct">[rows], bool: whether the target is the most likely token.</param>
/// <param name="LogSumSquares">[rows], log Σ p², without gradient: the normaliser of WPO's weights (arXiv 2406.11827).</param>
/// <param name="Divergence">[rows], KL(p ‖ reference) = Σ p (log p − log q) in nats, exact; differentiable in p. Null without a reference.</param>
public sealed record TokenScores(
    Tensor LogProbabilities,
    Tensor Entropy,
    Tensor Top,
    Tensor Correct,
    Tensor LogSumSquares,
    Tensor? Divergence
);
