using Plumbline.Configuration;
using Plumbline.Models.Generation;
using Plumbline.Training.Loop;

namespace Plumbline.Cli.Pipelines.Align;

/// <summary>A pipeline file of <c>plumb align</c>: model, data, steps and budget.</summary>
public sealed record AlignOptions : PipelineOptions
{
    /// <summary>What is aligned.</summary>
    public PipelineModelOptions Model { get; init; } = new();

    /// <summary>The preference data.</summary>
    public required PipelineDataOptions Data { get; init; }

    /// <summary>The steps and their numbers.</summary>
    public AlignStepOptions Steps { get; init; } = new();

    /// <summary>What the run may cost.</summary>
    public AlignBudgetOptions Budget { get; init; } = new();

    /// <summary>What the report shows beside the figures.</summary>
    public AlignReportOptions Report { get; init; } = new();
}

/// <summary>The training steps.</summary>
public sealed record AlignStepOptions
{
    /// <summary>Pretraining of a tiny model on the training conversations.</summary>
    public TrainingOptions Pretrain { get; init; } =
        new()
        {
            Epochs = 2,
            LearningRate = 1e-3,
            BatchSize = 16,
        };

    /// <summary>Supervised fine-tuning on the chosen answers.</summary>
    public FineTuningOptions Sft { get; init; } =
        new()
        {
            Epochs = 1,
            LearningRate = 3e-4,
            BatchSize = 16,
        };

    /// <summary>Direct preference optimisation on the pairs.</summary>
    public AlignPreferenceOptions Dpo { get; init; } = new();
}

/// <summary>Direct preference optimisation.</summary>
public sealed record AlignPreferenceOptions : IValidatedOptions
{
    /// <summary>How strongly the policy is held to its start.</summary>
    /// <value>0.1</value>
    public double Beta { get; init; } = 0.1;

    /// <summary>Whether pairs that say so in the column <c>confidence</c> are learnt as being that sure, and not as certain.</summary>
    /// <value>true</value>
    public bool SoftLabels { get; init; } = true;

    /// <summary>The numbers of the run.</summary>
    public TrainingOptions Training { get; init; } =
        new()
        {
            Epochs = 1,
            LearningRate = 5e-5,
            BatchSize = 16,
        };

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (!(Beta > 0) || !double.IsFinite(Beta))
        {
            yield return new(nameof(Beta), Beta, "above 0");
        }
    }
}

/// <summary>What a run may cost.</summary>
public sealed record AlignBudgetOptions : IValidatedOptions
{
    /// <summary>The longest conversation in tokens; longer ones are left out and counted.</summary>
    /// <value>512</value>
    public int MaxLength { get; init; } = 512;

    /// <summary>Minutes after which the run saves its state and stops; the same command then goes on. 0 for no limit.</summary>
    /// <value>0</value>
    public double Minutes { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (MaxLength is < 8 or > 1 << 20)
        {
            yield return new(nameof(MaxLength), MaxLength, "between 8 and 1048576");
        }

        if (!(Minutes >= 0) || !double.IsFinite(Minutes))
        {
            yield return new(nameof(Minutes), Minutes, "0 (no limit) or more");
        }
    }
}

/// <summary>What the report shows beside the figures.</summary>
public sealed record AlignReportOptions
{
    /// <summary>Sample answers to held-out prompts.</summary>
    /// <value>6</value>
    public int Samples { get; init; } = 6;

    /// <summary>How they are sampled.</summary>
    public AlignGenerationOptions Generation { get; init; } = new();
}

/// <summary>How sample answers are drawn.</summary>
public sealed record AlignGenerationOptions : IValidatedOptions
{
    /// <summary>At most so many new tokens.</summary>
    /// <value>64</value>
    public int MaxNewTokens { get; init; } = 64;

    /// <summary>Divides the logits before the softmax; 0 takes the most likely token.</summary>
    /// <value>0.7</value>
    public double Temperature { get; init; } = 0.7;

    /// <summary>Only the so many most likely tokens; 0 for all.</summary>
    /// <value>0</value>
    public int TopK { get; init; }

    /// <summary>Only the smallest set of most likely tokens whose probabilities reach this sum, in (0, 1].</summary>
    /// <value>0.9</value>
    public double TopP { get; init; } = 0.9;

    /// <summary>Answers drawn at a time.</summary>
    /// <value>64</value>
    public int BatchSize { get; init; } = 64;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        foreach (var problem in Sampling([]).Problems())
        {
            yield return problem;
        }

        if (BatchSize is < 1 or > 1 << 16)
        {
            yield return new(nameof(BatchSize), BatchSize, "between 1 and 65536");
        }
    }

    /// <summary>The sampler's options.</summary>
    /// <param name="endTokens">The model's.</param>
    internal SamplingOptions Sampling(IReadOnlyList<int> endTokens) =>
        new()
        {
            MaxNewTokens = MaxNewTokens,
            Temperature = Temperature,
            TopK = TopK,
            TopP = TopP,
            EndTokens = endTokens,
        };
}
