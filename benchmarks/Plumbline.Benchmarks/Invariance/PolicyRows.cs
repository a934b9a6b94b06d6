using Plumbline.Models.Heads;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Torch.Functions;
using Plumbline.Training.Packing;
using Plumbline.Training.Policies;
using Plumbline.Training.References;
using static TorchSharp.torch;

namespace Plumbline.Benchmarks.Invariance;

/// <summary>
/// The rows of policy optimisation: answers with random advantages, drawn by a policy that is a little away from the one in training, so that ratios leave 1 and
/// some are clipped.
/// </summary>
internal static class PolicyRows
{
    private const double Epsilon = 0.2;
    private const double Beta = 0.1;
    private const double ValueCoefficient = 0.5;
    private const double ValueClip = 0.2;
    private const double HeadDeviation = 0.1;
    private static readonly Seed HeadSeed = new(11);

    /// <summary>PPO with a critic on the policy's states, GRPO with the divergence in the loss, RLOO with one ratio for each answer.</summary>
    internal static IReadOnlyList<InvarianceObjective> All { get; } =
    [
        new(
            "PPO",
            false,
            Ppo,
            (data, model, _, budget) =>
            {
                using var critic = Critic.OnPolicy(model.Decoder, HeadSeed, HeadDeviation);
                var options = new PolicyOptions { ValueCoefficient = ValueCoefficient, ValueClip = ValueClip };
                InvarianceObjective.Passes(new PolicyObjective(model.Decoder, null, options, critic), Groups(data, model.Decoder), budget);
            }
        ),
        new(
            "GRPO",
            false,
            Grpo,
            (data, model, reference, budget) =>
            {
                var options = new PolicyOptions { Aggregation = PolicyAggregation.SequenceMean, Beta = Beta };
                InvarianceObjective.Passes(
                    new PolicyObjective(model.Decoder, new FrozenReference(reference), options),
                    Groups(data, model.Decoder),
                    budget
                );
            }
        ),
        new(
            "RLOO",
            false,
            Rloo,
            (data, model, _, budget) =>
            {
                var options = new PolicyOptions { LossType = "sequence_clip", Aggregation = PolicyAggregation.SequenceMean };
                InvarianceObjective.Passes(new PolicyObjective(model.Decoder, null, options), Groups(data, model.Decoder), budget);
            }
        ),
    ];

    // Σ over tokens of the clipped loss and of the critic's, both over the tokens of the step.
    private static Tensor Ppo(InvarianceData data, ModelValues policy, ModelValues reference)
    {
        var (numbers, logProbabilities) = (Numbers.Of(data), policy.Tokens(data.Groups));
        var head = Head(policy.States(data.Groups));
        var loss = Clipped(logProbabilities - numbers.Old(logProbabilities), numbers.Advantages).sum();
        var clipped = numbers.Values + (head - numbers.Values).clamp(-ValueClip, ValueClip);
        var values = maximum((head - numbers.Returns).square(), (clipped - numbers.Returns).square()).sum().Times(0.5);
        return (loss + values.Times(ValueCoefficient)).Over(numbers.Tokens);
    }

    // The mean over answers of the mean over their tokens, with β/2 · (log π − log π_ref)².
    private static Tensor Grpo(InvarianceData data, ModelValues policy, ModelValues reference)
    {
        var (numbers, logProbabilities) = (Numbers.Of(data), policy.Tokens(data.Groups));
        var divergence = (logProbabilities - reference.Tokens(data.Groups).detach()).square().Times(0.5);
        var loss = Clipped(logProbabilities - numbers.Old(logProbabilities), numbers.Advantages) + divergence.Times(Beta);
        return (loss / numbers.OwnLengths).sum().Over(numbers.Lengths.Length);
    }

    // One ratio for each answer, π(y)/π_old(y), whose loss stands at each of its tokens with their mean.
    private static Tensor Rloo(InvarianceData data, ModelValues policy, ModelValues reference)
    {
        var (numbers, logProbabilities) = (Numbers.Of(data), policy.Tokens(data.Groups));
        var sums = (logProbabilities - numbers.Old(logProbabilities)).SumByGroup(numbers.Owners, numbers.Lengths.Length);
        var loss = Clipped(sums.index_select(0, numbers.Owners), numbers.Advantages);
        return (loss / numbers.OwnLengths).sum().Over(numbers.Lengths.Length);
    }

    private static Tensor Clipped(Tensor logRatios, Tensor advantages)
    {
        var ratios = logRatios.exp();
        return -minimum(ratios * advantages, ratios.clamp(1 - Epsilon, 1 + Epsilon) * advantages);
    }

    private static Tensor Head(Tensor states)
    {
        var config = new DecoderConfig
        {
            ModelType = "llama",
            VocabularySize = 2,
            HiddenSize = (int)states.shape[1],
            IntermediateSize = 2,
            LayerCount = 1,
            HeadCount = 1,
            KeyValueHeadCount = 1,
            HeadSize = 2,
            MaxPositions = 2,
            InitializerRange = 0.1,
        };
        // A head's weights follow from its seed and width alone.
        using var head = new ScoredDecoder(
            new Decoder(config, HeadSeed),
            Critic.Head() with
            {
                InitialDeviation = HeadDeviation,
            },
            HeadSeed
        );
        return states.mm(head.Weight.Value.detach().clone().t()).view(-1);
    }

    private static List<AnswerGroup> Groups(InvarianceData data, Decoder policy)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var numbers = Numbers.Of(data);
        var old = Floats(numbers.Old(new PackedExamples(policy, data.Groups).Score(policy).LogProbabilities));
        var (advantages, values, returns) = (Floats(numbers.Advantages), Floats(numbers.Values), Floats(numbers.Returns));
        var at = 0;
        return
        [
            .. data.Groups.Select(group => new AnswerGroup([
                .. group.Select(sequence =>
                {
                    var (from, to) = (at, at += sequence.TargetCount);
                    return new DrawnAnswer(sequence, advantages[from..to])
                    {
                        OldLogProbabilities = old[from..to],
                        OldValues = values[from..to],
                        Returns = returns[from..to],
                    };
                }),
            ])),
        ];
    }

    private static float[] Floats(Tensor values) => values.data<float>().ToArray();

    /// <summary>The constants of the step: the same for whoever computes it.</summary>
    private sealed record Numbers(Tensor Advantages, Tensor Noise, Tensor Values, Tensor Returns, Tensor Owners, int[] Lengths)
    {
        internal int Tokens => Lengths.Sum();

        internal Tensor OwnLengths => tensor(Array.ConvertAll(Lengths, length => (float)length)).index_select(0, Owners);

        /// <summary>log π_old: the policy's own, a little moved.</summary>
        internal Tensor Old(Tensor logProbabilities) => logProbabilities.detach() + Noise;

        internal static Numbers Of(InvarianceData data)
        {
            int[] lengths = [.. data.Groups.SelectMany(group => group).Select(sequence => sequence.TargetCount)];
            var random = new Seed(9).Source();
            Tensor Draw(double deviation) =>
                tensor([.. Enumerable.Range(0, lengths.Sum()).Select(_ => (float)(deviation * random.NextNormal()))]);
            long[] owners = [.. lengths.SelectMany((length, answer) => Enumerable.Repeat((long)answer, length))];
            return new Numbers(Draw(1), Draw(0.15), Draw(0.3), Draw(0.3), tensor(owners), lengths);
        }
    }
}
