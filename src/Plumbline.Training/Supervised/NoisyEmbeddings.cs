using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Supervised;

/// <summary>
/// NEFTune (arXiv 2310.05914, algorithm 1): uniform noise on the embeddings while training, within ±α/√(L·d) for a sequence of L tokens and d dimensions. It is drawn on
/// the processor, so that the same generator gives the same noise on every device.
/// </summary>
public static class NoisyEmbeddings
{
    /// <summary>The embeddings with noise.</summary>
    /// <param name="embeddings">[tokens, hidden], sequences end to end.</param>
    /// <param name="lengths">Tokens of each sequence; their sum is the number of tokens.</param>
    /// <param name="alpha">How much noise, 0 or more; the paper uses 5 to 15.</param>
    /// <param name="generator">Where the noise comes from; of the processor.</param>
    /// <returns>[tokens, hidden], differentiable.</returns>
    /// <exception cref="ArgumentException">The lengths do not add up to the tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">α is negative or not finite.</exception>
    public static Tensor Add(Tensor embeddings, IReadOnlyList<long> lengths, double alpha, Generator generator)
    {
        if (!(alpha >= 0 && double.IsFinite(alpha)))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "The noise must be 0 or more.");
        }

        var (tokens, hidden) = (embeddings.shape[0], embeddings.shape[1]);
        if (lengths.Sum() != tokens)
        {
            throw new ArgumentException($"Sequences of {lengths.Sum()} tokens, and {tokens} embeddings.", nameof(lengths));
        }

        using var scope = NewDisposeScope();
        var bounds = new float[tokens];
        var at = 0;
        foreach (var length in lengths)
        {
            bounds.AsSpan(at, (int)length).Fill((float)(alpha / Math.Sqrt((double)length * hidden)));
            at += (int)length;
        }

        // From [0, 1) to [−bound, bound).
        var noise = rand([tokens, hidden], ScalarType.Float32, generator: generator).Times(2).Plus(-1) * tensor(bounds).unsqueeze(1);
        return (embeddings + noise.to(embeddings.device).to(embeddings.dtype)).MoveToOuterDisposeScope();
    }
}
