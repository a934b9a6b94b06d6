using Plumbline.Configuration;

namespace Plumbline.Feedback.Agreement;

/// <summary>The numbers of figures of agreement.</summary>
public sealed record AgreementOptions : IValidatedOptions
{
    /// <summary>Bootstrap samples of the units behind each interval; 0 for no intervals, which is what a page that follows every click needs.</summary>
    /// <value>0</value>
    public int Resamples { get; init; }

    /// <summary>The confidence of intervals.</summary>
    /// <value>0.95</value>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Two raters who share fewer units have no κ of their own.</summary>
    /// <value>2</value>
    public int LeastShared { get; init; } = 2;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (Resamples is 0 or (>= 100 and <= 100_000), nameof(Resamples), Resamples, "0, or between 100 and 100000"),
            (Confidence is > 0 and < 1, nameof(Confidence), Confidence, "between 0 and 1"),
            (LeastShared is >= 1 and <= 1_000_000, nameof(LeastShared), LeastShared, "between 1 and 1000000"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
