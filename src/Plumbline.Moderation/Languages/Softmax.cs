namespace Plumbline.Moderation.Languages;

/// <summary>Scores as probabilities.</summary>
internal static class Softmax
{
    /// <summary>What is this far under the largest has a probability under 1e-13, which no sum shows.</summary>
    private const double Negligible = -30;

    /// <summary>Puts exp(z_i) / sum exp(z_j) in place of each z_i.</summary>
    public static void Of(Span<double> scores)
    {
        var largest = double.NegativeInfinity;
        foreach (var score in scores)
        {
            largest = Math.Max(largest, score);
        }

        var sum = 0.0;
        foreach (ref var score in scores)
        {
            score = score - largest < Negligible ? 0 : Math.Exp(score - largest);
            sum += score;
        }

        foreach (ref var score in scores)
        {
            score /= sum;
        }
    }
}
