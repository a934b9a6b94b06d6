namespace Plumbline.Feedback.RankModels;

/// <summary>What a tie within a ranking means.</summary>
public enum TieModel
{
    /// <summary>
    /// The order of the tied items is not known: a ranking's probability is the sum over all orders that it leaves open, so that a tie between two items alone says nothing. The default, because it
    /// takes nobody's reasons for granted, adds no parameter, treats "the best three of nine" exactly and is what the reward loss <c>plackett_luce</c> learns by. Where people are asked to tie what
    /// is equally good it throws away what they said and overstates differences: take <see cref="DavidsonLuce"/> then.
    /// </summary>
    UnknownOrder,

    /// <summary>
    /// The tied items were judged equally good: from those that are left, the set T is chosen with probability δ_|T| (Π_{i∈T} w_i)^{1/|T|} over the sum of the same for all sets, δ_1 = 1, with a
    /// prevalence δ_t for each size of tie that occurs. Firth, Kosmidis and Turner, Davidson-Luce model for multi-item choice with ties (2019); for two items it is Davidson's model
    /// (Journal of the American Statistical Association 65, 1970).
    /// </summary>
    DavidsonLuce,
}
