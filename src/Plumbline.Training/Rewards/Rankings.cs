using static TorchSharp.torch;

namespace Plumbline.Training.Rewards;

/// <summary>
/// What was said of the answers to some prompts: ranked lists, answers end to end. Rank 1 is best; equal ranks are ties, gaps mean nothing. Answers of a list whose order
/// is unknown (the rest after "the best three") share the last rank.
/// </summary>
public sealed class Rankings
{
    private readonly int[][] ranks;

    /// <summary>Takes ranked lists.</summary>
    /// <param name="ranks">The rank of each answer, list by list: at least 2 answers each, ranks from 1.</param>
    /// <exception cref="InvalidInputException">A list has fewer than 2 answers, or a rank is below 1.</exception>
    public Rankings(IEnumerable<IReadOnlyList<int>> ranks)
    {
        this.ranks = [.. ranks.Select(list => list.ToArray())];
        Starts = new int[this.ranks.Length + 1];
        for (var list = 0; list < this.ranks.Length; list++)
        {
            if (this.ranks[list].Length < 2)
            {
                throw new InvalidInputException(
                    $"Ranked list {list + 1} has {this.ranks[list].Length} answers.",
                    "A ranking compares at least 2; leave the others out."
                );
            }

            if (this.ranks[list].Min() < 1)
            {
                throw new InvalidInputException(
                    $"Ranked list {list + 1} has the rank {this.ranks[list].Min()}.",
                    "Ranks start from 1, the best."
                );
            }

            Starts[list + 1] = Starts[list] + this.ranks[list].Length;
        }
    }

    /// <summary>Number of lists.</summary>
    public int Count => ranks.Length;

    /// <summary>Number of answers of all lists.</summary>
    public int AnswerCount => Starts[^1];

    /// <summary>The index of each list's first answer, and the number of answers behind them.</summary>
    internal int[] Starts { get; }

    /// <summary>Pairs of answers, a chosen one and a rejected one each: [2 answers] lists with the answers in this order.</summary>
    /// <param name="count">How many pairs.</param>
    public static Rankings Pairs(int count) => new(Enumerable.Repeat<IReadOnlyList<int>>([1, 2], count));

    /// <summary>The lists with the ranks of every two answers changed round; longer lists stay as they are.</summary>
    internal Rankings Swapped() => new(ranks.Select(list => list is [var first, var second] ? [second, first] : list));

    /// <summary>The answers of a list by level, best first; each level names answers by their index over all lists.</summary>
    internal IReadOnlyList<int[]> Levels(int list) =>
        [
            .. ranks[list]
                .Select((rank, answer) => (rank, Index: Starts[list] + answer))
                .GroupBy(answer => answer.rank, answer => answer.Index)
                .OrderBy(level => level.Key)
                .Select(level => level.ToArray()),
        ];

    /// <summary>All pairs of answers of one list, one ranked above the other.</summary>
    internal ComparedAnswers Ordered() => Compare((better, worse) => better < worse);

    /// <summary>All pairs of answers of one list that share a rank.</summary>
    internal ComparedAnswers Tied() => Compare((left, right) => left == right);

    private ComparedAnswers Compare(Func<int, int, bool> holds)
    {
        var (first, second, lists) = (new List<long>(), new List<long>(), new List<long>());
        for (var list = 0; list < Count; list++)
        {
            var of = ranks[list];
            for (var i = 0; i < of.Length; i++)
            {
                for (var j = 0; j < of.Length; j++)
                {
                    // A tie has no direction: it is one pair.
                    if (i != j && holds(of[i], of[j]) && (of[i] != of[j] || i < j))
                    {
                        first.Add(Starts[list] + i);
                        second.Add(Starts[list] + j);
                        lists.Add(list);
                    }
                }
            }
        }

        return new ComparedAnswers([.. first], [.. second], [.. lists]);
    }
}

/// <summary>Pairs of answers by index, and the list that each pair belongs to.</summary>
/// <param name="First">The better one where one is better.</param>
/// <param name="Second">The other one.</param>
/// <param name="Lists">The list of each pair.</param>
internal sealed record ComparedAnswers(long[] First, long[] Second, long[] Lists)
{
    /// <summary>score(first) − score(second), [pairs].</summary>
    internal Tensor Differences(Tensor scores) =>
        scores.index_select(0, Index(First, scores)) - scores.index_select(0, Index(Second, scores));

    /// <summary>The list of each pair as a tensor beside the scores.</summary>
    internal Tensor ListsLike(Tensor scores) => Index(Lists, scores);

    private static Tensor Index(long[] values, Tensor scores) => tensor(values, device: scores.device);
}
