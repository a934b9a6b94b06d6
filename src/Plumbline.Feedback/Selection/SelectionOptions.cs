using Plumbline.Configuration;
using Plumbline.Feedback.Selection.Information;

namespace Plumbline.Feedback.Selection;

/// <summary>How the next task is chosen.</summary>
public sealed record SelectionOptions : IValidatedOptions
{
    /// <summary>By what tasks are scored.</summary>
    /// <value>ExpectedInformation</value>
    public SelectionCriterion Criterion { get; init; } = SelectionCriterion.ExpectedInformation;

    /// <summary>The share of tasks that lie in the random slice, and of choices made there; in [0, 1).</summary>
    /// <value>0.1</value>
    public double RandomShare { get; init; } = 0.1;

    /// <summary>The share of the other choices that fall on any task with equal probability, so that each has a chance; in [0, 1].</summary>
    /// <value>0.1</value>
    public double UniformShare { get; init; } = 0.1;

    /// <summary>How many draws stand for the posterior where a task has more than two answers: an even number, 32 to 4096.</summary>
    /// <value>64</value>
    public int Samples { get; init; } = 64;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (Enum.IsDefined(Criterion), nameof(Criterion), Criterion, "expected_information or determinant"),
            (RandomShare is >= 0 and < 1, nameof(RandomShare), RandomShare, "at least 0 and below 1"),
            (UniformShare is >= 0 and <= 1, nameof(UniformShare), UniformShare, "between 0 and 1"),
            (
                Samples is >= RankingInformation.FewestSamples and <= 4096 && Samples % 2 == 0,
                nameof(Samples),
                Samples,
                "an even number between 32 and 4096"
            ),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
