using Plumbline.Configuration;

namespace Plumbline.Feedback.Selection.Rewards;

/// <summary>
/// A reward that is linear in features of prompt and answer, learnt from rankings as they come: θ ~ N(0, τ²·I), Plackett and Luce's likelihood, Laplace's approximation of
/// the posterior (MacKay 1992, "The evidence framework applied to classification networks"). Not thread-safe.
/// </summary>
public sealed class LinearRewardModel
{
    private readonly LinearRewardOptions options;

    // A factor of four either way is one standard deviation of the prior of log τ².
    private static readonly double Spread = Math.Log(4);

    private readonly List<ObservedRanking> rankings = [];

    /// <summary>A model that has seen nothing.</summary>
    /// <param name="dimension">How many features an answer has, at least 1.</param>
    /// <param name="options">The numbers; null for the defaults.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public LinearRewardModel(int dimension, LinearRewardOptions? options = null)
    {
        this.options = OptionsValidation.ThrowIfInvalid(options ?? new LinearRewardOptions());
        PriorVariance = this.options.PriorVariance;
        Posterior = RewardPosterior.Prior(dimension, PriorVariance);
    }

    /// <summary>What is known of the weights.</summary>
    public RewardPosterior Posterior { get; private set; }

    /// <summary>τ², as given or as the last refit learnt it.</summary>
    public double PriorVariance { get; private set; }

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
    /// <remarks>
    /// Where τ² is learnt it is doubled or halved from its last value while that raises the evidence (MacKay 1992) plus the log density of log τ² ~ N(log of the given τ², (ln 4)²), without which a
    /// few labels that contradict each other would end all learning.
    /// </remarks>
    public void Refit()
    {
        var (best, posterior) = (Fit(PriorVariance, out var fitted), fitted);
        for (var factor = 2.0; options.LearnPriorVariance && factor >= 0.5; factor /= 4)
        {
            var moved = false;
            while (Fit(PriorVariance * factor, out var other) is var plausibility && plausibility > best)
            {
                (best, posterior, PriorVariance, moved) = (plausibility, other, PriorVariance * factor, true);
            }

            if (moved)
            {
                break;
            }
        }

        Posterior = posterior;
    }

    private double Fit(double variance, out RewardPosterior posterior)
    {
        posterior = LaplaceFit.Of(rankings, variance, options, Posterior.Mean, out var evidence);
        var distance = Math.Log(variance / options.PriorVariance) / Spread;
        return evidence - (distance * distance / 2);
    }
}
