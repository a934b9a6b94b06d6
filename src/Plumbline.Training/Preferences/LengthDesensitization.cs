namespace Plumbline.Training.Preferences;

/// <summary>
/// LD-DPO (arXiv 2409.06411): of the longer answer of a pair, tokens past the length of the shorter one count α instead of 1 in the answer's log-probability, so that
/// length alone makes less of a margin. Policy and reference are summed under the same weights.
/// </summary>
public static class LengthDesensitization
{
    /// <summary>The weights of the tokens of all answers, answer after answer.</summary>
    /// <param name="lengths">Tokens of the answers, chosen and rejected by turns: [2 · pairs].</param>
    /// <param name="alpha">The weight of tokens past the shorter length, in [0, 1]; 1 changes nothing.</param>
    /// <returns>One weight a token.</returns>
    /// <exception cref="InvalidInputException">α is out of range.</exception>
    /// <exception cref="ArgumentException">The lengths are no pairs.</exception>
    public static float[] TokenWeights(ReadOnlySpan<long> lengths, double alpha)
    {
        if (alpha is not (>= 0 and <= 1))
        {
            throw new InvalidInputException($"ld_alpha is {alpha}.", "Set ld_alpha to a value in [0, 1]; 1 switches LD-DPO off.");
        }

        if (lengths.Length % 2 != 0)
        {
            throw new ArgumentException($"{lengths.Length} answers are no pairs.", nameof(lengths));
        }

        var total = 0L;
        foreach (var length in lengths)
        {
            total += length;
        }

        var weights = new float[total];
        Array.Fill(weights, 1);
        var start = 0;
        for (var i = 0; i < lengths.Length; i++)
        {
            var shorter = Math.Min(lengths[i], lengths[i ^ 1]);
            weights.AsSpan(start + (int)shorter, (int)(lengths[i] - shorter)).Fill((float)alpha);
            start += (int)lengths[i];
        }

        return weights;
    }
}
