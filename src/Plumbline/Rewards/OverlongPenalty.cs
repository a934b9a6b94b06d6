using Plumbline.Configuration;

namespace Plumbline.Rewards;

/// <summary>
/// Soft overlong punishment (DAPO, arXiv 2503.14476, section 3.4): with n the answer's tokens, m <see cref="OverlongPenaltyOptions.MaxTokens"/> and c
/// <see cref="OverlongPenaltyOptions.CacheTokens"/>, 0 where n ≤ m − c, ((m − c) − n)/c where m − c &lt; n ≤ m, and −1 beyond; null where nobody counted the tokens.
/// </summary>
public sealed class OverlongPenalty : FunctionReward
{
    private readonly OverlongPenaltyOptions options;

    /// <summary>Makes the penalty.</summary>
    /// <param name="options">The lengths.</param>
    /// <exception cref="InvalidInputException">A length is out of its range.</exception>
    public OverlongPenalty(OverlongPenaltyOptions options) => this.options = OptionsValidation.ThrowIfInvalid(options);

    /// <inheritdoc/>
    protected override double? Score(AnswerToReward answer)
    {
        var free = options.MaxTokens - options.CacheTokens;
        var over = answer.Tokens - free;
        return answer.Tokens <= 0 ? null
            : over <= 0 ? 0
            : answer.Tokens > options.MaxTokens ? -1
            : -(double)over / options.CacheTokens;
    }
}
