namespace Plumbline.Feedback.Annotators;

/// <summary>Weighted majority by agreement with the aggregate (Wawa): votes weigh as much as the rater agrees with the plain majority.</summary>
/// <remarks>
/// Known by that name from Appen. Accuracies are those of <see cref="MajorityVote"/>, with their intervals and with what flatters them. O(n) for n labels.
/// </remarks>
/// <param name="confidence">The confidence of intervals, in (0, 1).</param>
public sealed class WeightedMajority(double confidence = 0.95) : IAnnotatorModel
{
    /// <inheritdoc/>
    public string Name => "weighted majority";

    /// <inheritdoc/>
    public AnnotatorFit Fit(LabelTable labels, CancellationToken cancellation = default)
    {
        MajorityVote.Check(confidence);
        var agreements = MajorityVote.Agreements(labels, labels.VoteShares());
        var weighted = new double[labels.Items.Count * labels.Classes.Count];
        for (var item = 0; item < labels.Items.Count; item++)
        {
            var range = labels.LabelsOfItem(item);
            var raters = labels.RaterOf[range];
            var classes = labels.ClassOf[range];
            var of = weighted.AsSpan(item * labels.Classes.Count, labels.Classes.Count);
            // Above 0: whoever voted for a winner here agrees at least with this one.
            var all = 0.0;
            for (var i = 0; i < raters.Length; i++)
            {
                var weight = agreements[raters[i]] / labels.LabelsOf[raters[i]];
                of[classes[i]] += weight;
                all += weight;
            }

            foreach (ref var share in of)
            {
                share /= all;
            }
        }

        return new AnnotatorFit(weighted)
        {
            Model = Name,
            Labels = labels,
            Skills = MajorityVote.Skills(labels, agreements, confidence),
        };
    }
}
