using Plumbline.Randomness;
using Plumbline.Torch.Kernels.Decoding;

namespace Plumbline.Models.Generation;

/// <summary>
/// What the next token is drawn from: the softmax of a row of logits after penalties and temperature, cut by top-k, top-p and min-p in this order and
/// renormalised over what is left. The vocabulary is never sorted. Holds one row at a time; not thread-safe.
/// </summary>
internal sealed class TokenDistribution(int vocabulary)
{
    private readonly float[] scores = new float[vocabulary];
    private readonly float[] logits = new float[vocabulary];
    private readonly float[] weights = new float[vocabulary];
    private readonly float[] scratch = new float[TokenSelection.ScratchLength(vocabulary)];
    private double logNormaliser;
    private FilteredTokens filtered;

    /// <summary>Bytes of the buffers for a vocabulary.</summary>
    internal static long BytesFor(int vocabulary) => ((3L * vocabulary) + TokenSelection.ScratchLength(vocabulary)) * sizeof(float);

    /// <summary>Tokens that can be drawn.</summary>
    internal int Count => filtered.Kept;

    /// <summary>Takes over a row.</summary>
    /// <param name="row">[vocabulary] logits of the model.</param>
    /// <param name="options">Temperature and filters.</param>
    /// <param name="processor">Bias, penalties and bans; null for none.</param>
    /// <exception cref="InvalidInputException">A logit is no number, or all tokens are banned.</exception>
    internal void Set(ReadOnlySpan<float> row, SamplingOptions options, LogitProcessor? processor = null)
    {
        row.CopyTo(logits);
        row.CopyTo(scores);
        var filter = new TokenFilter(options.Temperature, options.TopK, options.TopP, options.MinP);
        try
        {
            if (processor is { IsActive: true })
            {
                logNormaliser = TokenSelection.LogNormaliser(row);
                processor.Process(scores);
                ThrowIfNothingIsLeft();
                filtered = TokenSelection.Filter(scores, filter, weights, scratch);
            }
            else
            {
                filtered = TokenSelection.Filter(scores, filter, weights, scratch);
                logNormaliser = filtered.LogNormaliser;
            }
        }
        catch (InvalidOperationException failure)
        {
            throw new InvalidInputException(
                failure.Message,
                "Load a model whose training was healthy, and check its files.",
                inner: failure
            );
        }
    }

    /// <summary>The tokens that can be drawn, ascending.</summary>
    internal int[] KeptTokens()
    {
        var kept = new int[filtered.Kept];
        var count = 0;
        for (var token = 0; count < kept.Length; token++)
        {
            if (weights[token] > 0)
            {
                kept[count++] = token;
            }
        }

        return kept;
    }

    /// <summary>Draws a token; every draw takes one number of the stream.</summary>
    internal int Draw(RandomSource random) => TokenSelection.Draw(weights, filtered, random.NextDouble());

    /// <summary>log of the probability with which a token is drawn, in nats; −∞ for one that was filtered out, 0 for the one that temperature 0 takes.</summary>
    internal double LogProbability(int token) => weights[token] > 0 ? filtered.LogProbability(scores[token]) : double.NegativeInfinity;

    /// <summary>log softmax of the row itself, in nats: temperature 1, no penalty, no filter.</summary>
    internal double UnfilteredLogProbability(int token) => logits[token] - logNormaliser;

    private void ThrowIfNothingIsLeft()
    {
        if (!scores.AsSpan().ContainsAnyExcept(float.NegativeInfinity))
        {
            throw new InvalidInputException("Every token is banned.", "Ban fewer tokens, or lower min_new_tokens.");
        }
    }
}
