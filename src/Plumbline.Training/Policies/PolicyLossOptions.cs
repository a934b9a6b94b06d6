using Plumbline.Configuration;

namespace Plumbline.Training.Policies;

/// <summary>The numbers in policy losses.</summary>
public sealed record PolicyLossOptions : IValidatedOptions
{
    /// <summary>ε: how far below 1 a ratio is followed; above 1 too, where <see cref="EpsilonHigh"/> says nothing else.</summary>
    /// <value>0.2</value>
    public double Epsilon { get; init; } = 0.2;

    /// <summary>ε_high: how far above 1 a ratio is followed (DAPO's clip-higher, arXiv 2503.14476: 0.28); null for ε.</summary>
    /// <value>null</value>
    public double? EpsilonHigh { get; init; }

    /// <summary>δ: the largest ratio that counts where the advantage is negative (dual clip, arXiv 1912.09729: 3), above 1 + ε_high; null for no limit.</summary>
    /// <value>null</value>
    public double? Delta { get; init; }

    /// <summary>The largest ratio that <c>cispo</c> weighs a token with. Its own option: ε would cut nearly every token.</summary>
    /// <value>5</value>
    public double CispoCap { get; init; } = 5;

    /// <summary>τ of <c>sapo</c> where the advantage is positive.</summary>
    /// <value>1</value>
    public double SapoPositiveTemperature { get; init; } = 1;

    /// <summary>τ of <c>sapo</c> where it is not: larger, so that unlikely tokens are pushed down more gently.</summary>
    /// <value>1.05</value>
    public double SapoNegativeTemperature { get; init; } = 1.05;

    /// <summary>ε_high, or ε.</summary>
    internal double Above => EpsilonHigh ?? Epsilon;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        static bool IsPositive(double value) => value > 0 && double.IsFinite(value);
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (Epsilon is >= 0 and < 1, nameof(Epsilon), Epsilon, "0 to below 1"),
            (
                EpsilonHigh is null || (EpsilonHigh >= 0 && double.IsFinite(EpsilonHigh.Value)),
                nameof(EpsilonHigh),
                EpsilonHigh,
                "0 or more"
            ),
            (Delta is null || (Delta > 1 + Above && double.IsFinite(Delta.Value)), nameof(Delta), Delta, "above 1 + epsilon_high"),
            (IsPositive(CispoCap), nameof(CispoCap), CispoCap, "above 0"),
            (IsPositive(SapoPositiveTemperature), nameof(SapoPositiveTemperature), SapoPositiveTemperature, "above 0"),
            (IsPositive(SapoNegativeTemperature), nameof(SapoNegativeTemperature), SapoNegativeTemperature, "above 0"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
