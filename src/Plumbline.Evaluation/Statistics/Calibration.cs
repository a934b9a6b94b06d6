namespace Plumbline.Evaluation.Statistics;

/// <summary>
/// Whether probabilities mean what they say: of the comparisons that a model calls with 80 %, does it win 80 %? Confidences are put into bins of equal width, and each bin
/// compares their mean with the share that held.
/// </summary>
/// <param name="Bins">The bins with something in them, in order.</param>
/// <param name="ExpectedError">
/// The expected calibration error: Σ count/total · |share − mean confidence| over the bins (Guo et al., arXiv 1706.04599, equation 3); NaN where nothing was measured.
/// It depends on the number of bins and is never 0 for few trials, however honest the model.
/// </param>
/// <param name="Total">Predictions.</param>
/// <param name="BinCount">Bins over the range, the empty ones counted in.</param>
public sealed record Calibration(IReadOnlyList<CalibrationBin> Bins, double ExpectedError, long Total, int BinCount)
{
    /// <summary>The calibration of a model of pairs: it calls the answer with the higher score the better one, with a confidence of σ(|margin|) in [0.5, 1].</summary>
    /// <param name="margins">The score of the answer that people preferred less that of the other, in nats; 0 is a call that holds by half.</param>
    /// <param name="bins">Bins over [0.5, 1], at least 1.</param>
    /// <exception cref="ArgumentException">A margin is not a number.</exception>
    public static Calibration OfMargins(IEnumerable<double> margins, int bins = 10) =>
        Of(margins.Select(margin => (1 / (1 + Math.Exp(-Math.Abs(margin))), margin)), 0.5, bins);

    /// <summary>The calibration of predictions of whatever kind.</summary>
    /// <param name="predictions">The probability in [<paramref name="lowest"/>, 1] of each, and how it ended: above 0 held, below 0 did not, 0 is undecided and holds by half.</param>
    /// <param name="lowest">Where the first bin begins, in [0, 1).</param>
    /// <param name="bins">How many, at least 1.</param>
    /// <exception cref="ArgumentException">A probability lies outside, or an outcome is not a number.</exception>
    public static Calibration Of(IEnumerable<(double Probability, double Outcome)> predictions, double lowest = 0, int bins = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (lowest is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(lowest), lowest, "Bins begin in [0, 1).");
        }

        var members = Enumerable.Range(0, bins).Select(_ => new List<(double Probability, double Outcome)>()).ToArray();
        foreach (var prediction in predictions)
        {
            if (!(prediction.Probability >= lowest && prediction.Probability <= 1))
            {
                throw new ArgumentException($"A probability of {prediction.Probability} lies outside [{lowest}, 1].", nameof(predictions));
            }

            var bin = (int)((prediction.Probability - lowest) / (1 - lowest) * bins);
            members[Math.Min(bin, bins - 1)].Add(prediction);
        }

        var width = (1 - lowest) / bins;
        CalibrationBin[] filled =
        [
            .. members
                .Select((inBin, index) => (inBin, index))
                .Where(bin => bin.inBin.Count > 0)
                .Select(bin => new CalibrationBin(
                    lowest + (bin.index * width),
                    lowest + ((bin.index + 1) * width),
                    bin.inBin.Average(prediction => prediction.Probability),
                    WinRate.Of(bin.inBin.Select(prediction => prediction.Outcome))
                )),
        ];
        var total = filled.Sum(bin => bin.Held.Trials);
        var error = total == 0 ? double.NaN : filled.Sum(bin => bin.Held.Trials * Math.Abs(bin.Held.Value - bin.MeanConfidence)) / total;
        return new Calibration(filled, error, total, bins);
    }
}

/// <summary>Predictions of like confidence.</summary>
/// <param name="Low">Lower end of the bin.</param>
/// <param name="High">Upper end; belongs to the next bin but for the last.</param>
/// <param name="MeanConfidence">Mean of the probabilities.</param>
/// <param name="Held">How many held; the undecided by half.</param>
public sealed record CalibrationBin(double Low, double High, double MeanConfidence, WinRate Held);
