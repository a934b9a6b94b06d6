using Plumbline.Configuration;
using Plumbline.Randomness;
using Plumbline.Rewards;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>
/// Prompts that nobody trains on and that the policy answers every so many rounds, each time with the same seeds: the reward it is trained on (the proxy) and, where
/// there is one, a reward that it is not trained on (the gold) score the same answers. Where the proxy rises and the gold does not follow, the policy learns to please
/// its reward (Gao et al., arXiv 2210.10760).
/// </summary>
/// <param name="Prompts">At least <see cref="LeastPrompts"/>, none of them trained on.</param>
public sealed record PolicyProbe(IReadOnlyList<PolicyPrompt> Prompts)
{
    /// <summary>The fewest prompts that a standard error can be taken of.</summary>
    public const int LeastPrompts = 8;

    /// <summary>What is believed where it contradicts the proxy: an exact check, another reward model, people's labels; null for nothing. Not owned.</summary>
    public IReward? Gold { get; init; }

    /// <summary>How often, and how many answers.</summary>
    public ProbeOptions Options { get; init; } = new();

    /// <summary>Takes a probe's prompts out of those to train on.</summary>
    /// <param name="prompts">All.</param>
    /// <param name="options">How many.</param>
    /// <param name="seed">Decides which.</param>
    /// <returns>What is left to train on, in order, and the probe.</returns>
    /// <exception cref="InvalidInputException">An option is out of range, or nothing would be left.</exception>
    public static (IReadOnlyList<PolicyPrompt> Training, PolicyProbe Probe) Split(
        IReadOnlyList<PolicyPrompt> prompts,
        ProbeOptions options,
        Seed seed
    )
    {
        OptionsValidation.ThrowIfInvalid(options);
        if (prompts.Count <= options.Prompts)
        {
            throw new InvalidInputException(
                $"A probe takes {options.Prompts} prompts that are not trained on, and there are {prompts.Count}.",
                "Give more prompts, or set probe.prompts lower."
            );
        }

        int[] order = [.. Enumerable.Range(0, prompts.Count)];
        seed.Derive("probe prompts").Source().Shuffle<int>(order);
        var held = order[..options.Prompts].ToHashSet();
        return (
            [.. prompts.Where((_, i) => !held.Contains(i))],
            new PolicyProbe([.. prompts.Where((_, i) => held.Contains(i))]) { Options = options }
        );
    }
}

/// <summary>How often a policy is probed, and how hard.</summary>
public sealed record ProbeOptions : IValidatedOptions
{
    /// <summary>Rounds from one probe to the next. The first comes before the first step, and the last round is probed too.</summary>
    /// <value>10</value>
    public int EveryRounds { get; init; } = 10;

    /// <summary>
    /// Prompts held out. The standard error of a mean over 64 is an eighth of the deviation between prompts: half a deviation is four errors.
    /// </summary>
    /// <value>64</value>
    public int Prompts { get; init; } = 64;

    /// <summary>Answers to each; from two on their variety is measured.</summary>
    /// <value>4</value>
    public int AnswersPerPrompt { get; init; } = 4;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (EveryRounds is >= 1 and <= 1_000_000, nameof(EveryRounds), EveryRounds, "between 1 and 1000000"),
            (
                Prompts is >= PolicyProbe.LeastPrompts and <= 1 << 16,
                nameof(Prompts),
                Prompts,
                $"between {PolicyProbe.LeastPrompts} and 65536"
            ),
            (AnswersPerPrompt is >= 1 and <= 1024, nameof(AnswersPerPrompt), AnswersPerPrompt, "between 1 and 1024"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
