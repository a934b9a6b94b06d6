using Plumbline.Feedback.RankModels;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.RankModels;

/// <summary>Draws rankings and comparisons from known strengths.</summary>
internal static class Simulated
{
    /// <summary>A full ranking of the items: those of the highest utility plus Gumbel noise first, which is Plackett and Luce's model (Yellott 1977).</summary>
    public static int[] Order(IReadOnlyList<int> items, Func<int, double> utility, RandomSource random) =>
        [
            .. items
                .Select(item => (item, Value: utility(item) - Math.Log(-Math.Log(1 - random.NextDouble()))))
                .OrderByDescending(pair => pair.Value)
                .Select(pair => pair.item),
        ];

    /// <summary>Different items, drawn at random.</summary>
    public static int[] Some(int count, int items, RandomSource random)
    {
        int[] all = [.. Enumerable.Range(0, items)];
        random.Shuffle(all.AsSpan());
        return all[..count];
    }

    /// <summary>Normal strengths.</summary>
    public static double[] Strengths(int items, RandomSource random) => [.. Enumerable.Range(0, items).Select(_ => random.NextNormal())];

    /// <summary>Comparisons of pairs drawn at random, some of them ties.</summary>
    public static Comparison[] Comparisons(int count, double[] strengths, RandomSource random, double ties = 0) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var pair = Some(2, strengths.Length, random);
                    var first = random.NextBool(1 / (1 + Math.Exp(strengths[pair[1]] - strengths[pair[0]]))) ? 1 : 0;
                    return new Comparison(pair[0], pair[1], random.NextBool(ties) ? 0.5 : first);
                }),
        ];

    /// <summary>Rankings of random subsets; neighbours are tied with a chance.</summary>
    public static Ranking[] Rankings(int count, int size, double[] strengths, RandomSource random, double ties = 0) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var order = Order(Some(size, strengths.Length, random), item => strengths[item], random);
                    var (ranks, rank) = (new int[size], 0);
                    for (var i = 1; i < size; i++)
                    {
                        ranks[i] = rank += random.NextBool(ties) ? 0 : 1;
                    }

                    return new Ranking(order, ranks);
                }),
        ];
}
