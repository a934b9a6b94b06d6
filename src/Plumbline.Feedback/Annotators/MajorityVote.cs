using Plumbline.Configuration;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Feedback.Annotators;

/// <summary>Every rater counts the same: an item's distribution is its share of votes.</summary>
/// <remarks>
/// A rater's accuracy is the share of labels that agree with the majority, where tied winners share a point. Its Wilson interval takes the majority for the truth. The rater's own vote is part of the majority, which
/// flatters whoever labels where few others do: an item's only rater always agrees. O(n) for n labels.
/// </remarks>
/// <param name="confidence">The confidence of intervals, in (0, 1).</param>
public sealed class MajorityVote(double confidence = 0.95) : IAnnotatorModel
{
    /// <inheritdoc/>
    public string Name => "majority vote";

    /// <inheritdoc/>
    public AnnotatorFit Fit(LabelTable labels, CancellationToken cancellation = default)
    {
        Check(confidence);
        var shares = labels.VoteShares();
        return new AnnotatorFit(shares)
        {
            Model = Name,
            Labels = labels,
            Skills = Skills(labels, Agreements(labels, shares), confidence),
        };
    }

    /// <summary>Throws where a confidence is none.</summary>
    internal static void Check(double confidence) => OptionsValidation.ThrowIfInvalid(new AnnotatorOptions { Confidence = confidence });

    /// <summary>How many of each rater's labels agree with the items' likeliest classes; several as likely share a point.</summary>
    internal static double[] Agreements(LabelTable labels, double[] shares)
    {
        var agreements = new double[labels.Raters.Count];
        for (var item = 0; item < labels.Items.Count; item++)
        {
            var of = shares.AsSpan(item * labels.Classes.Count, labels.Classes.Count);
            var most = 0.0;
            foreach (var share in of)
            {
                most = Math.Max(most, share);
            }

            // Shares that are the same number of votes may differ by rounding.
            most -= 1e-12;
            var winners = 0;
            foreach (var share in of)
            {
                winners += share >= most ? 1 : 0;
            }

            var range = labels.LabelsOfItem(item);
            var raters = labels.RaterOf[range];
            var classes = labels.ClassOf[range];
            for (var i = 0; i < raters.Length; i++)
            {
                agreements[raters[i]] += of[classes[i]] >= most ? 1.0 / winners : 0;
            }
        }

        return agreements;
    }

    /// <summary>Accuracies as shares of agreeing labels, with Wilson intervals.</summary>
    internal static RaterSkill[] Skills(LabelTable labels, double[] agreements, double confidence)
    {
        var skills = new RaterSkill[agreements.Length];
        for (var rater = 0; rater < skills.Length; rater++)
        {
            var count = labels.LabelsOf[rater];
            var right = Math.Min(agreements[rater], count);
            skills[rater] = new RaterSkill(
                labels.Raters[rater],
                count,
                labels.Classes.Count == 1 ? null : new Estimate(right / count, Proportion.Wilson(right, count, confidence))
            );
        }

        return skills;
    }
}
