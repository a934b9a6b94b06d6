using static TorchSharp.torch;

namespace Plumbline.Torch.Blocks;

/// <summary>The parameters of a block, float32 and contiguous on the CPU; the caller keeps them. Where one requires no gradient, none is made.</summary>
/// <param name="InputNorm">[hidden size].</param>
/// <param name="QueryKeyValue">[row size, hidden size].</param>
/// <param name="Output">[hidden size, query size].</param>
/// <param name="FeedForwardNorm">[hidden size].</param>
/// <param name="Up">[inner width, hidden size], or gates and values [2 · inner width, hidden size].</param>
/// <param name="Down">[hidden size, inner width].</param>
/// <param name="QueryNorm">[head size]; null without norms of heads.</param>
/// <param name="KeyNorm">[head size]; null without norms of heads.</param>
public sealed record BlockWeights(
    Tensor InputNorm,
    BlockProjection QueryKeyValue,
    BlockProjection Output,
    Tensor FeedForwardNorm,
    BlockProjection Up,
    BlockProjection Down,
    Tensor? QueryNorm = null,
    Tensor? KeyNorm = null
)
{
    internal bool RequireGradients =>
        InputNorm.requires_grad
        || FeedForwardNorm.requires_grad
        || QueryNorm is { requires_grad: true }
        || KeyNorm is { requires_grad: true }
        || QueryKeyValue.RequiresGradients
        || Output.RequiresGradients
        || Up.RequiresGradients
        || Down.RequiresGradients;
}

/// <summary>What an adapter adds to a projection: output[module's rows] += scale · B (A x) for each of the modules it adapts, which share a joined A.</summary>
/// <param name="Down">[Σ ranks, inputs]: the A's of all modules.</param>
/// <param name="Modules">The modules.</param>
public sealed record LowRankAddition(Tensor Down, IReadOnlyList<LowRankModule> Modules);

/// <summary>One module of a <see cref="LowRankAddition"/>.</summary>
/// <param name="FirstOutput">Its first row of the projection's output.</param>
/// <param name="FirstRank">Its first row of the joined A.</param>
/// <param name="Up">B, [outputs, rank].</param>
/// <param name="Scale">Factor on B (A x).</param>
public sealed record LowRankModule(long FirstOutput, long FirstRank, Tensor Up, double Scale);
