using Plumbline.Configuration;

namespace Plumbline.Training.Rewards;

/// <summary>What a reward model minimises.</summary>
public sealed record RewardOptions : IValidatedOptions
{
    /// <summary>A reward loss by name; docs/losses.md lists them.</summary>
    /// <value>bradley_terry</value>
    public string LossType { get; init; } = "bradley_terry";

    /// <summary>The numbers in the losses.</summary>
    public RewardLossOptions Loss { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (RewardLosses.All.FirstOrDefault(loss => loss.Name == LossType) is not { } known)
        {
            yield return new OptionProblem(
                nameof(LossType),
                LossType,
                "the name of a reward loss",
                $"Use one of {string.Join(", ", RewardLosses.All.Select(loss => loss.Name))}."
            );
            yield break;
        }

        foreach (var name in known.Unread(Loss))
        {
            yield return new OptionProblem(
                $"{nameof(Loss)}.{name}",
                typeof(RewardLossOptions).GetProperty(name)!.GetValue(Loss),
                $"left out: the loss '{LossType}' does not read it"
            );
        }
    }
}
