namespace Plumbline.Feedback.Judging;

/// <summary>How a judge fared over many pairs, by clause and in all.</summary>
/// <param name="Judgements">Judgements by clauses.</param>
/// <param name="Unjudged">Questions that no opinion came of, whose replies could not be read.</param>
/// <param name="PositionBias">How much more sure than a half the judge is of the answer that is shown first: the mean of p(first shown) − ½, in [−½, ½].</param>
/// <param name="Flips">The share of judgements in which the judge prefers the same place in both orders.</param>
public sealed record LabelStatistics(int Judgements, int Unjudged, double PositionBias, double Flips)
{
    /// <summary>Of all judgements.</summary>
    public static LabelStatistics Of(IEnumerable<LabelledPair> labels)
    {
        var all = labels.ToList();
        return Of(all.SelectMany(pair => pair.Clauses.Values), all.Sum(pair => pair.Unjudged.Count));
    }

    /// <summary>Of each clause by itself.</summary>
    public static IReadOnlyDictionary<string, LabelStatistics> ByClause(IEnumerable<LabelledPair> labels)
    {
        var all = labels.ToList();
        var unjudged = all.SelectMany(pair => pair.Unjudged).CountBy(id => id, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var judged = all.SelectMany(pair => pair.Clauses).ToLookup(clause => clause.Key, clause => clause.Value, StringComparer.Ordinal);
        return judged
            .Select(clause => clause.Key)
            .Union(unjudged.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToDictionary(id => id, id => Of(judged[id], unjudged.GetValueOrDefault(id)));
    }

    // The first answer was shown first in order, and second when swapped.
    private static LabelStatistics Of(IEnumerable<ClauseJudgement> judgements, int unjudged)
    {
        var all = judgements.ToList();
        return all.Count == 0
            ? new LabelStatistics(0, unjudged, 0, 0)
            : new LabelStatistics(
                all.Count,
                unjudged,
                all.Average(judgement => (judgement.InOrder + 1 - judgement.Swapped) / 2) - 0.5,
                all.Average(judgement => judgement.Flips ? 1.0 : 0.0)
            );
    }
}
