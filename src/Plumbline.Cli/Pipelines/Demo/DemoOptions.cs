using Plumbline.Randomness;
using Plumbline.TinyWorld;
using Plumbline.Training.Loop;

namespace Plumbline.Cli.Pipelines.Demo;

/// <summary>The whole loop on the tiny world. Defaults are what <c>plumb demo</c> runs.</summary>
internal sealed record DemoOptions
{
    public Seed Seed { get; init; } = new(17);

    public DirtyCorpusOptions Corpus { get; init; } = new();

    public WorldOptions World { get; init; } = new();

    public TinyModelOptions Model { get; init; } =
        new()
        {
            VocabularySize = 1536,
            HiddenSize = 192,
            IntermediateSize = 512,
            Layers = 4,
            Heads = 3,
            KeyValueHeads = 1,
        };

    public int MaxLength { get; init; } = 160;

    public TrainingOptions Pretrain { get; init; } =
        new()
        {
            Epochs = 3,
            LearningRate = 2e-3,
            BatchSize = 32,
            WeightDecay = 0.01,
        };

    public FineTuningOptions Sft { get; init; } =
        new()
        {
            Epochs = 2,
            LearningRate = 1e-3,
            BatchSize = 32,
        };

    public TrainingOptions Dpo { get; init; } =
        new()
        {
            Epochs = 1,
            LearningRate = 1.5e-4,
            BatchSize = 16,
        };

    public double Beta { get; init; } = 0.1;

    public int PreferencePrompts { get; init; } = 1500;

    public int AnswersPerPrompt { get; init; } = 4;

    /// <summary>The third step of RLHF beside DPO; null to leave it out.</summary>
    public DemoRlhfOptions? Rlhf { get; init; }
}

/// <summary>A reward model from the same rankings that DPO learns from, and policies optimised against it.</summary>
internal sealed record DemoRlhfOptions
{
    public IReadOnlyList<string> Algorithms { get; init; } = ["grpo", "ppo"];

    public int Prompts { get; init; } = 1000;

    public TrainingOptions Reward { get; init; } =
        new()
        {
            Epochs = 1,
            LearningRate = 3e-4,
            BatchSize = 16,
        };

    public TrainingOptions Training { get; init; } =
        new()
        {
            Epochs = 1,
            LearningRate = 2e-4,
            BatchSize = 32,
            Schedule = LearningRateSchedule.Linear,
        };

    public int Members { get; init; } = 2;
}
