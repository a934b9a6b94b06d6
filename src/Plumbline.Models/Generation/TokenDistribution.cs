using Plumbline.Randomness;

namespace Plumbline.Models.Generation;

/// <summary>
/// What the next token is drawn from: the softmax of a row of logits after penalties and temperature, cut by top-k, top-p and min-p in this order and
/// renormalised over what is left. The vocabulary is never sorted. Holds one row at a time; not thread-safe.
/// </summary>
internal sealed class TokenDistribution(int vocabulary)
{
    private readonly float[] logits = new float[vocabulary];
    private readonly float[] scores = new float[vocabulary];
    private readonly double[] weights = new double[vocabulary];
    private readonly int[] kept = new int[vocabulary];

    private double temperature;
    private double logNormaliser;
    private float maximum;
    private bool isFiltered;
    private int keptCount;
    private double mass;

    /// <summary>Bytes of the buffers for a vocabulary.</summary>
    internal static long BytesFor(int vocabulary) => vocabulary * (long)((2 * sizeof(float)) + sizeof(double) + sizeof(int));

    /// <summary>Tokens that can be drawn.</summary>
    internal int Count => isFiltered ? keptCount : weights.Count(weight => weight > 0);

    /// <summary>Takes over a row.</summary>
    /// <param name="row">[vocabulary] logits of the model.</param>
    /// <param name="options">Temperature and filters.</param>
    /// <param name="processor">Bias, penalties and bans; null for none.</param>
    /// <exception cref="InvalidInputException">A logit is no number, or all tokens are banned.</exception>
    internal void Set(ReadOnlySpan<float> row, SamplingOptions options, LogitProcessor? processor = null)
    {
        row.CopyTo(logits);
        row.CopyTo(scores);
        (temperature, maximum) = (options.Temperature, Exponentials.Maximum(logits));
        mass = Exponentials.Write(logits, maximum, 1, weights);
        if (!double.IsFinite(mass))
        {
            throw new InvalidInputException(
                "The model's scores are not numbers: the training diverged or the weights are damaged.",
                "Load a model whose training was healthy, and check its files."
            );
        }

        logNormaliser = maximum + Math.Log(mass);
        if (processor is { IsActive: true })
        {
            Process(processor);
        }

        if (temperature == 0)
        {
            (kept[0], keptCount, isFiltered, mass) = (scores.AsSpan().IndexOf(maximum), 1, true, 1);
            return;
        }

        if (temperature != 1 || processor is { IsActive: true })
        {
            mass = Exponentials.Write(scores, maximum, temperature, weights);
        }

        isFiltered = (options.TopK > 0 && options.TopK < scores.Length) || options.TopP < 1 || options.MinP > 0;
        if (isFiltered)
        {
            Filter(options);
        }
    }

    /// <summary>Draws a token; every draw takes one number of the stream.</summary>
    internal int Draw(RandomSource random)
    {
        var target = random.NextDouble() * mass;
        if (isFiltered)
        {
            // The inverse of the cumulative distribution in the order of likelihood.
            var (count, _) = new LikelihoodOrder(scores).SelectMass(kept.AsSpan(0, keptCount), weights, target);
            return kept[count - 1];
        }

        for (var id = 0; id < weights.Length; id++)
        {
            target -= weights[id];
            if (target < 0)
            {
                return id;
            }
        }

        // Rounding left a rest: the last token that has any weight.
        return Array.FindLastIndex(weights, weight => weight > 0);
    }

    /// <summary>log of the probability with which a token is drawn, in nats; −∞ for one that was filtered out, 0 for the one that temperature 0 takes.</summary>
    internal double LogProbability(int token)
    {
        if (isFiltered && !kept.AsSpan(0, keptCount).Contains(token))
        {
            return double.NegativeInfinity;
        }

        return temperature == 0 ? 0 : (((double)scores[token] - maximum) / temperature) - Math.Log(mass);
    }

    /// <summary>log softmax of the row itself, in nats: temperature 1, no penalty, no filter.</summary>
    internal double UnfilteredLogProbability(int token) => logits[token] - logNormaliser;

    private void Process(LogitProcessor processor)
    {
        processor.Process(scores);
        maximum = Exponentials.Maximum(scores);
        if (float.IsNegativeInfinity(maximum))
        {
            throw new InvalidInputException("Every token is banned.", "Ban fewer tokens, or lower min_new_tokens.");
        }
    }

    private void Filter(SamplingOptions options)
    {
        var order = new LikelihoodOrder(scores);
        var isCut = options.TopK > 0 && options.TopK < scores.Length;
        // Without top-k, what a nucleus leaves out weighs at most 1 − p: tokens below that mass spread over the vocabulary are not in it.
        keptCount = Gather(isCut ? 0 : mass * (1 - options.TopP) / scores.Length);
        if (isCut && options.TopK < keptCount)
        {
            order.SelectCount(kept.AsSpan(0, keptCount), options.TopK);
            keptCount = options.TopK;
            mass = MassOf(kept.AsSpan(0, keptCount));
        }

        if (options.TopP < 1)
        {
            (keptCount, mass) = order.SelectMass(kept.AsSpan(0, keptCount), weights, options.TopP * mass);
        }

        if (options.MinP > 0)
        {
            // The most likely token weighs 1.
            var count = 0;
            foreach (var token in kept.AsSpan(0, keptCount))
            {
                if (weights[token] >= options.MinP)
                {
                    kept[count++] = token;
                }
            }

            keptCount = count;
            mass = MassOf(kept.AsSpan(0, keptCount));
        }
    }

    // Tokens above a weight, which is below that of the most likely one.
    private int Gather(double floor)
    {
        var count = 0;
        for (var id = 0; id < weights.Length; id++)
        {
            if (weights[id] > floor)
            {
                kept[count++] = id;
            }
        }

        return count;
    }

    private double MassOf(ReadOnlySpan<int> tokens)
    {
        var sum = 0.0;
        foreach (var token in tokens)
        {
            sum += weights[token];
        }

        return sum;
    }
}
