using Plumbline.Feedback.RankModels.Fitting;

namespace Plumbline.Feedback.RankModels;

/// <summary>One vote to leave out.</summary>
/// <param name="Observation">The place of its comparison or ranking in the data.</param>
/// <param name="Count">How many votes of it, at least 1.</param>
public readonly record struct DroppedVotes(int Observation, int Count);

/// <summary>
/// A few votes without which another item leads. Found by how much each vote moves the gap to the leader, to first order (Broderick, Giordano and Meager, An automatic finite-sample robustness metric, arXiv
/// 2011.14999), and checked by fitting what is left: the certificate is a fact, and its number of votes an upper bound of the fewest that would do. Intervals do not show this: they ask what other voters
/// would have said, not whom it hangs on.
/// </summary>
/// <param name="Leader">The strongest item of all data.</param>
/// <param name="Challenger">The strongest of what is left; null where no such votes were found.</param>
/// <param name="Dropped">The votes to leave out; empty where none were found.</param>
/// <param name="Votes">How many votes there are in all.</param>
public sealed record FragilityCertificate(int Leader, int? Challenger, IReadOnlyList<DroppedVotes> Dropped, long Votes)
{
    /// <summary>How many votes are left out.</summary>
    public long DroppedCount => Dropped.Sum(dropped => (long)dropped.Count);

    /// <summary>For votes on pairs (<see cref="BradleyTerry"/>).</summary>
    /// <param name="comparisons">What votes said.</param>
    /// <param name="items">How many items there are.</param>
    /// <param name="options">
    /// The prior. Without one what is left must still hold together: a challenger that is merely undefeated after votes were left out does not count.
    /// </param>
    /// <param name="challengers">How many of the next items are tried, at least 1.</param>
    /// <returns>Null where there is no leader: strengths cannot all be compared.</returns>
    /// <exception cref="ArgumentException">As <see cref="BradleyTerry.Fit"/>.</exception>
    public static FragilityCertificate? Of(
        IReadOnlyList<Comparison> comparisons,
        int items,
        StrengthOptions? options = null,
        int challengers = 5
    ) => new FragilitySearch(new ComparisonData(comparisons, items), options ?? new StrengthOptions(), challengers).Run();

    /// <summary>For rankings (<see cref="PlackettLuce"/>).</summary>
    /// <param name="rankings">The rankings, each one vote.</param>
    /// <param name="items">How many items there are.</param>
    /// <param name="options">Prior and ties; see the other overload.</param>
    /// <param name="challengers">How many of the next items are tried, at least 1.</param>
    /// <returns>Null where there is no leader: strengths cannot all be compared.</returns>
    /// <exception cref="ArgumentException">As <see cref="PlackettLuce.Fit"/>.</exception>
    public static FragilityCertificate? Of(IReadOnlyList<Ranking> rankings, int items, StrengthOptions? options = null, int challengers = 5)
    {
        var chosen = options ?? new StrengthOptions();
        return new FragilitySearch(new RankingData(rankings, items, chosen.Ties), chosen, challengers).Run();
    }
}
