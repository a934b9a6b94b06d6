using Plumbline.Randomness;

namespace Plumbline.Models.Generation;

/// <summary>
/// Draws one token from a row of logits: divided by the temperature, cut to the top k, then to the nucleus of mass p (arXiv 1904.09751), and drawn from what is
/// left in proportion. Ties in order go to the lower id, so a seed means the same tokens everywhere.
/// </summary>
internal sealed class TokenSampler
{
    private readonly GenerationOptions options;
    private readonly int[] order;
    private readonly double[] weights;

    internal TokenSampler(GenerationOptions options, int vocabulary)
    {
        this.options = options;
        order = new int[vocabulary];
        weights = new double[vocabulary];
    }

    /// <summary>The drawn token.</summary>
    internal int Sample(ReadOnlySpan<float> logits, RandomSource random)
    {
        var top = IndexOfMaximum(logits);
        if (options.Temperature == 0)
        {
            return top;
        }

        var total = 0.0;
        for (var id = 0; id < logits.Length; id++)
        {
            weights[id] = Math.Exp((logits[id] - (double)logits[top]) / options.Temperature);
            total += weights[id];
        }

        if (!double.IsFinite(total))
        {
            throw new InvalidOperationException("The model's scores are not numbers: the training diverged or the weights are damaged.");
        }

        return options.TopK == 0 && options.TopP >= 1
            ? Draw(logits.Length, total, random, sorted: false)
            : DrawFromCandidates(logits.Length, total, random);
    }

    private int DrawFromCandidates(int vocabulary, double total, RandomSource random)
    {
        // What the nucleus leaves out weighs at most 1 − p: tokens below that mass spread over the vocabulary can be left out of the sort.
        var floor = options.TopK == 0 ? total * (1 - options.TopP) / vocabulary : 0;
        var count = 0;
        for (var id = 0; id < vocabulary; id++)
        {
            if (weights[id] > floor)
            {
                order[count++] = id;
            }
        }

        var candidates = order.AsSpan(0, count);
        candidates.Sort((a, b) => weights[a] == weights[b] ? a.CompareTo(b) : weights[b].CompareTo(weights[a]));
        var limit = options.TopK == 0 ? count : Math.Min(options.TopK, count);
        var (kept, mass, within) = (0, 0.0, 0.0);
        for (var i = 0; i < limit; i++)
        {
            within += weights[candidates[i]];
        }

        // As in transformers: top-k first, then the nucleus of what top-k left.
        var reach = (options.TopK == 0 ? total : within) * options.TopP;
        while (kept < limit && (kept == 0 || mass < reach))
        {
            mass += weights[candidates[kept++]];
        }

        return Draw(kept, mass, random, sorted: true);
    }

    private int Draw(int count, double mass, RandomSource random, bool sorted)
    {
        var at = random.NextDouble() * mass;
        for (var i = 0; i < count; i++)
        {
            var id = sorted ? order[i] : i;
            at -= weights[id];
            if (at < 0)
            {
                return id;
            }
        }

        return sorted ? order[count - 1] : Array.FindLastIndex(weights, count - 1, weight => weight > 0);
    }

    private static int IndexOfMaximum(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var id = 1; id < logits.Length; id++)
        {
            if (logits[id] > logits[best])
            {
                best = id;
            }
        }

        return best;
    }
}
