using Plumbline.Configuration;

namespace Plumbline.Moderation.Judging;

/// <summary>How a language model is asked whether clauses are kept.</summary>
public sealed record ClauseJudgeOptions : IValidatedOptions
{
    /// <summary>Questions that are asked at the same time.</summary>
    /// <value>4</value>
    public int Parallel { get; init; } = 4;

    /// <summary>Longer texts are judged by their beginning and their end, in UTF-16 units.</summary>
    /// <value>8000</value>
    public int LongestText { get; init; } = 8000;

    /// <summary>How many of the last messages are shown with the text.</summary>
    /// <value>4</value>
    public int Context { get; init; } = 4;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Parallel is < 1 or > 256)
        {
            yield return new OptionProblem(nameof(Parallel), Parallel, "between 1 and 256");
        }

        if (LongestText is < 100 or > 1_000_000)
        {
            yield return new OptionProblem(nameof(LongestText), LongestText, "between 100 and 1,000,000");
        }

        if (Context is < 0 or > 100)
        {
            yield return new OptionProblem(nameof(Context), Context, "between 0 and 100");
        }
    }
}
