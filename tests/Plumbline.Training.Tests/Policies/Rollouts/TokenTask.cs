using Plumbline.Data;
using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies.Rollouts;

namespace Plumbline.Training.Tests.Policies.Rollouts;

/// <summary>A task on token ids: say the wanted token as often as possible, then end.</summary>
internal static class TokenTask
{
    internal const int Wanted = 7;
    internal const int End = 3;

    internal static readonly SamplingOptions Sampling = new() { MaxNewTokens = 6, EndTokens = [End] };

    internal static IReadOnlyList<PolicyPrompt> Prompts(int count, ulong seed = 1)
    {
        var random = new Seed(seed).Source();
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new PolicyPrompt(
                    TinyModels.Ids(random, 2 + random.NextInt(5)),
                    new PromptExample($"{i}", Content.FromText($"{i}"))
                )),
        ];
    }

    /// <summary>The share of wanted tokens among those drawn.</summary>
    internal sealed class Reward(Func<AnswerToReward, bool>? isJudged = null) : FunctionReward
    {
        internal int Asked { get; private set; }

        protected override double? Score(AnswerToReward answer)
        {
            Asked++;
            return isJudged?.Invoke(answer) == false ? null : Share(answer);
        }

        internal static double Share(AnswerToReward answer) => answer.AnswerIds.ToArray().Count(id => id == Wanted) / 6.0;
    }

    internal static LocalAnswerSampler SamplerOf(Decoder policy, SamplingOptions? sampling = null, bool exact = false) =>
        new(
            policy,
            sampling ?? Sampling,
            new DecodeEngineOptions
            {
                Slots = 16,
                SequenceCapacity = 32,
                Exact = exact,
            },
            ids => string.Join(' ', ids)
        );

    internal static TrainingOptions Training(int steps) =>
        new()
        {
            Epochs = 100,
            MaxSteps = steps,
            BatchSize = 8,
            LearningRate = 3e-3,
            Schedule = LearningRateSchedule.Constant,
            WarmupRatio = 0,
            LoggingSteps = 1,
            SaveSteps = 0,
            Precision = Precision.Fp32,
        };
}
