using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>Puts ranked answers into the form of <see cref="RankedExample"/>.</summary>
internal static class Ranking
{
    /// <summary>The most answers to one prompt: a ranking of n answers holds n(n-1)/2 pairs, so the bound keeps one row from becoming billions.</summary>
    public const int MostAnswers = 1024;

    /// <summary>Sorts the answers by rank, lowest first (equal ones stay in order), shifts the ranks to start from 1 and adds the example.</summary>
    /// <returns>Null, or why this is no ranking.</returns>
    public static RowFault? Add(Content prompt, List<Content> answers, List<int> ranks, List<Example> examples)
    {
        if (answers.Count < 2)
        {
            return new RowFault(BadRowReason.TooFewAnswers, $"a ranking needs at least 2 answers; there are {answers.Count}.");
        }

        if (answers.Count > MostAnswers)
        {
            return new RowFault(BadRowReason.TooLarge, $"the ranking has {answers.Count} answers; {MostAnswers} are the most.");
        }

        var order = Enumerable.Range(0, answers.Count).ToArray();
        Array.Sort(order, (left, right) => ranks[left] != ranks[right] ? ranks[left].CompareTo(ranks[right]) : left.CompareTo(right));
        var lowest = ranks[order[0]];
        if ((long)ranks[order[^1]] - lowest >= int.MaxValue)
        {
            return new RowFault(BadRowReason.WrongType, $"the ranks reach from {lowest} to {ranks[order[^1]]}, which is too far apart.");
        }

        var sorted = Array.ConvertAll(order, i => answers[i]);
        var shifted = Array.ConvertAll(order, i => (int)((long)ranks[i] - lowest + 1));
        if (Contradiction(sorted, shifted))
        {
            return new RowFault(BadRowReason.IdenticalAnswers, "the same answer has two different ranks.");
        }

        examples.Add(new RankedExample(ExampleId.Ranked(prompt, sorted, shifted), prompt, sorted, shifted));
        return null;
    }

    private static bool Contradiction(Content[] answers, int[] ranks)
    {
        var rankOf = new Dictionary<Content, int>(answers.Length);
        for (var i = 0; i < answers.Length; i++)
        {
            if (!rankOf.TryAdd(answers[i], ranks[i]) && rankOf[answers[i]] != ranks[i])
            {
                return true;
            }
        }

        return false;
    }
}
