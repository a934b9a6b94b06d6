namespace Plumbline.Models.Probes.Training;

/// <summary>Fits the probes of one layer: one standardisation, a logistic regression for each label and weight decay.</summary>
internal sealed class LayerFit
{
    // A state that never moves tells nothing: its scale must only not be 0.
    private const double LeastScale = 1e-6;

    private readonly ProbeFeatures features;
    private readonly IReadOnlyList<ProbeExample> examples;
    private readonly int layer;
    private readonly Dictionary<int, double[]> rows;
    private readonly double[] mean;
    private readonly double[] scale;

    /// <summary>Standardises the training texts.</summary>
    /// <param name="features">All states.</param>
    /// <param name="examples">All texts.</param>
    /// <param name="training">Which of them are learnt from.</param>
    /// <param name="layer">The place of the layer among those that were read.</param>
    internal LayerFit(ProbeFeatures features, IReadOnlyList<ProbeExample> examples, IReadOnlyList<int> training, int layer)
    {
        (this.features, this.examples, this.layer) = (features, examples, layer);
        rows = training.ToDictionary(text => text, Pooled);
        var size = rows.Values.First().Length;
        (mean, scale) = (new double[size], new double[size]);
        foreach (var text in training)
        {
            Accumulate(mean, rows[text], (value, _) => value);
        }

        foreach (var text in training)
        {
            Accumulate(scale, rows[text], (value, i) => (value - mean[i]) * (value - mean[i]));
        }

        for (var i = 0; i < size; i++)
        {
            scale[i] = Math.Sqrt(scale[i]) is var deviation && deviation > LeastScale ? deviation : 1;
        }

        foreach (var row in rows.Values)
        {
            for (var i = 0; i < size; i++)
            {
                row[i] = (row[i] - mean[i]) / scale[i];
            }
        }
    }

    internal double[] Mean => mean;

    internal double[] Scale => scale;

    /// <summary>The weights, with the intercept behind them, of the weight decay that does best on the validation texts.</summary>
    /// <param name="label">The label.</param>
    /// <param name="training">The training texts of which it is known.</param>
    /// <param name="validation">The validation texts of which it is known.</param>
    /// <param name="penalties">What is tried.</param>
    /// <param name="cancellation">Ends it.</param>
    internal (double[] Weights, TriedLabel Tried) Fit(
        string label,
        IReadOnlyList<int> training,
        IReadOnlyList<int> validation,
        IReadOnlyList<double> penalties,
        CancellationToken cancellation
    )
    {
        double[][] known = [.. training.Select(text => rows[text])];
        bool[] holds = [.. training.Select(text => examples[text].Labels[label])];
        double[] counts = [.. training.Select(text => (double)examples[text].Weight)];
        bool[] there = [.. validation.Select(text => examples[text].Labels[label])];
        (double[] Weights, TriedLabel Tried)? best = null;
        double[]? weights = null;
        // From heavy to light: each begins where the one before ended.
        foreach (var penalty in penalties.OrderDescending())
        {
            cancellation.ThrowIfCancellationRequested();
            weights = LogisticRegression.Fit(known, holds, counts, penalty, weights);
            double[] scores = [.. validation.Select(text => Highest(text, weights))];
            var loss = validation
                .Select((text, i) => examples[text].Weight * LogisticRegression.Loss(there[i] ? scores[i] : -scores[i]))
                .Sum();
            loss /= validation.Sum(text => (double)examples[text].Weight);
            if (best is null || loss < best.Value.Tried.Loss)
            {
                best = (weights, new TriedLabel(label, penalty, loss, scores, there));
            }
        }

        return best!.Value;
    }

    // What the detector does with a text.
    private double Highest(int text, double[] weights)
    {
        var highest = double.NegativeInfinity;
        foreach (var window in features[text])
        {
            var sum = weights[^1];
            var state = window.States[layer];
            for (var i = 0; i < state.Length; i++)
            {
                sum += weights[i] * ((state[i] - mean[i]) / scale[i]);
            }

            highest = Math.Max(highest, sum);
        }

        return highest;
    }

    // The mean over a text's windows, each counted by its tokens.
    private double[] Pooled(int text)
    {
        var windows = features[text];
        var tokens = windows.Sum(window => (double)window.Tokens);
        var row = new double[windows[0].States[layer].Length];
        foreach (var window in windows)
        {
            var state = window.States[layer];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] += state[i] * (window.Tokens / tokens);
            }
        }

        return row;
    }

    private void Accumulate(double[] sums, double[] row, Func<double, int, double> value)
    {
        for (var i = 0; i < row.Length; i++)
        {
            sums[i] += value(row[i], i) / rows.Count;
        }
    }
}
