namespace Plumbline.Training.Preferences.Unpaired;

/// <summary>
/// δ of binary classifier optimisation (arXiv 2404.04656, section 4): the mean of all implicit rewards β·(log π − log ref) seen so far, every answer counting
/// alike. Its state is two numbers, which belong in a checkpoint.
/// </summary>
public sealed class RewardShift
{
    /// <summary>The mean; 0 before the first reward.</summary>
    public double Value { get; private set; }

    /// <summary>How many rewards it is the mean of.</summary>
    public long Count { get; private set; }

    /// <summary>Takes in the rewards of a step.</summary>
    /// <param name="sum">Their sum.</param>
    /// <param name="count">How many, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is not above 0, or the sum is not finite.</exception>
    public void Add(double sum, long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!double.IsFinite(sum))
        {
            throw new ArgumentOutOfRangeException(nameof(sum), sum, "The rewards are not finite.");
        }

        Count += count;
        Value += (sum - count * Value) / Count;
    }

    /// <summary>What a checkpoint keeps.</summary>
    public RewardShiftState Save() => new(Value, Count);

    /// <summary>Goes on from a checkpoint.</summary>
    /// <param name="state">What <see cref="Save"/> gave.</param>
    /// <exception cref="InvalidInputException">No mean has this state.</exception>
    public void Restore(RewardShiftState state)
    {
        if (!double.IsFinite(state.Value) || state.Count < 0 || (state.Count == 0 && state.Value != 0))
        {
            throw new InvalidInputException(
                $"A mean reward of {state.Value} over {state.Count} answers cannot be.",
                "Start from another checkpoint: this one is damaged."
            );
        }

        (Value, Count) = (state.Value, state.Count);
    }
}

/// <summary>The state of a <see cref="RewardShift"/>.</summary>
/// <param name="Value">The mean.</param>
/// <param name="Count">Rewards seen.</param>
public sealed record RewardShiftState(double Value, long Count);
