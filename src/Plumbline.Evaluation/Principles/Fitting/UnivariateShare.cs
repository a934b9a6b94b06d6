using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Principles.Fitting;

/// <summary>On which side of the pairs a feature stands, whatever the other features say.</summary>
/// <param name="More">Of the pairs that differ in it, those whose chosen answer has more.</param>
/// <param name="Ties">Pairs that do not differ in it.</param>
/// <param name="P">
/// Two-sided p value of the exact sign test over prompts: a prompt counts once, for the side on which most of its pairs are, and not at all where both are even.
/// </param>
public sealed record UnivariateShare(Proportion More, int Ties, double P)
{
    /// <summary>Counts.</summary>
    /// <param name="differences">Chosen minus rejected, of each pair.</param>
    /// <param name="groups">The prompt of each pair, numbered from 0.</param>
    internal static UnivariateShare Of(double[] differences, IReadOnlyList<int> groups)
    {
        var balance = new Dictionary<int, int>();
        int more = 0,
            less = 0;
        for (var i = 0; i < differences.Length; i++)
        {
            var sign = Math.Sign(differences[i]);
            more += sign > 0 ? 1 : 0;
            less += sign < 0 ? 1 : 0;
            balance[groups[i]] = balance.GetValueOrDefault(groups[i]) + sign;
        }

        var p = PairedDifference.SignTest(balance.Values.Count(sum => sum > 0), balance.Values.Count(sum => sum < 0));
        return new UnivariateShare(new Proportion(more, more + less), differences.Length - more - less, p);
    }
}
