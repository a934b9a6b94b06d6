namespace Plumbline.Feedback.RankModels.Raters;

/// <summary>A rater's ranking of answers that were shown in some order.</summary>
/// <param name="Rater">The number of the rater, from 0.</param>
/// <param name="Ranking">
/// What the rater said. Answers of different prompts are different items: which belong together is seen from who ranked what with what. Ties are taken for unknown orders
/// (<see cref="TieModel.UnknownOrder"/>).
/// </param>
/// <param name="Shown">The ranked items in the order in which they were shown, left or top first; null where that is not known.</param>
public sealed record RatedRanking(int Rater, Ranking Ranking, IReadOnlyList<int>? Shown = null)
{
    /// <summary>Whether the ranking tells any answer from another.</summary>
    internal bool Says => Ranking.LevelEnds.Count > 1;

    internal void Check(int raters, int items)
    {
        if (Rater < 0 || Rater >= raters)
        {
            throw new ArgumentException($"Rater {Rater} ranks, and there are {raters}.");
        }

        if (Ranking.Items.Max() >= items)
        {
            throw new ArgumentException($"Item {Ranking.Items.Max()} is ranked, and there are {items}.");
        }

        if (Shown is not null && !Shown.Order().SequenceEqual(Ranking.Items.Order()))
        {
            throw new ArgumentException(
                $"Rater {Rater} was shown items {string.Join(", ", Shown)} and ranked {string.Join(", ", Ranking.Items)}."
            );
        }
    }

    /// <summary>
    /// For each item, in the order of the ranking, how far to the front it was shown: from ½ for the first place to −½ for the last, in even steps; 0 for all where it is not known.
    /// </summary>
    internal double[] Fronts()
    {
        if (Shown is null || Shown.Count < 2)
        {
            return new double[Ranking.Items.Count];
        }

        var place = Shown.Select((item, at) => (item, at)).ToDictionary(pair => pair.item, pair => pair.at);
        return [.. Ranking.Items.Select(item => 0.5 - ((double)place[item] / (Shown.Count - 1)))];
    }
}
