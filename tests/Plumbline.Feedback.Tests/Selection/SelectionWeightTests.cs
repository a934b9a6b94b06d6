using Plumbline.Feedback.Selection;

namespace Plumbline.Feedback.Tests.Selection;

public sealed class SelectionWeightTests
{
    [Fact]
    public void Uniform_choices_weigh_one()
    {
        Assert.All(SelectionWeights.Of(10, [0.1, 1 / 9.0, 1 / 8.0]), weight => Assert.Equal(1, weight, 1e-12));
    }

    [Fact]
    public void The_weighted_mean_is_unbiased_over_all_sequences_of_choices()
    {
        // Five tasks, three chosen one by one, the higher value the more probable: the expectation over all sequences, exactly.
        double[] values = [1, 2, 4, 7, 11];
        var (plain, weighted) = (0.0, 0.0);
        foreach (var (chosen, probabilities, chance) in Sequences([], [], 1))
        {
            var weights = SelectionWeights.Of(5, probabilities);
            plain += chance * chosen.Average(task => values[task]);
            weighted += chance * chosen.Select((task, i) => weights[i] * values[task]).Average();
        }

        Assert.Equal(values.Average(), weighted, 1e-12);
        Assert.True(plain > values.Average() + 1);

        IEnumerable<(int[] Chosen, double[] Probabilities, double Chance)> Sequences(int[] chosen, double[] probabilities, double chance) =>
            chosen.Length == 3
                ? [(chosen, probabilities, chance)]
                : Enumerable
                    .Range(0, 5)
                    .Except(chosen)
                    .SelectMany(task =>
                    {
                        var probability = values[task] / Enumerable.Range(0, 5).Except(chosen).Sum(left => values[left]);
                        return Sequences([.. chosen, task], [.. probabilities, probability], chance * probability);
                    });
    }

    [Fact]
    public void A_pool_that_was_chosen_whole_has_its_plain_mean()
    {
        Assert.Equal([1, 1, 1], SelectionWeights.Of(3, [0.9, 0.5, 1]));
        Assert.Throws<ArgumentException>(() => SelectionWeights.Of(1, [0.5, 0.5]));
        Assert.Throws<ArgumentException>(() => SelectionWeights.Of(3, [0]));
    }
}
