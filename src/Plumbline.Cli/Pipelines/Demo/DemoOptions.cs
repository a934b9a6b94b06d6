using Plumbline.Cli.Pipelines.Demo.Constitutional;
using Plumbline.Cli.Pipelines.Rl;
using Plumbline.Configuration;
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

    /// <summary>Both stages of Constitutional AI instead of curated data and rankings; null for these.</summary>
    public DemoConstitutionOptions? Constitution { get; init; }
}

/// <summary>A reward model from the same rankings that DPO learns from, and policies optimised against it.</summary>
internal sealed record DemoRlhfOptions : IValidatedOptions
{
    private static readonly string[] KeptFacts = ["ptx={ batch_size: 16 }", "policy.ptx_coefficient=0.1"];

    /// <summary>
    /// What the policies are optimised with. A reward model of so few rankings knows harm well and facts hardly: GRPO's division by a prompt's spread would blow up what it
    /// imagines where all answers are alike, so advantages are only centred, and PPO pays more for divergence than usual. Both keep learning what they were fine-tuned on, so that they
    /// keep its facts. Chosen on the seeds 1001 and 1002.
    /// </summary>
    public IReadOnlyList<DemoAlgorithm> Algorithms { get; init; } =
    [
        new("grpo") { Set = ["rollout.advantage_type=dr_grpo", "rollout.passes=2", .. KeptFacts] },
        new("ppo") { Set = ["rollout.kl_reward.coefficient=0.1", "rollout.passes=2", .. KeptFacts] },
    ];

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
            LearningRate = 1e-4,
            BatchSize = 32,
            Schedule = LearningRateSchedule.Linear,
        };

    public int Members { get; init; } = 2;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        var known = RlAlgorithm.All.Select(algorithm => algorithm.Name).ToList();
        foreach (var name in Algorithms.Select(algorithm => algorithm.Name).Except(known, StringComparer.Ordinal))
        {
            yield return new OptionProblem(nameof(Algorithms), name, $"one of {string.Join(", ", known)}");
        }

        // A report tells models apart by their algorithm's name.
        if (Algorithms.CountBy(algorithm => algorithm.Name).FirstOrDefault(count => count.Value > 1).Key is { } twice)
        {
            yield return new OptionProblem(nameof(Algorithms), $"{twice}, twice", "a list that names each algorithm once");
        }

        if (Prompts < 1)
        {
            yield return new OptionProblem(nameof(Prompts), Prompts, "at least 1");
        }

        if (Members < 1)
        {
            yield return new OptionProblem(nameof(Members), Members, "at least 1");
        }
    }
}

/// <summary>An algorithm of <c>plumb rl</c>.</summary>
/// <param name="Name">Its name.</param>
internal sealed record DemoAlgorithm(string Name)
{
    /// <summary>Options of <c>plumb rl</c> over what it runs with otherwise, such as <c>policy.beta=0.1</c>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];
}
