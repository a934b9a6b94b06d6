namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>Which tokens of a distribution may be drawn. The filters apply in transformers' order: temperature, top-k, top-p of what top-k left, min-p.</summary>
/// <param name="Temperature">Divides the logits, at least 0; 0 leaves the most likely token alone.</param>
/// <param name="TopK">Keeps so many most likely tokens; 0 for all.</param>
/// <param name="TopP">Keeps the smallest set of most likely tokens whose probabilities reach this sum, in (0, 1] (arXiv 1904.09751).</param>
/// <param name="MinP">Keeps tokens at least this many times as likely as the most likely one, in [0, 1] (arXiv 2407.01082).</param>
public readonly record struct TokenFilter(double Temperature, int TopK = 0, double TopP = 1, double MinP = 0)
{
    /// <summary>Whether top-k or top-p cut the row.</summary>
    internal bool Selects => TopK > 0 || TopP < 1;

    internal void ThrowIfOutOfRange()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Temperature);
        ArgumentOutOfRangeException.ThrowIfNegative(TopK);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(TopP);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(TopP, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MinP);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MinP, 1);
    }
}

/// <summary>What is left of one row of logits after a <see cref="TokenFilter"/>.</summary>
/// <param name="Top">The most likely token; the lowest id among equals.</param>
/// <param name="Kept">Tokens that may be drawn, at least 1.</param>
/// <param name="Maximum">The largest logit.</param>
/// <param name="Temperature">The filter's temperature.</param>
/// <param name="LogNormaliser">log Σ exp(logit) over the whole row, at temperature 1.</param>
/// <param name="KeptWeight">Σ exp((logit − maximum) / temperature) over the kept tokens.</param>
/// <param name="LogKeptMass">Log of the share of the distribution at the filter's temperature that the kept tokens hold: 0 where nothing was cut.</param>
public readonly record struct FilteredTokens(
    int Top,
    int Kept,
    float Maximum,
    double Temperature,
    double LogNormaliser,
    double KeptWeight,
    double LogKeptMass
)
{
    /// <summary>The log-probability with which a kept token is drawn: at the temperature, renormalised over the kept tokens.</summary>
    /// <param name="logit">The token's logit.</param>
    public double LogProbability(float logit) => Temperature == 0 ? 0 : (((double)logit - Maximum) / Temperature) - Math.Log(KeptWeight);

    /// <summary>The model's own log-probability of any token: at temperature 1, over the whole vocabulary.</summary>
    /// <param name="logit">The token's logit.</param>
    public double UnfilteredLogProbability(float logit) => logit - LogNormaliser;
}
