using Plumbline.Randomness;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Supervised;

/// <summary>
/// NEFTune (arXiv 2310.05914, algorithm 1): uniform noise on the embeddings while training, within ±α/√(L·d) for a sequence of L tokens, prompt and answer, and d
/// dimensions.
/// </summary>
/// <remarks>
/// It joins what the embedding layer looks up, before a model scales that (Gemma's √d), so that noise and embedding keep their ratio. L is the sequence's own length, without padding, as in the paper.
/// </remarks>
public static class EmbeddingNoise
{
    /// <summary>The noise of one sequence, drawn on the processor: the same on every device.</summary>
    /// <param name="length">L, at least 1.</param>
    /// <param name="hiddenSize">d, at least 1.</param>
    /// <param name="alpha">α, 0 or more; the paper uses 5 to 15.</param>
    /// <param name="seed">Decides the noise.</param>
    /// <returns>[L, d], float32.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or α negative or not finite.</exception>
    public static Tensor Of(int length, int hiddenSize, double alpha, Seed seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenSize, 1);
        if (!(alpha >= 0 && double.IsFinite(alpha)))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "The noise must be finite, 0 or more.");
        }

        using var scope = NewDisposeScope();
        using var generator = new Generator(seed.Value, CPU);
        // From [0, 1) to [−bound, bound).
        var noise = rand([length, hiddenSize], ScalarType.Float32, generator: generator).Times(2).Plus(-1);
        return noise.Times(alpha / Math.Sqrt((double)length * hiddenSize)).MoveToOuterDisposeScope();
    }
}
