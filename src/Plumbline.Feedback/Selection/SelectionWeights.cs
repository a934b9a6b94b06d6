namespace Plumbline.Feedback.Selection;

/// <summary>Weights under which the mean over tasks that were chosen one by one is an unbiased estimate of the mean over the whole pool.</summary>
public static class SelectionWeights
{
    /// <summary>The weight of each chosen task, in the order of the choices: mean_m(weight_m · value_m) has the pool's mean as its expectation.</summary>
    /// <param name="poolSize">N, how many tasks were open before the first choice.</param>
    /// <param name="probabilities">
    /// q_m, how probable the m-th choice was among the tasks that were then left (<see cref="SelectedTask.ProbabilityInPart"/>), none chosen twice. Every task left must have had a chance above 0.
    /// </param>
    /// <returns>Weights in order; all 1 for uniform choices.</returns>
    /// <remarks>
    /// The levelled estimator of Farquhar, Gal and Rainforth (arXiv 2101.11665): 1 + (N − M)/(N − m)·(1/((N − m + 1)·q_m) − 1), M the number of choices. Unlike plain 1/q it
    /// ends in the exact mean when the whole pool was chosen. A task that was chosen against a small probability weighs much: the fewer uniform choices, the wider the spread.
    /// </remarks>
    /// <exception cref="ArgumentException">There are more choices than tasks, or a probability is not in (0, 1].</exception>
    public static IReadOnlyList<double> Of(int poolSize, IReadOnlyList<double> probabilities)
    {
        if (probabilities.Count > poolSize)
        {
            throw new ArgumentException($"{probabilities.Count} tasks cannot be chosen from {poolSize}.", nameof(probabilities));
        }

        if (probabilities.Any(probability => probability is not (> 0 and <= 1)))
        {
            throw new ArgumentException("A probability lies above 0 and at most at 1.", nameof(probabilities));
        }

        return [.. probabilities.Select((probability, index) => Weight(poolSize, probabilities.Count, index + 1, probability))];
    }

    private static double Weight(double tasks, double choices, int choice, double probability) =>
        choices == tasks ? 1 : 1 + ((tasks - choices) / (tasks - choice) * ((1 / ((tasks - choice + 1) * probability)) - 1));
}
