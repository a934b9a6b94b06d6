using Plumbline.Configuration;

namespace Plumbline.Rewards;

/// <summary>What <see cref="ArithmeticMatch"/> compares an answer's number with, and how closely.</summary>
public sealed record ArithmeticMatchOptions : IValidatedOptions
{
    /// <summary>The column of the prompt's row that holds the right number, or an expression or a worked answer that comes to it.</summary>
    /// <value>completion</value>
    public string Column { get; init; } = RewardColumn.Default;

    /// <summary>How far from the expected number e an answer may be: at most this times |e|. 0 or more; 0 asks for the number itself.</summary>
    /// <value>0</value>
    public double RelativeTolerance { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Column.Length == 0)
        {
            yield return new OptionProblem(nameof(Column), Column, "the name of a column");
        }

        if (!(RelativeTolerance >= 0) || !double.IsFinite(RelativeTolerance))
        {
            yield return new OptionProblem(nameof(RelativeTolerance), RelativeTolerance, "0 or more");
        }
    }
}
