namespace Plumbline.Feedback.Annotators;

/// <summary>How the labels of one item pull on their raters' skills, over the states it may be in (<see cref="SkillInformation"/>).</summary>
internal sealed class ItemScores(LabelTable labels, ILatentParameters parameters, double[] posteriors)
{
    private readonly int states = parameters.States;
    private readonly double[] given = new double[parameters.States];
    private readonly double[] shares = new double[parameters.States];
    private double[] deviations = [];
    private double[] informations = [];
    private int first;

    /// <summary>How many labels the item has.</summary>
    public int Count { get; private set; }

    /// <summary>Reads an item.</summary>
    public void Read(int item)
    {
        (first, Count) = labels.LabelsOfItem(item).GetOffsetAndLength(labels.Count);
        if (informations.Length < Count)
        {
            informations = new double[Count];
            deviations = new double[Count * states];
        }

        parameters.StateShares(item, posteriors.AsSpan(item * labels.Classes.Count, labels.Classes.Count), shares);
        for (var label = 0; label < Count; label++)
        {
            var scores = deviations.AsSpan(label * states, states);
            parameters.Score(item, first + label, scores, given);
            var (mean, information) = (0.0, 0.0);
            for (var state = 0; state < states; state++)
            {
                // A state that the item cannot be in may have no score.
                mean += shares[state] > 0 ? shares[state] * scores[state] : 0;
                information += shares[state] > 0 ? shares[state] * given[state] : 0;
            }

            informations[label] = information;
            foreach (ref var score in scores)
            {
                score -= mean;
            }
        }
    }

    /// <summary>The rater of a label.</summary>
    public int Rater(int label) => labels.RaterOf[first + label];

    /// <summary>E_z h.</summary>
    public double Information(int label) => informations[label];

    /// <summary>Cov_z of two labels' scores.</summary>
    public double Covariance(int one, int other)
    {
        var sum = 0.0;
        for (var state = 0; state < states; state++)
        {
            var share = shares[state];
            sum += share > 0 ? share * deviations[(one * states) + state] * deviations[(other * states) + state] : 0;
        }

        return sum;
    }
}
