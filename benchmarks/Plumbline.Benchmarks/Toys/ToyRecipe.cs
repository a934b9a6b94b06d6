using Plumbline.Models.Language;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;

namespace Plumbline.Benchmarks.Toys;

/// <summary>A row of the table: a task, and what learns it.</summary>
/// <param name="Task">The task.</param>
/// <param name="Algorithm">What the field calls it.</param>
/// <param name="Rollouts">How answers come about, and their advantages.</param>
/// <param name="Policy">What is minimised.</param>
/// <param name="HasCritic">Whether a head on the policy's hidden states expects the rewards.</param>
/// <param name="Pretraining">The numbers of the pretraining.</param>
/// <param name="Learning">The numbers of the reinforcement learning.</param>
internal sealed record ToyRecipe(
    IToyTask Task,
    string Algorithm,
    RolloutOptions Rollouts,
    PolicyOptions Policy,
    bool HasCritic,
    TrainingOptions Pretraining,
    TrainingOptions Learning
)
{
    private static readonly PolicyOptions Clip = new() { LossType = "clip" };

    private static readonly RolloutOptions Groups = new() { AdvantageType = "grpo", AnswersPerPrompt = 8 };

    /// <summary>The rows.</summary>
    internal static IReadOnlyList<ToyRecipe> All { get; } =
    [
        new(
            new RandomWalkTask(),
            "PPO",
            new RolloutOptions
            {
                AdvantageType = "gae",
                AnswersPerPrompt = 1,
                Passes = 4,
                WhitenAdvantages = true,
            },
            Clip with
            {
                ValueCoefficient = 1.2,
            },
            HasCritic: true,
            Numbers(64, 1e-3, 160),
            Numbers(128, 1e-3, 400)
        ),
        new(
            new StringTask("copy", "abcdefgh", 3..6, text => text),
            "GRPO",
            Groups,
            Clip,
            HasCritic: false,
            Numbers(64, 2e-3, 300),
            Numbers(16, 1e-3, 300)
        ),
        new(
            new StringTask("sort", "abcdefgh", 3..6, text => string.Concat(text.Order())),
            "GRPO",
            Groups,
            Clip,
            HasCritic: false,
            Numbers(64, 2e-3, 300),
            Numbers(16, 1e-3, 300)
        ),
        new(
            new StringTask("parity", "01", 4..8, text => text.Count(bit => bit == '1') % 2 == 0 ? "0" : "1")
            {
                LongestAnswer = 3,
                HeldOut = 64,
                IsPartial = false,
            },
            "GRPO",
            Groups,
            Clip,
            HasCritic: false,
            Numbers(64, 2e-3, 100),
            Numbers(32, 1e-3, 400)
        ),
    ];

    /// <summary>The shape of the model.</summary>
    internal DecoderConfig Config { get; } =
        new()
        {
            ModelType = "llama",
            VocabularySize = Task.VocabularySize,
            HiddenSize = 64,
            IntermediateSize = 128,
            LayerCount = 2,
            HeadCount = 4,
            KeyValueHeadCount = 4,
            HeadSize = 16,
            MaxPositions = 32,
            InitializerRange = 0.08,
            EosTokenIds = [Task.EndToken],
        };

    /// <summary>Names task and algorithm among the arguments of a process.</summary>
    internal string Key => $"{Task.Name}/{Algorithm}";

    private static TrainingOptions Numbers(int batch, double rate, int steps) =>
        new()
        {
            Epochs = 1000,
            MaxSteps = steps,
            BatchSize = batch,
            LearningRate = rate,
            Schedule = LearningRateSchedule.Linear,
            SaveSteps = 0,
            Precision = Precision.Fp32,
        };
}
