using Plumbline.Configuration;

namespace Plumbline.Training.Rewards;

/// <summary>The numbers in reward losses.</summary>
public sealed record RewardLossOptions : IValidatedOptions
{
    /// <summary>Weight of the squared sum of a pair's scores (of twice the mean of a longer list's): rankings leave the level of scores open, this holds it near 0.</summary>
    /// <value>0</value>
    public double CenterRewardsCoefficient { get; init; }

    /// <summary>θ of Rao and Kupper: what one answer's strength must be times the other's to be told apart. At 2 a third of equally good pairs tie.</summary>
    /// <value>2</value>
    public double RaoKupperTheta { get; init; } = 2;

    /// <summary>ν of Davidson: how readily raters call a tie. At 1 a third of equally good pairs tie.</summary>
    /// <value>1</value>
    public double DavidsonNu { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (
                CenterRewardsCoefficient >= 0 && double.IsFinite(CenterRewardsCoefficient),
                nameof(CenterRewardsCoefficient),
                CenterRewardsCoefficient,
                "0 or more"
            ),
            (RaoKupperTheta >= 1 && double.IsFinite(RaoKupperTheta), nameof(RaoKupperTheta), RaoKupperTheta, "1 or more"),
            (DavidsonNu >= 0 && double.IsFinite(DavidsonNu), nameof(DavidsonNu), DavidsonNu, "0 or more"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
