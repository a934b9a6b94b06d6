namespace Plumbline.Moderation.Canonicalization.Language;

/// <summary>
/// How much a text looks like a language written in Latin letters, by neighbouring letters alone: the mean of −ln P(next | before). About 2.5 nats in languages, about 4 in one whose
/// alphabet was shifted, 5 where every letter is equally likely.
/// </summary>
internal static class LetterPairs
{
    /// <summary>Letters and everything else.</summary>
    public const int States = 27;

    /// <summary>The unit of <see cref="Cost"/>: so many per nat.</summary>
    public const int PerNat = 8;

    private static readonly byte[] Costs = Read();
    private static readonly byte[] StateOfAscii = BuildStates();

    /// <summary>The letter's number, from 1; 0 for everything that is no letter from a to z.</summary>
    public static int StateOf(char unit) => unit < 0x80 ? StateOfAscii[unit] : 0;

    /// <summary>−8·ln P(<paramref name="next"/> | <paramref name="before"/>).</summary>
    public static int Cost(int before, int next) => Costs[(before * States) + next];

    /// <summary>A table of weights by both states; two that are no letters weigh nothing.</summary>
    public static sbyte[] Weights(Func<int, int, int> weigh)
    {
        var weights = new sbyte[States * States];
        for (var pair = 1; pair < weights.Length; pair++)
        {
            weights[pair] = (sbyte)weigh(pair / States, pair % States);
        }

        return weights;
    }

    /// <summary>The mean cost of a text in nats per pair of neighbours, its edges counted as no letters; runs of these count once.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pairs">How many pairs it has.</param>
    public static double MeanCost(ReadOnlySpan<char> text, out int pairs)
    {
        var (before, sum) = (0, 0L);
        pairs = 0;
        foreach (var unit in text)
        {
            var state = StateOf(unit);
            if ((before | state) != 0)
            {
                sum += Cost(before, state);
                pairs++;
                before = state;
            }
        }

        if (before != 0)
        {
            sum += Cost(before, 0);
            pairs++;
        }

        return pairs == 0 ? 0 : (double)sum / (PerNat * pairs);
    }

    /// <summary>The same of the text read from its end.</summary>
    public static double MeanCostBackwards(ReadOnlySpan<char> text)
    {
        var (before, sum, pairs) = (0, 0L, 0);
        for (var i = text.Length - 1; i >= 0; i--)
        {
            var state = StateOf(text[i]);
            if ((before | state) != 0)
            {
                sum += Cost(before, state);
                pairs++;
                before = state;
            }
        }

        return pairs == 0 ? 0 : (double)(sum + Cost(before, 0)) / (PerNat * (pairs + 1));
    }

    private static byte[] Read()
    {
        var digits = LetterPairData.Costs.Where(unit => !char.IsWhiteSpace(unit)).ToArray();
        return Array.ConvertAll(digits, digit => (byte)LetterPairData.Digits.IndexOf(digit, StringComparison.Ordinal));
    }

    private static byte[] BuildStates()
    {
        var states = new byte[0x80];
        for (var letter = 0; letter < 26; letter++)
        {
            states['a' + letter] = states['A' + letter] = (byte)(letter + 1);
        }

        return states;
    }
}
