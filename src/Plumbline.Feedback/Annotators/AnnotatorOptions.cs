using Plumbline.Configuration;

namespace Plumbline.Feedback.Annotators;

/// <summary>The numbers of a model of who is right.</summary>
public sealed record AnnotatorOptions : IValidatedOptions
{
    /// <summary>
    /// What is known of a rater beforehand, in labels: as if so many had been given at random, spread evenly over the classes and, for whole confusion matrices, over true classes too. It keeps a rater with
    /// few labels from passing for perfect. 0 for maximum likelihood, which gives no interval to a rater who is never wrong.
    /// </summary>
    /// <value>1</value>
    public double PriorLabels { get; init; } = 1;

    /// <summary>Iterations end when one raises the objective by no more than this for each label.</summary>
    /// <value>1e-9</value>
    public double Tolerance { get; init; } = 1e-9;

    /// <summary>The most iterations.</summary>
    /// <value>1000</value>
    public int MostIterations { get; init; } = 1000;

    /// <summary>The confidence of intervals.</summary>
    /// <value>0.95</value>
    public double Confidence { get; init; } = 0.95;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (PriorLabels is 0 or (>= 1e-6 and <= 1e6), nameof(PriorLabels), PriorLabels, "0, or between 0.000001 and 1000000"),
            (Tolerance is > 0 and < 1, nameof(Tolerance), Tolerance, "between 0 and 1"),
            (MostIterations is >= 1 and <= 1_000_000, nameof(MostIterations), MostIterations, "between 1 and 1000000"),
            (Confidence is > 0 and < 1, nameof(Confidence), Confidence, "between 0 and 1"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
