namespace Plumbline.Feedback.Selection.Experiments;

/// <summary>By what rule labels are bought.</summary>
public enum SelectionRule
{
    /// <summary>Any task, each equally likely.</summary>
    Random,

    /// <summary>The task with the most expected information.</summary>
    ExpectedInformation,

    /// <summary>The task with the highest determinant gain.</summary>
    Determinant,
}

/// <summary>What a reward was worth after so many labels.</summary>
/// <param name="Labels">Labels bought.</param>
/// <param name="Accuracy">The share of held-out pairs that it puts in their order; equal utilities count half.</param>
public readonly record struct CurvePoint(int Labels, double Accuracy);

/// <summary>The held-out accuracy of one run.</summary>
/// <param name="Rule">How labels were bought.</param>
/// <param name="Repetition">The repetition, from 0; the same number has the same data and held-out pairs for all rules.</param>
/// <param name="Points">From 0 labels (accuracy ½) to the budget.</param>
public sealed record LearningCurve(SelectionRule Rule, int Repetition, IReadOnlyList<CurvePoint> Points)
{
    /// <summary>The mean accuracy over the measurements, without that before the first label.</summary>
    public double MeanAccuracy => Points.Skip(1).Average(point => point.Accuracy);

    /// <summary>
    /// The points with accuracies that never fall: least squares under that order (pool adjacent violators: Ayer et al. 1955). So a lucky measurement counts only with those that follow it.
    /// </summary>
    public IReadOnlyList<CurvePoint> Smoothed()
    {
        var blocks = new List<(double Sum, int Count)>();
        foreach (var point in Points)
        {
            blocks.Add((point.Accuracy, 1));
            while (blocks.Count > 1 && blocks[^2].Sum * blocks[^1].Count >= blocks[^1].Sum * blocks[^2].Count)
            {
                var (last, before) = (blocks[^1], blocks[^2]);
                blocks.RemoveAt(blocks.Count - 1);
                blocks[^1] = (before.Sum + last.Sum, before.Count + last.Count);
            }
        }

        return
        [
            .. Points.Zip(
                blocks.SelectMany(block => Enumerable.Repeat(block.Sum / block.Count, block.Count)),
                (point, accuracy) => point with { Accuracy = accuracy }
            ),
        ];
    }

    /// <summary>How many labels the smoothed curve needs to reach an accuracy, linear between measurements.</summary>
    /// <returns>Null where it does not reach it.</returns>
    public double? LabelsFor(double accuracy)
    {
        var smoothed = Smoothed();
        for (var i = 0; i < smoothed.Count; i++)
        {
            if (smoothed[i].Accuracy >= accuracy)
            {
                var (before, at) = (smoothed[Math.Max(0, i - 1)], smoothed[i]);
                return i == 0
                    ? at.Labels
                    : before.Labels + ((at.Labels - before.Labels) * (accuracy - before.Accuracy) / (at.Accuracy - before.Accuracy));
            }
        }

        return null;
    }
}
