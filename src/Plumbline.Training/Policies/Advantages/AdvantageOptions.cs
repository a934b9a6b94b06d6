using Plumbline.Configuration;

namespace Plumbline.Training.Policies.Advantages;

/// <summary>The numbers in advantage estimators.</summary>
public sealed record AdvantageOptions : IValidatedOptions
{
    /// <summary>γ: what a reward is worth one token later.</summary>
    /// <value>1</value>
    public double Gamma { get; init; } = 1;

    /// <summary>λ of generalised advantage estimation: 0 trusts the critic's next value, 1 the rewards to the end.</summary>
    /// <value>0.95</value>
    public double Lambda { get; init; } = 0.95;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (Gamma is >= 0 and <= 1, nameof(Gamma), Gamma, "0 to 1"),
            (Lambda is >= 0 and <= 1, nameof(Lambda), Lambda, "0 to 1"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
