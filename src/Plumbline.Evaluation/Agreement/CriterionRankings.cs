namespace Plumbline.Evaluation.Agreement;

/// <summary>What people ranked by one criterion.</summary>
/// <param name="Criterion">Its id; null for the overall ranks.</param>
/// <param name="Requests">The requests that were ranked by it.</param>
public sealed record CriterionRankings(string? Criterion, IReadOnlyList<RequestRankings> Requests);

/// <summary>The rankings of one request's answers by one criterion.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Rankings">At least one, each of another rater, all over the same answers.</param>
public sealed record RequestRankings(long Id, IReadOnlyList<RaterRanks> Rankings)
{
    /// <summary>How many answers were ranked.</summary>
    internal int Answers => Rankings[0].Ranks.Count;

    /// <summary>How many pairs of answers that makes.</summary>
    internal int Pairs => Answers * (Answers - 1) / 2;
}

/// <summary>A rater's ranks.</summary>
/// <param name="Rater">The rater's number, from 0.</param>
/// <param name="Ranks">The rank of each answer, 1 the best; equal numbers are ties.</param>
public readonly record struct RaterRanks(int Rater, IReadOnlyList<int> Ranks)
{
    /// <summary>Which of two answers the rater finds better: 2 for the first, 0 for the second, 1 for neither. Whole numbers, so that sums are exact.</summary>
    internal int Prefers(int first, int second) => 1 + Math.Sign(Ranks[second] - Ranks[first]);
}

/// <summary>Something that parts raters into groups, such as where they live.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Groups">The groups' names.</param>
/// <param name="GroupOf">For each rater the number of the group, from 0; null for a rater of whom it is not known.</param>
public sealed record RaterTrait(string Name, IReadOnlyList<string> Groups, IReadOnlyList<int?> GroupOf);
