namespace Plumbline.Models.Generation;

/// <summary>
/// Tokens in the order of falling score, ties to the lower id, without ever sorting them: quickselect (Hoare 1961) finds the shortest beginning of that order
/// that has a wanted length or a wanted mass, in time linear in the number of tokens.
/// </summary>
/// <param name="scores">By token.</param>
internal readonly ref struct LikelihoodOrder(ReadOnlySpan<float> scores)
{
    private readonly ReadOnlySpan<float> scores = scores;

    /// <summary>Moves the <paramref name="count"/> first tokens of the order to the front.</summary>
    /// <param name="tokens">Distinct tokens; rearranged.</param>
    /// <param name="count">Between 1 and their number.</param>
    internal void SelectCount(Span<int> tokens, int count)
    {
        var (low, high) = (0, tokens.Length);
        while (high - low > 1)
        {
            var pivot = low + Partition(tokens[low..high]);
            if (pivot + 1 == count)
            {
                return;
            }

            (low, high) = pivot >= count ? (low, pivot) : (pivot + 1, high);
        }
    }

    /// <summary>Moves the fewest first tokens of the order whose mass reaches a target to the front, the last of them last.</summary>
    /// <param name="tokens">At least one, distinct; rearranged.</param>
    /// <param name="weights">By token, none negative.</param>
    /// <param name="target">The mass; where all tokens together miss it by rounding, all are taken.</param>
    /// <returns>How many, at least 1, and their mass.</returns>
    internal (int Count, double Mass) SelectMass(Span<int> tokens, ReadOnlySpan<double> weights, double target)
    {
        // The beginning up to low is taken, its mass is below the target; what lies behind high is not needed.
        var (low, high, taken) = (0, tokens.Length, 0.0);
        while (low < high)
        {
            var pivot = low + Partition(tokens[low..high]);
            var before = taken;
            foreach (var token in tokens[low..pivot])
            {
                before += weights[token];
            }

            if (pivot > low && before >= target)
            {
                high = pivot;
                continue;
            }

            (low, taken) = (pivot + 1, before + weights[tokens[pivot]]);
            if (taken >= target)
            {
                break;
            }
        }

        return (low, taken);
    }

    /// <summary>Whether a comes before b.</summary>
    internal bool Precedes(int a, int b) => scores[a] > scores[b] || (scores[a] == scores[b] && a < b);

    // Puts what precedes a pivot before it and the rest behind it; the pivot's place.
    private int Partition(Span<int> tokens)
    {
        // The middle one of three, so that tokens that are in order already are cut in half.
        var (first, middle, last) = (0, tokens.Length / 2, tokens.Length - 1);
        if (Precedes(tokens[middle], tokens[first]))
        {
            (first, middle) = (middle, first);
        }

        if (Precedes(tokens[last], tokens[middle]))
        {
            middle = Precedes(tokens[last], tokens[first]) ? first : last;
        }

        var pivot = tokens[middle];
        (tokens[middle], tokens[^1]) = (tokens[^1], pivot);
        var place = 0;
        for (var i = 0; i < tokens.Length - 1; i++)
        {
            var token = tokens[i];
            if (Precedes(token, pivot))
            {
                (tokens[i], tokens[place]) = (tokens[place], token);
                place++;
            }
        }

        (tokens[^1], tokens[place]) = (tokens[place], pivot);
        return place;
    }
}
