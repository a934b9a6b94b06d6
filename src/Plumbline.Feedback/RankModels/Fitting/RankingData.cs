namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>Rankings under the model of Plackett and Luce.</summary>
internal sealed class RankingData : IStrengthData
{
    private readonly IReadOnlyList<Ranking> rankings;
    private readonly TieModel ties;

    public RankingData(IReadOnlyList<Ranking> rankings, int items, TieModel ties)
    {
        foreach (var ranking in rankings)
        {
            if (ranking.Items.Max() >= items)
            {
                throw new ArgumentException($"Item {ranking.Items.Max()} is ranked, and there are {items}.", nameof(rankings));
            }

            CheckTies(ranking, ties);
        }

        (this.rankings, Items, this.ties) = (rankings, items, ties);
        Counts = [.. Enumerable.Repeat(1, rankings.Count)];
    }

    public int Items { get; }

    public IReadOnlyList<int> Counts { get; }

    public void AddWins(ReadOnlySpan<double> weights, ICollection<(int Above, int Below)> wins)
    {
        for (var i = 0; i < rankings.Count; i++)
        {
            if (weights[i] > 0)
            {
                AddWins(rankings[i], wins);
            }
        }
    }

    public IStrengthLikelihood Likelihood(ReadOnlySpan<double> weights, int[] groupOf)
    {
        var (parts, observations, kept) = (new List<Ranking>(), new List<int>(), new List<double>());
        for (var i = 0; i < rankings.Count; i++)
        {
            if (weights[i] > 0)
            {
                foreach (var part in rankings[i].Parts(groupOf))
                {
                    parts.Add(part);
                    observations.Add(i);
                    kept.Add(weights[i]);
                }
            }
        }

        int[] sizes = ties == TieModel.UnknownOrder ? [] : [.. parts.SelectMany(TiesOf).Distinct().Order()];
        IRankingProbability probability = ties == TieModel.UnknownOrder ? new UnknownOrderProbability() : Prevalences(parts, sizes);
        return new RankingLikelihood(Items, parts, [.. observations], [.. kept], probability, sizes);
    }

    internal static void CheckTies(Ranking ranking, TieModel ties)
    {
        var most = ranking.LevelEnds.Count < 2 ? 0 : Sizes(ranking).SkipLast(1).Max();
        if (ties == TieModel.UnknownOrder && most > TiedLevel.MostTied)
        {
            throw new ArgumentException(
                $"{most} items are tied above others. At most {TiedLevel.MostTied} can be, as all their orders are summed over; leave out what was not really compared."
            );
        }
    }

    private static DavidsonLuceProbability Prevalences(List<Ranking> parts, int[] sizes)
    {
        var most = parts.Count == 0 ? 0 : parts.Max(part => part.Items.Count);
        return DavidsonLuceProbability.CanChoose(most, sizes)
            ? new DavidsonLuceProbability(sizes)
            : throw new ArgumentException(
                $"A ranking of {most} items with ties of {string.Join(", ", sizes)} is a choice among more than {DavidsonLuceProbability.MostSets} sets. Take {nameof(TieModel.UnknownOrder)}."
            );
    }

    private void AddWins(Ranking ranking, ICollection<(int Above, int Below)> wins)
    {
        var (items, ends) = (ranking.Items, ranking.LevelEnds);
        for (var (level, start) = (0, 0); level < ends.Count; start = ends[level++])
        {
            for (var i = start; i < ends[level]; i++)
            {
                for (var j = ends[level]; level + 1 < ends.Count && j < ends[level + 1]; j++)
                {
                    wins.Add((items[i], items[j]));
                }

                if (i > start && ties == TieModel.DavidsonLuce && !(level == ends.Count - 1 && ranking.LastIsUnordered))
                {
                    wins.Add((items[i - 1], items[i]));
                    wins.Add((items[i], items[i - 1]));
                }
            }
        }
    }

    internal static IEnumerable<int> TiesOf(Ranking ranking) =>
        Sizes(ranking).SkipLast(ranking.LastIsUnordered ? 1 : 0).Where(size => size > 1);

    private static IEnumerable<int> Sizes(Ranking ranking) =>
        ranking.LevelEnds.Select((end, level) => level == 0 ? end : end - ranking.LevelEnds[level - 1]);
}
