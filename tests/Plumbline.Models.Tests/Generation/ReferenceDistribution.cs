using Plumbline.Models.Generation;

namespace Plumbline.Models.Tests.Generation;

/// <summary>The next token's distribution the plain way: a full sort and float64 throughout, written from the options' documentation.</summary>
internal static class ReferenceDistribution
{
    /// <summary>Probabilities by token, 0 for those that are filtered out.</summary>
    internal static double[] Of(float[] logits, SamplingOptions options, int[] prompt, int[] answer)
    {
        var scores = Array.ConvertAll(logits, logit => (double)logit);
        foreach (var (token, bias) in options.LogitBias)
        {
            scores[token] += bias;
        }

        for (var id = 0; id < scores.Length; id++)
        {
            var count = answer.Count(token => token == id);
            if (count > 0 || prompt.Contains(id))
            {
                scores[id] = scores[id] < 0 ? scores[id] * options.RepetitionPenalty : scores[id] / options.RepetitionPenalty;
            }

            scores[id] -= (count * options.FrequencyPenalty) + (count > 0 ? options.PresencePenalty : 0);
            if (options.BannedTokens.Contains(id) || (answer.Length < options.MinNewTokens && options.EndTokens.Contains(id)))
            {
                scores[id] = double.NegativeInfinity;
            }
        }

        var order = Enumerable.Range(0, scores.Length).OrderByDescending(id => scores[id]).ThenBy(id => id).ToList();
        if (options.Temperature == 0)
        {
            return OneHot(order[0], scores.Length);
        }

        var weights = Array.ConvertAll(scores, score => Math.Exp((score - scores[order[0]]) / options.Temperature));
        var kept = order.Take(options.TopK == 0 ? scores.Length : options.TopK).ToList();
        if (options.TopP < 1)
        {
            var target = options.TopP * kept.Sum(id => weights[id]);
            var (mass, count) = (0.0, 0);
            while (count < kept.Count && mass < target)
            {
                mass += weights[kept[count++]];
            }

            kept = kept[..count];
        }

        kept.RemoveAll(id => weights[id] < options.MinP * weights[order[0]]);
        var sum = kept.Sum(id => weights[id]);
        return [.. Enumerable.Range(0, scores.Length).Select(id => kept.Contains(id) ? weights[id] / sum : 0)];
    }

    /// <summary>log softmax(logits)[token] in float64.</summary>
    internal static double LogSoftmax(float[] logits, int token)
    {
        var maximum = (double)logits.Max();
        return logits[token] - maximum - Math.Log(logits.Sum(logit => Math.Exp(logit - maximum)));
    }

    private static double[] OneHot(int token, int count) => [.. Enumerable.Range(0, count).Select(id => id == token ? 1.0 : 0)];
}
