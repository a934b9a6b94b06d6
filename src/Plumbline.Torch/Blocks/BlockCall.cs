using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Torch.Blocks;

/// <summary>A block in one forward pass.</summary>
/// <param name="Shape">Its sizes.</param>
/// <param name="Weights">Its parameters.</param>
/// <param name="Plan">Who sees whom.</param>
/// <param name="Cosine">[tokens, rotated size / 2], float32; null without rotations.</param>
/// <param name="Sine">As <paramref name="Cosine"/>.</param>
internal sealed record BlockCall(BlockShape Shape, BlockWeights Weights, AttentionPlan Plan, Tensor? Cosine, Tensor? Sine);
