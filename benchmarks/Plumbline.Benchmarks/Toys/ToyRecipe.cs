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

    private static readonly RolloutOptions WithCritic = new()
    {
        AdvantageType = "gae",
        AnswersPerPrompt = 1,
        Passes = 4,
        WhitenAdvantages = true,
    };

    /// <summary>The rows.</summary>
    internal static IReadOnlyList<ToyRecipe> All { get; } =
    [
        new(
            new RandomWalkTask(),
            "PPO",
            WithCritic,
            Clip with
            {
                ValueCoefficient = 1.2,
            },
            true,
            Numbers(64, 1e-3, 160),
            Numbers(128, 1e-3, 400)
        ),
        new(
            new RandomWalkTask(),
            "RLOO",
            Groups with
            {
                AdvantageType = "rloo",
            },
            new PolicyOptions { LossType = "reinforce" },
            false,
            Numbers(64, 1e-3, 160),
            Numbers(16, 1e-3, 400)
        ),
        new(StringTasks.Copy, "GRPO", Groups, Clip, false, Numbers(64, 2e-3, 400), Numbers(32, 1e-3, 400)),
        new(StringTasks.Sort, "GRPO", Groups, Clip, false, Numbers(64, 2e-3, 400), Numbers(32, 1e-3, 400)),
        new(StringTasks.Parity, "GRPO", Groups, Clip, false, Numbers(64, 2e-3, 600), Numbers(32, 5e-4, 600)),
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
