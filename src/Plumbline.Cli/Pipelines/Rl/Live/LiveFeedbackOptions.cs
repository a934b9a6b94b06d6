using Plumbline.Configuration;
using Plumbline.Training.Loop;

namespace Plumbline.Cli.Pipelines.Rl.Live;

/// <summary>The reward model that people's rankings keep fresh while the policy learns, with <c>--feedback STORE</c>.</summary>
public sealed record LiveFeedbackOptions : IValidatedOptions
{
    /// <summary>Reward models to begin with, as <c>plumb reward</c> writes them; at least two, whose disagreement says which answers to ask about.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>What their mean score counts in the reward.</summary>
    /// <value>1</value>
    public double Weight { get; init; } = 1;

    /// <summary>k of mean − k·deviation over the members.</summary>
    /// <value>1</value>
    public double Pessimism { get; init; } = 1;

    /// <summary>The criterion whose ranks count; null for the overall ones.</summary>
    public string? Criterion { get; init; }

    /// <summary>New rankings that start a refresh; it learns from all rankings so far.</summary>
    /// <value>16</value>
    public int RefreshEvery { get; init; } = 16;

    /// <summary>The numbers of a refresh.</summary>
    public TrainingOptions Training { get; init; } =
        new()
        {
            Epochs = 1,
            LearningRate = 1e-5,
            BatchSize = 16,
        };

    /// <summary>Comparisons asked for in a round, at most.</summary>
    /// <value>8</value>
    public int AskPerRound { get; init; } = 8;

    /// <summary>The share of them that is drawn at random instead: what is known of a policy must not come from its hardest answers alone.</summary>
    /// <value>0.25</value>
    public double RandomShare { get; init; } = 0.25;

    /// <summary>Nothing is asked while so many requests are open.</summary>
    /// <value>200</value>
    public int MostOpen { get; init; } = 200;

    /// <summary>Rankings wanted of each comparison, each of another rater.</summary>
    /// <value>1</value>
    public int RankingsWanted { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (Paths.Count is 0 or (>= 2 and <= 64), nameof(Paths), Paths.Count, "2 to 64 folders"),
            (double.IsFinite(Weight) && Weight != 0, nameof(Weight), Weight, "a finite number other than 0"),
            (Pessimism >= 0 && double.IsFinite(Pessimism), nameof(Pessimism), Pessimism, "0 or more"),
            (RefreshEvery >= 1, nameof(RefreshEvery), RefreshEvery, "at least 1"),
            (AskPerRound is >= 0 and <= 1000, nameof(AskPerRound), AskPerRound, "between 0 and 1000"),
            (RandomShare is >= 0 and <= 1, nameof(RandomShare), RandomShare, "in [0, 1]"),
            (MostOpen is >= 1 and <= 1000, nameof(MostOpen), MostOpen, "between 1 and 1000"),
            (RankingsWanted is >= 1 and <= 100, nameof(RankingsWanted), RankingsWanted, "between 1 and 100"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
