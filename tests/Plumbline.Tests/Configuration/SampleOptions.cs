using Plumbline.Configuration;
using Plumbline.Randomness;

namespace Plumbline.Tests.Configuration;

public enum SampleSchedule
{
    Constant,
    WarmupCosine,
    Off,
}

/// <summary>Options with one of everything that options can hold.</summary>
public sealed record SampleOptions : IValidatedOptions
{
    public required string Model { get; init; }

    public string? Adapter { get; init; }

    public double LearningRate { get; init; } = 1e-4;

    public float Beta { get; init; } = 0.1f;

    public int BatchSize { get; init; } = 8;

    public long? MaxSteps { get; init; }

    public Seed Seed { get; init; } = new(17);

    public bool UsePacking { get; init; } = true;

    public SampleSchedule Schedule { get; init; } = SampleSchedule.WarmupCosine;

    public SampleOptimizer Optimizer { get; init; } = new(0.95) { WeightDecay = 0.1 };

    public IReadOnlyList<SampleData> Data { get; init; } = [];

    public IReadOnlyList<string> TargetModules { get; init; } = ["q_proj", "v_proj"];

    public IReadOnlyDictionary<string, double> Rewards { get; init; } = new Dictionary<string, double>();

    public IEnumerable<OptionProblem> Problems()
    {
        if (!(LearningRate > 0))
        {
            yield return new(nameof(LearningRate), LearningRate, "above 0");
        }

        if (BatchSize is < 1 or > 4096)
        {
            yield return new(nameof(BatchSize), BatchSize, "between 1 and 4096", "Start with 8.");
        }
    }
}

public sealed record SampleOptimizer(double Beta2, double Beta1 = 0.9) : IValidatedOptions
{
    public double WeightDecay { get; init; } = 0.01;

    public IEnumerable<OptionProblem> Problems()
    {
        if (Beta1 is not (>= 0 and < 1))
        {
            yield return new(nameof(Beta1), Beta1, "at least 0 and below 1");
        }
    }
}

public sealed record SampleData(string Path, double Weight = 1, int[]? Columns = null)
{
    public string Path { get; } = Path.Length > 0 ? Path : throw new ArgumentException("A path is at least one character.");
}
