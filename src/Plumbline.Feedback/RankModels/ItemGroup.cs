namespace Plumbline.Feedback.RankModels;

/// <summary>Why the items of a group cannot be measured against the others.</summary>
public enum GroupStanding
{
    /// <summary>Nothing links them to the others: neither was ever compared with one of these.</summary>
    Unconnected,

    /// <summary>They were compared with others and never lost: without a prior they are infinitely stronger.</summary>
    Undefeated,

    /// <summary>They were compared with others and never won: without a prior they are infinitely weaker.</summary>
    Winless,

    /// <summary>They always lost to some and always won against others.</summary>
    Between,
}

/// <summary>
/// Items whose strengths can be measured against each other. Without a prior these are the largest sets in which every item is reached from every other by a chain of wins (Ford, American Mathematical
/// Monthly 64, 1957: there the likelihood has a maximum); with one they are the sets that comparisons connect.
/// </summary>
/// <param name="Items">The items, ascending.</param>
/// <param name="Standing">What keeps them apart from the others; for the only group of all it is <see cref="GroupStanding.Unconnected"/>.</param>
public sealed record ItemGroup(IReadOnlyList<int> Items, GroupStanding Standing);
