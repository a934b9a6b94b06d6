using System.Text;
using System.Text.RegularExpressions;
using Plumbline.Configuration;

namespace Plumbline.Rewards;

/// <summary>
/// 1 for the right answer, 0 for any other, also where the pattern that should find the answer proper finds none; null where the prompt's row has no such column,
/// or something other than text, numbers and truth values in it. Numbers are compared as they are written: <see cref="ArithmeticMatch"/> compares values.
/// </summary>
public sealed class ExactMatch : FunctionReward
{
    private readonly ExactMatchOptions options;
    private readonly Regex? extract;

    /// <summary>Makes the check.</summary>
    /// <param name="options">What to compare with.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public ExactMatch(ExactMatchOptions options)
    {
        this.options = OptionsValidation.ThrowIfInvalid(options);
        extract = options.ExtractPattern();
    }

    /// <inheritdoc/>
    protected override double? Score(AnswerToReward answer)
    {
        if (Expected(answer) is not { } expected)
        {
            return null;
        }

        var given = extract is null ? answer.Answer : LinearPattern.Extract(extract, answer.Answer);
        if (given is null)
        {
            return 0;
        }

        var comparison = options.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        given = Cleaned(given);
        return expected.Any(text => string.Equals(Cleaned(text), given, comparison)) ? 1 : 0;
    }

    private IReadOnlyList<string>? Expected(AnswerToReward answer)
    {
        if (options.ColumnInUse is not { } column)
        {
            return [options.Text!];
        }

        return answer.Columns.TryGetValue(column, out var value) ? RewardColumn.Texts(value) : null;
    }

    private string Cleaned(string text)
    {
        text = options.Trim ? text.Trim() : text;
        if (!options.CollapseWhiteSpace)
        {
            return text;
        }

        var collapsed = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            var isBlank = char.IsWhiteSpace(character);
            if (!isBlank || collapsed.Length == 0 || collapsed[^1] != ' ')
            {
                collapsed.Append(isBlank ? ' ' : character);
            }
        }

        return collapsed.ToString();
    }
}
