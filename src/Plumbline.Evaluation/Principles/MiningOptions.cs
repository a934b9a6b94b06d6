using Plumbline.Configuration;

namespace Plumbline.Evaluation.Principles;

/// <summary>The numbers of a <see cref="PrincipleMiner"/>.</summary>
public sealed record MiningOptions : IValidatedOptions
{
    /// <summary>Parts of cross-validation.</summary>
    /// <value>5</value>
    public int Folds { get; init; } = 5;

    /// <summary>Bootstrap samples behind the coefficients' intervals.</summary>
    /// <value>1000</value>
    public int Resamples { get; init; } = 1000;

    /// <summary>The confidence of intervals.</summary>
    /// <value>0.95</value>
    public double Confidence { get; init; } = 0.95;

    /// <summary>The expected share of false ones among the features whose sign test is believed.</summary>
    /// <value>0.05</value>
    public double FalseDiscoveryRate { get; init; } = 0.05;

    /// <summary>Words reported for each side, at most.</summary>
    /// <value>30</value>
    public int Words { get; init; } = 30;

    /// <summary>Words are reported above this |z|.</summary>
    /// <value>3</value>
    public double LeastZ { get; init; } = 3;

    /// <summary>Words in fewer answers are not looked at.</summary>
    /// <value>10</value>
    public int LeastAnswers { get; init; } = 10;

    /// <summary>Whether a bag of bigrams is fitted and tested on the same parts.</summary>
    /// <value>true</value>
    public bool BigramRuler { get; init; } = true;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (Folds is >= 3 and <= 20, nameof(Folds), Folds, "between 3 and 20"),
            (Resamples is >= 100 and <= 100_000, nameof(Resamples), Resamples, "between 100 and 100000"),
            (Confidence is > 0 and < 1, nameof(Confidence), Confidence, "between 0 and 1"),
            (FalseDiscoveryRate is > 0 and < 1, nameof(FalseDiscoveryRate), FalseDiscoveryRate, "between 0 and 1"),
            (Words is >= 0 and <= 1000, nameof(Words), Words, "between 0 and 1000"),
            (LeastZ is >= 0 and <= 100, nameof(LeastZ), LeastZ, "between 0 and 100"),
            (LeastAnswers >= 1, nameof(LeastAnswers), LeastAnswers, "1 or more"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
