using System.Text.RegularExpressions;
using Plumbline.Configuration;

namespace Plumbline.Rewards;

/// <summary>1 for an answer that a regular expression matches, 0 for any other, in time linear in the answer's length.</summary>
public sealed class RegexMatch : FunctionReward
{
    private readonly Regex pattern;

    /// <summary>Makes the check.</summary>
    /// <param name="options">The pattern.</param>
    /// <exception cref="InvalidInputException">The pattern is no regular expression, or not one that can be matched in linear time.</exception>
    public RegexMatch(RegexMatchOptions options) => pattern = OptionsValidation.ThrowIfInvalid(options).Compile();

    /// <inheritdoc/>
    protected override double? Score(AnswerToReward answer) => pattern.IsMatch(answer.Answer) ? 1 : 0;
}
