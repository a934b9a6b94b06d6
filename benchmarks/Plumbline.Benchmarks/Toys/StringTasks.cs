using Plumbline.Randomness;

namespace Plumbline.Benchmarks.Toys;

/// <summary>The tasks on strings.</summary>
internal static class StringTasks
{
    private const string Letters = "abcdefgh";

    // A step of parity's demonstrations in ten goes wrong: about half of them have a slip.
    private const double Slip = 0.1;

    /// <summary>Say the letters again.</summary>
    internal static StringTask Copy { get; } = new("copy", Letters, 3..6, text => text, ShareOfTokens);

    /// <summary>Say the letters in the order of the alphabet.</summary>
    internal static StringTask Sort { get; } = new("sort", Letters, 3..6, text => string.Concat(text.Order()), ShareOfTokens);

    /// <summary>
    /// Say at last whether the bits hold an odd number of ones. Demonstrations write down the parity of each beginning, up to the whole; only the conclusion is
    /// rewarded.
    /// </summary>
    internal static StringTask Parity { get; } =
        new("parity", "01", 6..9, text => Working(text, null), Conclusion) { Demonstrate = (text, random) => Working(text, random) };

    /// <summary>The share of positions that hold the right token, of those of the longer one: 1 for the right answer alone.</summary>
    /// <param name="right">The right answer, the end token included.</param>
    /// <param name="answer">The answer, the end token included where it has one.</param>
    internal static double ShareOfTokens(ReadOnlySpan<int> right, ReadOnlySpan<int> answer)
    {
        var same = 0;
        for (var i = 0; i < Math.Min(right.Length, answer.Length); i++)
        {
            same += right[i] == answer[i] ? 1 : 0;
        }

        return (double)same / Math.Max(right.Length, answer.Length);
    }

    /// <summary>1 where the answer ends as the right one does, in its last byte and the end token; else 0. What stands before is not looked at.</summary>
    /// <inheritdoc cref="ShareOfTokens"/>
    internal static double Conclusion(ReadOnlySpan<int> right, ReadOnlySpan<int> answer) => answer.EndsWith(right[^2..]) ? 1 : 0;

    // A slip is carried on: whatever follows is right again only after another one.
    private static string Working(string bits, RandomSource? slips)
    {
        var isOdd = false;
        var steps = new char[bits.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            isOdd ^= (bits[i] == '1') ^ (slips?.NextBool(Slip) ?? false);
            steps[i] = isOdd ? '1' : '0';
        }

        return new string(steps);
    }
}
