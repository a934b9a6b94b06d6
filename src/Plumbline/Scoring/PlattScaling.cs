namespace Plumbline.Scoring;

/// <summary>Turns scores into probabilities by a logistic curve (Platt 1999), fitted by Newton's method with the targets of Lin, Lin and Weng (2007).</summary>
public static class PlattScaling
{
    private const int MostIterations = 100;
    private const double Ridge = 1e-9;
    private const double Enough = 1e-10;

    /// <summary>Slope and offset of the log-odds. A slope is never negative: a higher score never means less.</summary>
    /// <param name="examples">Score, whether it holds, and how much the example counts.</param>
    public static (double Slope, double Offset) Fit(IReadOnlyList<(double Score, bool Holds, double Weight)> examples)
    {
        var positives = examples.Where(example => example.Holds).Sum(example => example.Weight);
        var negatives = examples.Where(example => !example.Holds).Sum(example => example.Weight);
        if (positives == 0 || negatives == 0)
        {
            return (1, 0);
        }

        // Targets inside of (0, 1): a score that parts all examples does not become certain.
        var (high, low) = ((positives + 1) / (positives + 2), 1 / (negatives + 2));
        var (slope, offset) = (1.0, 0.0);
        for (var iteration = 0; iteration < MostIterations; iteration++)
        {
            var (g0, g1, h00, h01, h11) = (0.0, 0.0, Ridge, 0.0, Ridge);
            foreach (var (score, holds, weight) in examples)
            {
                var p = 1 / (1 + Math.Exp(-((slope * score) + offset)));
                var (error, curve) = (weight * (p - (holds ? high : low)), weight * p * (1 - p));
                g0 += error * score;
                g1 += error;
                h00 += curve * score * score;
                h01 += curve * score;
                h11 += curve;
            }

            var determinant = (h00 * h11) - (h01 * h01);
            var (step0, step1) = (((h11 * g0) - (h01 * g1)) / determinant, ((h00 * g1) - (h01 * g0)) / determinant);
            if (!double.IsFinite(step0) || !double.IsFinite(step1))
            {
                break;
            }

            // A long step of Newton's may overshoot where the curve is flat.
            var size = Math.Max(1, Math.Max(Math.Abs(step0), Math.Abs(step1)));
            slope -= step0 / size;
            offset -= step1 / size;
            if (Math.Abs(step0) + Math.Abs(step1) < Enough)
            {
                break;
            }
        }

        return (Math.Max(0, slope), offset);
    }
}
