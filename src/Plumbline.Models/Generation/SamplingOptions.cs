using Plumbline.Configuration;

namespace Plumbline.Models.Generation;

/// <summary>
/// How one request's tokens are drawn. A row of logits goes through these in order, as in transformers: <see cref="LogitBias"/>,
/// <see cref="RepetitionPenalty"/>, <see cref="FrequencyPenalty"/> and <see cref="PresencePenalty"/>, <see cref="BannedTokens"/> (and end tokens before
/// <see cref="MinNewTokens"/>), <see cref="Temperature"/>, <see cref="TopK"/>, <see cref="TopP"/>, <see cref="MinP"/>. Ties go to the lower id everywhere.
/// </summary>
public sealed record SamplingOptions : IValidatedOptions
{
    /// <summary>At most so many new tokens, an end token included.</summary>
    /// <value>128</value>
    public int MaxNewTokens { get; init; } = 128;

    /// <summary>End tokens cannot be drawn before so many others, and stop strings are looked for in what follows these.</summary>
    /// <value>0</value>
    public int MinNewTokens { get; init; }

    /// <summary>Divides the logits before the softmax; 0 takes the most likely token, whatever the filters say.</summary>
    /// <value>1</value>
    public double Temperature { get; init; } = 1;

    /// <summary>Only the so many most likely tokens; 0 for all.</summary>
    /// <value>0</value>
    public int TopK { get; init; }

    /// <summary>
    /// Only the smallest set of most likely tokens whose probabilities, renormalised over what top-k left, reach this sum (arXiv 1904.09751); in (0, 1].
    /// </summary>
    /// <value>1</value>
    public double TopP { get; init; } = 1;

    /// <summary>Only tokens at least this times as likely as the most likely one (arXiv 2407.01082); in [0, 1], 0 for all.</summary>
    /// <value>0</value>
    public double MinP { get; init; }

    /// <summary>
    /// Divides the positive and multiplies the negative logits of tokens that stand in prompt or answer (arXiv 1909.05858, as in transformers); between 0.01
    /// and 100, 1 for none.
    /// </summary>
    /// <value>1</value>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Taken from the logits of tokens that stand in the answer, as in OpenAI's interface; between −2 and 2.</summary>
    /// <value>0</value>
    public double PresencePenalty { get; init; }

    /// <summary>Taken from a token's logit for each time it stands in the answer, as in OpenAI's interface; between −2 and 2.</summary>
    /// <value>0</value>
    public double FrequencyPenalty { get; init; }

    /// <summary>Added to single tokens' logits.</summary>
    public IReadOnlyList<TokenBias> LogitBias { get; init; } = [];

    /// <summary>Tokens that are never drawn.</summary>
    public IReadOnlyList<int> BannedTokens { get; init; } = [];

    /// <summary>Tokens that end an answer; the drawn one is the answer's last.</summary>
    public IReadOnlyList<int> EndTokens { get; init; } = [];

    /// <summary>
    /// Texts that end an answer, compared with the decoded answer (special tokens left out) character by character, wherever tokens begin and end.
    /// </summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Whether a filter may leave less than the whole vocabulary.</summary>
    internal bool Selects => Temperature > 0 && (TopK > 0 || TopP < 1 || MinP > 0);

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (MaxNewTokens >= 1, nameof(MaxNewTokens), MaxNewTokens, "at least 1"),
            (MinNewTokens >= 0 && MinNewTokens <= MaxNewTokens, nameof(MinNewTokens), MinNewTokens, "between 0 and max_new_tokens"),
            (Temperature >= 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "0 (most likely token) or more"),
            (TopK >= 0, nameof(TopK), TopK, "0 (all) or more"),
            (TopP is > 0 and <= 1, nameof(TopP), TopP, "in (0, 1]"),
            (MinP is >= 0 and <= 1, nameof(MinP), MinP, "in [0, 1]"),
            (RepetitionPenalty is >= 0.01 and <= 100, nameof(RepetitionPenalty), RepetitionPenalty, "between 0.01 and 100 (1 for none)"),
            (PresencePenalty is >= -2 and <= 2, nameof(PresencePenalty), PresencePenalty, "between -2 and 2"),
            (FrequencyPenalty is >= -2 and <= 2, nameof(FrequencyPenalty), FrequencyPenalty, "between -2 and 2"),
            (LogitBias.All(bias => Math.Abs(bias.Bias) <= 1000), nameof(LogitBias), "too large", "made of numbers between -1000 and 1000"),
            (StopStrings.All(text => text.Length > 0), nameof(StopStrings), "an empty text", "made of texts of at least one character"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}

/// <summary>A number added to one token's logit.</summary>
/// <param name="Token">The token.</param>
/// <param name="Bias">What is added; between −1000 and 1000.</param>
public sealed record TokenBias(int Token, double Bias);
