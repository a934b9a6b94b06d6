using Plumbline.Evaluation.Statistics;

namespace Plumbline.Feedback.Annotators;

/// <summary>What a model says of items and raters; some models say more (<see cref="DawidSkeneFit"/>, <see cref="GladFit"/>, <see cref="MaceFit"/>).</summary>
public record AnnotatorFit
{
    // [items, classes].
    private readonly double[] posteriors;

    internal AnnotatorFit(double[] posteriors) => this.posteriors = posteriors;

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>What it was fitted to.</summary>
    public required LabelTable Labels { get; init; }

    /// <summary>How good each rater is, in the order of <see cref="LabelTable.Raters"/>.</summary>
    public required IReadOnlyList<RaterSkill> Skills { get; init; }

    /// <summary>
    /// The objective after each iteration: the log-likelihood, plus the logarithm of the prior density but for a constant. It never falls. Empty for models that are not fitted by iterations.
    /// </summary>
    public IReadOnlyList<double> Objectives { get; init; } = [];

    /// <summary>The logarithm of the labels' probability, in nats; null for models that give none.</summary>
    public double? LogLikelihood { get; init; }

    /// <summary>Whether the last iteration was within the tolerance, rather than at the cap.</summary>
    public bool Converged { get; init; } = true;

    /// <summary>How many iterations were made.</summary>
    public int Iterations => Objectives.Count;

    /// <summary>The mean of the items' distributions: how common each class is.</summary>
    public IReadOnlyList<double> ClassShares
    {
        get
        {
            var shares = new double[Labels.Classes.Count];
            for (var item = 0; item < Labels.Items.Count; item++)
            {
                var distribution = Distribution(item);
                for (var kind = 0; kind < shares.Length; kind++)
                {
                    shares[kind] += distribution[kind] / Labels.Items.Count;
                }
            }

            return shares;
        }
    }

    /// <summary>The probability of each class of an item; they sum to 1.</summary>
    /// <param name="item">The item's place in <see cref="LabelTable.Items"/>.</param>
    public ReadOnlySpan<double> Distribution(int item) => posteriors.AsSpan(item * Labels.Classes.Count, Labels.Classes.Count);

    /// <summary>The place of an item's likeliest class; of several as likely the first.</summary>
    /// <param name="item">The item's place.</param>
    public int Likeliest(int item)
    {
        var distribution = Distribution(item);
        var best = 0;
        for (var kind = 1; kind < distribution.Length; kind++)
        {
            best = distribution[kind] > distribution[best] ? kind : best;
        }

        return best;
    }
}

/// <summary>How good a rater is.</summary>
/// <param name="Rater">The rater's name.</param>
/// <param name="Labels">How many labels it rests on.</param>
/// <param name="Accuracy">
/// The chance that a label of the rater is right, in [0, 1]; its interval is null where the labels do not tell it. Null where there is one class only, so that nobody can be wrong.
/// </param>
public sealed record RaterSkill(string Rater, int Labels, Estimate? Accuracy);
