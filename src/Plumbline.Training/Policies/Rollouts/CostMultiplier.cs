using Plumbline.Configuration;
using Plumbline.Training.Loop;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>The constraint of Safe RLHF (arXiv 2310.12773): the highest reward among policies whose expected cost is at most a budget.</summary>
public sealed record ConstraintOptions : IValidatedOptions
{
    /// <summary>d: the mean cost that is allowed. A cost model's 0 parts harmful answers from harmless ones, so below 0 most must be harmless.</summary>
    /// <value>0</value>
    public double Budget { get; init; }

    /// <summary>λ at the start: what a unit of cost is worth in units of reward; above 0.</summary>
    /// <value>1</value>
    public double InitialMultiplier { get; init; } = 1;

    /// <summary>How fast λ follows: ln λ ← ln λ + rate · (mean cost − d), after every round.</summary>
    /// <value>0.1</value>
    public double Rate { get; init; } = 0.1;

    /// <summary>The largest λ.</summary>
    /// <value>100</value>
    public double LargestMultiplier { get; init; } = 100;

    /// <summary>Answers whose costs are averaged, the latest ones.</summary>
    /// <value>128</value>
    public int Window { get; init; } = 128;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (double.IsFinite(Budget), nameof(Budget), Budget, "a finite number"),
            (
                InitialMultiplier > 0 && InitialMultiplier <= LargestMultiplier,
                nameof(InitialMultiplier),
                InitialMultiplier,
                "above 0, and at most the largest"
            ),
            (Rate > 0 && double.IsFinite(Rate), nameof(Rate), Rate, "above 0"),
            (LargestMultiplier > 0 && double.IsFinite(LargestMultiplier), nameof(LargestMultiplier), LargestMultiplier, "above 0"),
            (Window is >= 1 and <= 1 << 20, nameof(Window), Window, "between 1 and 1048576"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}

/// <summary>
/// λ of max E[R] − λ·(E[C] − d): gradient ascent on its logarithm, so that it stays above 0 and moves by shares. What is trained on is (R − λC)/(1 + λ), whose scale
/// does not grow with λ.
/// </summary>
/// <param name="options">Budget, start and rate.</param>
public sealed class CostMultiplier(ConstraintOptions options)
{
    private readonly Queue<double> costs = new();

    /// <summary>ln λ.</summary>
    public double Log { get; private set; } = Math.Log(options.InitialMultiplier);

    /// <summary>λ.</summary>
    public double Value => Math.Exp(Log);

    /// <summary>The latest costs, oldest first.</summary>
    public IReadOnlyList<double> Costs => [.. costs];

    /// <summary>(r − λc)/(1 + λ).</summary>
    public static double Combined(double reward, double cost, double multiplier) => (reward - (multiplier * cost)) / (1 + multiplier);

    /// <summary>Takes the costs of a round in.</summary>
    /// <param name="round">One cost an answer.</param>
    /// <param name="metrics">Receives λ as it was in the round, the mean cost of the window, and the budget; null for nobody.</param>
    public void Observe(IReadOnlyList<double> round, MetricSums? metrics = null)
    {
        foreach (var cost in round)
        {
            costs.Enqueue(cost);
        }

        while (costs.Count > options.Window)
        {
            costs.Dequeue();
        }

        if (costs.Count == 0)
        {
            return;
        }

        var mean = costs.Average();
        metrics?.Add("constraint/multiplier", Value, 1);
        metrics?.Add("constraint/cost", mean, 1);
        metrics?.Add("constraint/budget", options.Budget, 1);
        Log = Math.Min(Log + (options.Rate * (mean - options.Budget)), Math.Log(options.LargestMultiplier));
    }

    /// <summary>Goes on from a saved state.</summary>
    internal void Restore(double log, IReadOnlyList<double> saved)
    {
        Log = log;
        costs.Clear();
        foreach (var cost in saved)
        {
            costs.Enqueue(cost);
        }
    }
}
