using Plumbline.Configuration;

namespace Plumbline.Rewards;

/// <summary>From which length on <see cref="OverlongPenalty"/> takes away.</summary>
public sealed record OverlongPenaltyOptions : IValidatedOptions
{
    /// <summary>The length in tokens from which on the whole penalty applies, at least 1.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Over how many tokens before that the penalty grows, 0 to <see cref="MaxTokens"/>.</summary>
    public required int CacheTokens { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (MaxTokens < 1)
        {
            yield return new OptionProblem(nameof(MaxTokens), MaxTokens, "at least 1");
        }
        else if (CacheTokens < 0 || CacheTokens > MaxTokens)
        {
            yield return new OptionProblem(
                nameof(CacheTokens),
                CacheTokens,
                $"between 0 and max_tokens ({MaxTokens})",
                "A fifth of max_tokens is usual."
            );
        }
    }
}
