using Plumbline.Models.Heads;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Torch.Functions;
using Plumbline.Training.Loop;
using Plumbline.Training.Preferences;
using Plumbline.Training.Preferences.Unpaired;
using Plumbline.Training.References;
using Plumbline.Training.Rewards;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Benchmarks.Invariance;

/// <summary>What a model says of the sequences of some groups: a number for each sequence, or for each of their targets.</summary>
internal delegate Tensor GroupValues(IReadOnlyList<IReadOnlyList<TokenizedExample>> groups);

/// <summary>A model as formulas see it.</summary>
/// <param name="Sequences">[sequences]: the score of each, or the sum of its targets' log-probabilities.</param>
/// <param name="Tokens">[targets]: their log-probabilities.</param>
/// <param name="States">[targets, hidden size]: the hidden states that they are predicted from.</param>
internal sealed record ModelValues(GroupValues Sequences, GroupValues Tokens, GroupValues States);

/// <summary>A row of the table: a loss by its formula, whatever computes the sequences, and the trainer that minimises it.</summary>
/// <param name="Name">What the field calls it.</param>
/// <param name="IsScored">Whether it reads a score head's values instead of log-probabilities.</param>
/// <param name="Formula">The loss of the whole step from what policy and reference say of the sequences.</param>
/// <param name="Step">The trainer's passes over the whole step, each of at most so many tokens; leaves its gradient in the parameters.</param>
internal sealed record InvarianceObjective(
    string Name,
    bool IsScored,
    Func<InvarianceData, ModelValues, ModelValues, Tensor> Formula,
    Action<InvarianceData, ScoredDecoder, Decoder, int> Step
)
{
    private const double Beta = 0.3;

    /// <summary>The rows.</summary>
    internal static IReadOnlyList<InvarianceObjective> All { get; } =
    [
        new(
            "SFT",
            false,
            (data, policy, _) => (-policy.Sequences(data.Groups).sum()).Over(data.Examples.Sum(example => example.TargetCount)),
            (data, model, _, budget) => Passes(new SupervisedObjective(model.Decoder), data.Examples, budget)
        ),
        new(
            "reward",
            true,
            (data, policy, _) => Logistic(policy.Sequences(data.Groups)),
            (data, model, _, budget) => Passes(new RewardObjective(model, new RewardOptions()), data.Rankings, budget)
        ),
        new(
            "DPO",
            false,
            (data, policy, reference) => Logistic((policy.Sequences(data.Groups) - reference.Sequences(data.Groups)).Times(Beta)),
            (data, model, reference, budget) =>
                Passes(
                    new PreferenceObjective(
                        model.Decoder,
                        new FrozenReference(reference),
                        new PreferenceOptions { Loss = new PreferenceLossOptions { Beta = Beta } }
                    ),
                    data.Pairs,
                    budget
                )
        ),
        new(
            "KTO",
            false,
            KahnemanTversky,
            (data, model, reference, budget) =>
                Passes(
                    new UnpairedObjective(model.Decoder, new FrozenReference(reference), "kto", new UnpairedLossOptions { Beta = Beta }),
                    data.Answers,
                    budget
                )
        ),
        .. PolicyRows.All,
    ];

    // The mean of −log σ(first − second) over values that stand by turns.
    private static Tensor Logistic(Tensor values) =>
        -F.logsigmoid(values.view(-1, 2).select(1, 0) - values.view(-1, 2).select(1, 1)).mean();

    // arXiv 2402.01306, equations 7 and 8, both weights 1.
    private static Tensor KahnemanTversky(InvarianceData data, ModelValues policy, ModelValues reference)
    {
        using var divergence = (policy.Sequences(data.Mismatched).detach() - reference.Sequences(data.Mismatched)).mean();
        var anchor = divergence.item<float>();
        if (anchor <= 0)
        {
            throw new InvalidOperationException(
                $"The divergence is {anchor}: clamped to 0, errors in it would not show. Choose another seed."
            );
        }

        using var signs = tensor(data.Answers.Select(answer => answer.IsDesirable ? 1f : -1f).ToArray());
        var gains = signs * (policy.Sequences(data.Groups) - reference.Sequences(data.Groups)).Plus(-anchor);
        return (-gains.Times(Beta).sigmoid()).Plus(1).mean();
    }

    // What TrainingLoop does in a step, up to the optimiser.
    internal static void Passes<TExample>(IObjective<TExample> objective, IReadOnlyList<TExample> examples, int budget)
    {
        var step = TrainingStep<TExample>.Of(examples, objective.Size, budget, new Seed(7));
        using (no_grad())
        {
            objective.BeginStep(step);
        }

        foreach (var pass in step.Passes)
        {
            using var scope = NewDisposeScope();
            objective.Evaluate(pass, step.Normalizer, new MetricSums()).backward();
        }
    }
}
