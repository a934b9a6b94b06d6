using static TorchSharp.torch;

namespace Plumbline.Training.Rewards;

/// <summary>What a reward loss sees.</summary>
/// <param name="Scores">The model's score of each answer, [answers], float32 or float64, in the order of the rankings.</param>
/// <param name="Rankings">What was said of them.</param>
public sealed record RankedScores(Tensor Scores, Rankings Rankings)
{
    /// <summary>By how much the better of two answers was said to lead, [lists] (Llama 2); null for no margins. Read by losses of pairs.</summary>
    public Tensor? Margins { get; init; }

    /// <summary>+1 for an answer that does harm and −1 for one that does none, [answers]; read by cost models.</summary>
    public Tensor? HarmSigns { get; init; }

    /// <summary>
    /// How likely it is that the order of each list of two is the true one, in [0.5, 1], [lists]; 1 for longer lists, null for certain orders. Read by
    /// <see cref="RewardLosses.Expected"/>, not by losses.
    /// </summary>
    public Tensor? Confidences { get; init; }

    /// <summary>
    /// The lists with every two answers changed round. A margin was said of the order as it was, and of the other order nobody said one; harm belongs to answers and stays.
    /// </summary>
    internal RankedScores Swapped() => this with { Rankings = Rankings.Swapped(), Margins = null };

    /// <summary>Refuses scores that are not one for each ranked answer.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    internal RankedScores Checked()
    {
        if (!Scores.shape.SequenceEqual([Rankings.AnswerCount]))
        {
            throw new ArgumentException($"Scores of shape [{string.Join(", ", Scores.shape)}] for {Rankings.AnswerCount} ranked answers.");
        }

        return this;
    }

    /// <summary>The scores of the better and of the worse answer of each list, [lists].</summary>
    /// <param name="loss">Who asks.</param>
    /// <exception cref="InvalidInputException">A list is no pair with a better answer.</exception>
    internal (Tensor Better, Tensor Worse) Pairs(string loss)
    {
        Checked();
        var pairs = Rankings.Ordered();
        if (pairs.First.Length != Rankings.Count || Rankings.AnswerCount != 2 * Rankings.Count)
        {
            throw new InvalidInputException(
                $"The loss '{loss}' takes two answers, one better than the other, and there are other lists.",
                "Use plackett_luce or all_pairs for longer lists, and rao_kupper or davidson for ties."
            );
        }

        var device = Scores.device;
        return (Scores.index_select(0, tensor(pairs.First, device: device)), Scores.index_select(0, tensor(pairs.Second, device: device)));
    }
}
