using Plumbline.Configuration;

namespace Plumbline.Feedback.Selection.Rewards;

/// <summary>
/// A reward that is linear in features of prompt and answer, learnt from rankings as they come: θ ~ N(0, τ²·I), Plackett and Luce's likelihood, Laplace's approximation of
/// the posterior (MacKay 1992, "The evidence framework applied to classification networks"). Not thread-safe.
/// </summary>
public sealed class LinearRewardModel
{
    private readonly LinearRewardOptions options;
    private readonly List<ObservedRanking> rankings = [];

    /// <summary>A model that has seen nothing.</summary>
    /// <param name="dimension">How many features an answer has, at least 1.</param>
    /// <param name="options">The numbers; null for the defaults.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public LinearRewardModel(int dimension, LinearRewardOptions? options = null)
    {
        this.options = OptionsValidation.ThrowIfInvalid(options ?? new LinearRewardOptions());
        Posterior = RewardPosterior.Prior(dimension, this.options.PriorVariance);
    }

    /// <summary>What is known of the weights.</summary>
    public RewardPosterior Posterior { get; private set; }

    /// <summary>What was learnt from, in order.</summary>
    public IReadOnlyList<ObservedRanking> Rankings => rankings;

    /// <summary>Learns one ranking in time that does not grow with their number (<see cref="RewardPosterior.After(ObservedRanking)"/>).</summary>
    /// <param name="ranking">The ranking.</param>
    /// <param name="pool">Candidates that were refreshed by this model's posterior and shall follow it.</param>
    /// <exception cref="ArgumentException">The ranking's answers have another number of features.</exception>
    public void Learn(ObservedRanking ranking, CandidatePool? pool = null)
    {
        Posterior = Posterior.After(ranking, out var update);
        rankings.Add(ranking);
        pool?.Follow(update);
    }

    /// <summary>Fits all rankings together: the exact mode, and the curvature there.</summary>
    public void Refit() => Posterior = LaplaceFit.Of(rankings, options, Posterior.Mean);
}
