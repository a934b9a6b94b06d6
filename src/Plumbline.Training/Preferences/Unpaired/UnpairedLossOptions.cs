using Plumbline.Configuration;

namespace Plumbline.Training.Preferences.Unpaired;

/// <summary>The numbers in losses of answers judged each for itself, under TRL's names.</summary>
public sealed record UnpairedLossOptions : IValidatedOptions
{
    /// <summary>How strongly the policy is held to its reference.</summary>
    /// <value>0.1</value>
    public double Beta { get; init; } = 0.1;

    /// <summary>Weight of good answers. KTO's authors keep weight times number of the good at 1 to 4/3 times that of the bad.</summary>
    /// <value>1</value>
    public double DesirableWeight { get; init; } = 1;

    /// <summary>Weight of bad answers.</summary>
    /// <value>1</value>
    public double UndesirableWeight { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (Beta > 0 && double.IsFinite(Beta), nameof(Beta), Beta, "above 0"),
            (DesirableWeight >= 0 && double.IsFinite(DesirableWeight), nameof(DesirableWeight), DesirableWeight, "0 or more"),
            (UndesirableWeight >= 0 && double.IsFinite(UndesirableWeight), nameof(UndesirableWeight), UndesirableWeight, "0 or more"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
