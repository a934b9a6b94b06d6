using Plumbline.Configuration;
using Plumbline.Training.Rewards.Process;

namespace Plumbline.Training.Rewards;

/// <summary>What a reward model minimises.</summary>
public sealed record RewardOptions : IValidatedOptions
{
    /// <summary>A loss of ranked answers or of judged steps by name; docs/losses.md lists them.</summary>
    /// <value>bradley_terry</value>
    public string LossType { get; init; } = "bradley_terry";

    /// <summary>The numbers in the losses.</summary>
    public RewardLossOptions Loss { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        var unread =
            RewardLosses.All.FirstOrDefault(loss => loss.Name == LossType)?.Unread(Loss)
            ?? StepLosses.All.FirstOrDefault(loss => loss.Name == LossType)?.Unread(Loss);
        if (unread is null)
        {
            var known = RewardLosses.All.Select(loss => loss.Name).Concat(StepLosses.All.Select(loss => loss.Name));
            yield return new OptionProblem(
                nameof(LossType),
                LossType,
                "the name of a reward loss",
                $"Use one of {string.Join(", ", known)}."
            );
            yield break;
        }

        foreach (var name in unread)
        {
            yield return new OptionProblem(
                $"{nameof(Loss)}.{name}",
                typeof(RewardLossOptions).GetProperty(name)!.GetValue(Loss),
                $"left out: the loss '{LossType}' does not read it"
            );
        }
    }
}
