using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Principles;

/// <summary>How far a constitution's clauses explain the choices, and what is preferred that no clause wants.</summary>
/// <param name="Scored">Pairs that have scores.</param>
/// <param name="Model">The clauses alone. A negative coefficient: choices go against the clause.</param>
/// <param name="AccuracyWithFeatures">Held-out accuracy of clauses and all features together.</param>
/// <param name="Added">What each feature adds for itself, the most first.</param>
public sealed record ClauseComparison(int Scored, PreferenceModel Model, WinRate AccuracyWithFeatures, IReadOnlyList<AddedFeature> Added);

/// <summary>A feature laid on top of all clauses.</summary>
/// <param name="Id">The feature.</param>
/// <param name="Name">What reports call it.</param>
/// <param name="Coefficient">The log-odds that a standard deviation of difference adds beside the clauses.</param>
/// <param name="Gain">Nats of held-out log-likelihood a pair that it adds to the clauses.</param>
public sealed record AddedFeature(string Id, string Name, double Coefficient, Estimate Gain)
{
    /// <summary>Whether the gain's interval lies above 0: the choices follow something that no clause wants.</summary>
    public bool IsUnexplained => Gain.Interval!.Value.Low > 0;
}
