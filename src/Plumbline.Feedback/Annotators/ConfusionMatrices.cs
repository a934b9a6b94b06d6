namespace Plumbline.Feedback.Annotators;

/// <summary>The parameters of <see cref="DawidSkene"/>.</summary>
internal sealed class ConfusionMatrices : ILatentParameters
{
    private readonly LabelTable labels;
    private readonly double priorLabels;
    private readonly int classes;

    // [raters, labels, true classes]: what is added for a label stands together.
    private readonly double[] logs;
    private readonly double[] logShares;

    public ConfusionMatrices(LabelTable labels, double priorLabels)
    {
        (this.labels, this.priorLabels, classes) = (labels, priorLabels, labels.Classes.Count);
        logs = new double[labels.Raters.Count * classes * classes];
        logShares = new double[classes];
        // Where there is one class nothing is fitted, and it is said always: log 1.
    }

    public int States => classes;

    public double LogPrior
    {
        get
        {
            if (priorLabels == 0)
            {
                return 0;
            }

            var sum = 0.0;
            foreach (var log in logs)
            {
                sum += log;
            }

            return Cell * sum;
        }
    }

    // What is known of each cell beforehand.
    private double Cell => priorLabels / classes / classes;

    public double Log(int rater, int trueClass, int label) => logs[At(rater, label) + trueClass];

    public void Maximise(ReadOnlySpan<double> posteriors)
    {
        OneCoinDawidSkene.LogShares(posteriors, logShares);
        Array.Fill(logs, Cell);
        for (var item = 0; item < labels.Items.Count; item++)
        {
            var range = labels.LabelsOfItem(item);
            var raters = labels.RaterOf[range];
            var given = labels.ClassOf[range];
            var shares = posteriors.Slice(item * classes, classes);
            for (var i = 0; i < raters.Length; i++)
            {
                var counts = logs.AsSpan(At(raters[i], given[i]), classes);
                for (var kind = 0; kind < counts.Length; kind++)
                {
                    counts[kind] += shares[kind];
                }
            }
        }

        for (var rater = 0; rater < labels.Raters.Count; rater++)
        {
            for (var kind = 0; kind < classes; kind++)
            {
                Normalise(rater, kind);
            }
        }
    }

    public void JointLogs(int item, Span<double> joint)
    {
        logShares.CopyTo(joint);
        var range = labels.LabelsOfItem(item);
        var raters = labels.RaterOf[range];
        var given = labels.ClassOf[range];
        for (var i = 0; i < raters.Length; i++)
        {
            var column = logs.AsSpan(At(raters[i], given[i]), joint.Length);
            for (var kind = 0; kind < joint.Length; kind++)
            {
                joint[kind] += column[kind];
            }
        }
    }

    public void Score(int item, int label, Span<double> scores, Span<double> informations)
    {
        var rater = labels.RaterOf[label];
        for (var kind = 0; kind < classes; kind++)
        {
            var right = Math.Exp(Log(rater, kind, kind));
            scores[kind] = (kind == labels.ClassOf[label] ? 1 : 0) - right;
            informations[kind] = right * (1 - right);
        }
    }

    public double PriorInformation(int rater)
    {
        var sum = 0.0;
        for (var kind = 0; kind < classes; kind++)
        {
            var right = Math.Exp(Log(rater, kind, kind));
            sum += priorLabels / classes * right * (1 - right);
        }

        return sum;
    }

    public double Accuracy(int rater, double shift)
    {
        var sum = 0.0;
        for (var kind = 0; kind < classes; kind++)
        {
            sum += Math.Exp(logShares[kind]) * Odds.Shift(Math.Exp(Log(rater, kind, kind)), shift);
        }

        return sum;
    }

    private int At(int rater, int label) => ((rater * classes) + label) * classes;

    private void Normalise(int rater, int trueClass)
    {
        var sum = 0.0;
        for (var label = 0; label < classes; label++)
        {
            sum += logs[At(rater, label) + trueClass];
        }

        for (var label = 0; label < classes; label++)
        {
            // Of a class that the rater never met nothing is known.
            ref var log = ref logs[At(rater, label) + trueClass];
            log = Math.Log(sum > 0 ? log / sum : 1.0 / classes);
        }
    }
}
