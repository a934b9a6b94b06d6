using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>What a log-probability pass also saw at each position; without gradients.</summary>
/// <param name="Entropy">[rows], float32: entropy of the predicted distribution in nats.</param>
/// <param name="Top">[rows], int64: the most likely token.</param>
public sealed record TokenStatistics(Tensor Entropy, Tensor Top);
