namespace Plumbline.Feedback.Annotators;

/// <summary>The parameters of <see cref="Mace"/>.</summary>
internal sealed class SpammingHabits : ILatentParameters
{
    private readonly LabelTable labels;
    private readonly double priorLabels;
    private readonly int classes;
    private readonly double[] competences;

    // [raters, classes].
    private readonly double[] spamming;
    private readonly double[] logSpammed;
    private readonly double[] logRight;
    private readonly double[] shares;

    public SpammingHabits(LabelTable labels, double priorLabels)
    {
        (this.labels, this.priorLabels, classes) = (labels, priorLabels, labels.Classes.Count);
        competences = new double[labels.Raters.Count];
        spamming = new double[labels.Raters.Count * classes];
        logSpammed = new double[spamming.Length];
        logRight = new double[spamming.Length];
        shares = new double[classes];
        Array.Fill(competences, 0.5);
        Array.Fill(spamming, 1.0 / classes);
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
            for (var rater = 0; rater < competences.Length; rater++)
            {
                sum += priorLabels / 2 * (Math.Log(competences[rater]) + Math.Log(1 - competences[rater]));
            }

            foreach (var share in spamming)
            {
                sum += priorLabels / classes * Math.Log(share);
            }

            return sum;
        }
    }

    public double Competence(int rater) => competences[rater];

    public double Spamming(int rater, int label) => spamming[(rater * classes) + label];

    /// <summary>Sets how common classes are, for accuracies only.</summary>
    public void SetShares(ReadOnlySpan<double> posteriors)
    {
        OneCoinDawidSkene.LogShares(posteriors, shares);
        foreach (ref var share in shares.AsSpan())
        {
            share = Math.Exp(share);
        }
    }

    // Given the true class, whether a label that is right was known or spammed has the chances θ and (1 − θ)·ξ.
    public void Maximise(ReadOnlySpan<double> posteriors)
    {
        var known = new double[competences.Length];
        var spammed = new double[spamming.Length];
        Array.Fill(known, priorLabels / 2);
        Array.Fill(spammed, priorLabels / classes);
        var unknown = new double[competences.Length];
        Array.Fill(unknown, priorLabels / 2);
        for (var item = 0; item < labels.Items.Count; item++)
        {
            var range = labels.LabelsOfItem(item);
            var raters = labels.RaterOf[range];
            var given = labels.ClassOf[range];
            for (var i = 0; i < raters.Length; i++)
            {
                var (rater, label) = (raters[i], given[i]);
                var here = posteriors[(item * classes) + label] * KnownShare(rater, label);
                known[rater] += here;
                unknown[rater] += 1 - here;
                spammed[(rater * classes) + label] += 1 - here;
            }
        }

        for (var rater = 0; rater < competences.Length; rater++)
        {
            competences[rater] = known[rater] / (known[rater] + unknown[rater]);
            Spread(rater, spammed.AsSpan(rater * classes, classes));
        }
    }

    public void JointLogs(int item, Span<double> logs)
    {
        logs.Fill(-Math.Log(classes));
        var range = labels.LabelsOfItem(item);
        var raters = labels.RaterOf[range];
        var given = labels.ClassOf[range];
        for (var i = 0; i < raters.Length; i++)
        {
            var at = (raters[i] * classes) + given[i];
            for (var kind = 0; kind < logs.Length; kind++)
            {
                logs[kind] += kind == given[i] ? logRight[at] : logSpammed[at];
            }
        }
    }

    // In log-odds t of θ: P' = θ(1 − θ)([label = class] − ξ), P'' = (1 − 2θ)P'.
    public void Score(int item, int label, Span<double> scores, Span<double> informations)
    {
        var (rater, said) = (labels.RaterOf[label], labels.ClassOf[label]);
        var (competence, spam) = (competences[rater], Spamming(rater, said));
        for (var kind = 0; kind < classes; kind++)
        {
            var right = kind == said ? 1 : 0;
            var probability = (competence * right) + ((1 - competence) * spam);
            var score = competence * (1 - competence) * (right - spam) / probability;
            scores[kind] = score;
            informations[kind] = (score * score) - ((1 - (2 * competence)) * score);
        }
    }

    public double PriorInformation(int rater) => priorLabels * competences[rater] * (1 - competences[rater]);

    public double Accuracy(int rater, double shift)
    {
        var competence = Odds.Shift(competences[rater], shift);
        var lucky = 0.0;
        for (var kind = 0; kind < classes; kind++)
        {
            lucky += shares[kind] * Spamming(rater, kind);
        }

        return competence + ((1 - competence) * lucky);
    }

    private double KnownShare(int rater, int label)
    {
        var (competence, spam) = (competences[rater], Spamming(rater, label));
        var right = competence + ((1 - competence) * spam);
        return right > 0 ? competence / right : 0;
    }

    private void Spread(int rater, ReadOnlySpan<double> spammed)
    {
        var all = 0.0;
        foreach (var count in spammed)
        {
            all += count;
        }

        for (var kind = 0; kind < classes; kind++)
        {
            var at = (rater * classes) + kind;
            // Of one who never spams nothing is known of how.
            spamming[at] = all > 0 ? spammed[kind] / all : 1.0 / classes;
            logSpammed[at] = Math.Log((1 - competences[rater]) * spamming[at]);
            logRight[at] = Math.Log(competences[rater] + ((1 - competences[rater]) * spamming[at]));
        }
    }
}
