namespace Plumbline.Rewards;

/// <summary>
/// What a source made of some answers: how many it judged, and mean, spread and range of their scores. Those of two calls add up to those of both (Chan, Golub and
/// LeVeque 1979, updating formulae for variances).
/// </summary>
public sealed record RewardStatistics
{
    private double mean;
    private double squares;
    private double minimum;
    private double maximum;

    private RewardStatistics() { }

    /// <summary>Of no answers.</summary>
    public static RewardStatistics None { get; } = new();

    /// <summary>Answers that have a score.</summary>
    public long Judged { get; private init; }

    /// <summary>Answers that have none, <see cref="NotFinite"/> among them.</summary>
    public long Unjudged { get; private init; }

    /// <summary>Answers whose score was infinite or no number, and was taken for none.</summary>
    public long NotFinite { get; private init; }

    /// <summary>Mean of the scores; null where there are none.</summary>
    public double? Mean => Judged == 0 ? null : mean;

    /// <summary>Standard deviation of the scores about their mean, √(Σ(s − mean)²/n); null where there are none.</summary>
    public double? StandardDeviation => Judged == 0 ? null : Math.Sqrt(squares / Judged);

    /// <summary>The lowest score; null where there are none.</summary>
    public double? Minimum => Judged == 0 ? null : minimum;

    /// <summary>The highest score; null where there are none.</summary>
    public double? Maximum => Judged == 0 ? null : maximum;

    /// <summary>The statistics of these scores.</summary>
    /// <param name="scores">One an answer; null where there is none.</param>
    public static RewardStatistics Of(IEnumerable<double?> scores)
    {
        var of = None;
        foreach (var score in scores)
        {
            of = of.Add(
                score is { } judged && double.IsFinite(judged)
                    ? new RewardStatistics
                    {
                        Judged = 1,
                        mean = judged,
                        minimum = judged,
                        maximum = judged,
                    }
                    : new RewardStatistics { Unjudged = 1, NotFinite = score is null ? 0 : 1 }
            );
        }

        return of;
    }

    /// <summary>The statistics of these answers and others together.</summary>
    /// <param name="other">Of the others.</param>
    public RewardStatistics Add(RewardStatistics other)
    {
        var judged = Judged + other.Judged;
        var scored = Judged == 0 ? other : this;
        if (Judged > 0 && other.Judged > 0)
        {
            var difference = other.mean - mean;
            var share = (double)other.Judged / judged;
            scored = new RewardStatistics
            {
                mean = mean + (difference * share),
                squares = squares + other.squares + (difference * difference * share * Judged),
                minimum = Math.Min(minimum, other.minimum),
                maximum = Math.Max(maximum, other.maximum),
            };
        }

        return scored with
        {
            Judged = judged,
            Unjudged = Unjudged + other.Unjudged,
            NotFinite = NotFinite + other.NotFinite,
        };
    }
}
