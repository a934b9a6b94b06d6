using System.Globalization;
using Plumbline.Configuration;
using Plumbline.Rewards.Arithmetic;

namespace Plumbline.Rewards;

/// <summary>
/// 1 where the number that an answer comes to is the expected one, 0 where it is another or there is none; null where the prompt's row has no such column or no number
/// in it. Exact: both numbers are fractions of whole numbers, so 0.1 + 0.2 is 0.3.
/// </summary>
/// <remarks>
/// <para>
/// The answer's number is the last one in its last <c>\boxed{}</c>, or the first after its last <c>####</c>, whichever stands later; without them the last number of
/// all. Understood are minus signs of every form, thousands separators (<c>1,234.5</c>), exponents (<c>1.5e3</c>), fractions (<c>3/4</c>, <c>\frac{3}{4}</c>,
/// <c>1 1/2</c>), percentages, currencies and units; the decimal mark is a point, digits are 0 to 9. An answer is not calculated: <c>6*7</c> comes to 7, not to 42.
/// </para>
/// <para>
/// The column's number is a JSON number; or a text, read as an expression of <c>+ - * / ^</c> and parentheses (at most 1,000 characters and 64 levels, whole
/// exponents), else as an answer with <c>####</c> or <c>\boxed{}</c>, else as text with exactly one number. A percent sign on one side only is no difference, and may
/// also mean hundredths.
/// </para>
/// </remarks>
public sealed class ArithmeticMatch : FunctionReward
{
    private readonly string column;
    private readonly Rational tolerance;

    /// <summary>Makes the check.</summary>
    /// <param name="options">What to compare with.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public ArithmeticMatch(ArithmeticMatchOptions options)
    {
        column = OptionsValidation.ThrowIfInvalid(options).Column;
        var written = options.RelativeTolerance.ToString("R", CultureInfo.InvariantCulture);
        tolerance = NumberLiteral.Read(written, 0, out _, out _)!.Value;
    }

    /// <inheritdoc/>
    protected override double? Score(AnswerToReward answer)
    {
        if (!answer.Columns.TryGetValue(column, out var value) || AnswerNumber.Of(value) is not { } expected)
        {
            return null;
        }

        return AnswerNumber.Of(answer.Answer) is { } given && given.Answers(expected, tolerance) ? 1 : 0;
    }
}
