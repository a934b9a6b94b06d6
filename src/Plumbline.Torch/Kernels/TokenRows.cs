namespace Plumbline.Torch.Kernels;

/// <summary>What a pass keeps of each row, in the order in which it lies in memory: [kinds, rows].</summary>
internal enum TokenMeasure
{
    /// <summary>log p(target).</summary>
    LogProbability,

    /// <summary>log Σ exp(logit).</summary>
    LogNormaliser,

    /// <summary>−Σ p log p.</summary>
    Entropy,

    /// <summary>log Σ p².</summary>
    LogSumSquares,

    /// <summary>log Σ exp(logit) of the reference.</summary>
    ReferenceLogNormaliser,

    /// <summary>Σ p (log p − log q).</summary>
    Divergence,

    /// <summary>The largest raw logit of a slice: it says which slice has the most likely token.</summary>
    Largest,
}

/// <summary>Memory that the kernels read and write per row of a tile of logits.</summary>
/// <param name="Targets">int64, over the whole vocabulary.</param>
/// <param name="Top">int64: the most likely token.</param>
/// <param name="Measures">float32, [<see cref="TokenMeasure"/>, stride].</param>
/// <param name="Gradients">float32, [2 or 3, stride]: of log-probability, entropy and, with a reference, divergence; 0 in a forward pass.</param>
/// <param name="Stride">From one measure of a row to its next.</param>
/// <param name="FirstEntry">The vocabulary's entry in a tile's first column.</param>
internal readonly unsafe record struct TokenRows(nint Targets, nint Top, nint Measures, nint Gradients, long Stride, long FirstEntry)
{
    /// <summary>The column of a row's target; outside the tile where another holds it.</summary>
    internal long Target(long row) => ((long*)Targets)[row] - FirstEntry;

    internal ref float Measure(TokenMeasure measure, long row) => ref ((float*)Measures)[((int)measure * Stride) + row];

    /// <summary>The gradient that arrives at a row's output 0 (log-probability), 1 (entropy) or 2 (divergence).</summary>
    internal float Gradient(int output, long row) => ((float*)Gradients)[(output * Stride) + row];
}
