using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Principles;

/// <summary>How a set of features, or of clauses, foretells choices.</summary>
/// <param name="Findings">What is found of each that differs in any pair, in the order given.</param>
/// <param name="NeverDiffering">The names of those that differ in no pair.</param>
/// <param name="Penalty">λ of the fit to all pairs, chosen by cross-validation.</param>
/// <param name="Accuracy">How often it picks the chosen answer of a pair whose prompt it never saw; λ is chosen without that pair too.</param>
/// <param name="OverCoin">Nats of held-out log-likelihood a pair above a coin's −ln 2, with an interval over prompts.</param>
public sealed record PreferenceModel(
    IReadOnlyList<FeatureFinding> Findings,
    IReadOnlyList<string> NeverDiffering,
    double Penalty,
    WinRate Accuracy,
    Estimate OverCoin
);
