using Plumbline.Training.Supervised;

namespace Plumbline.Training.Rewards;

/// <summary>Answers to one prompt in order of preference; a pair is a ranking of two.</summary>
/// <param name="Answers">Prompt and answer of each, best first; at least two.</param>
/// <param name="Ranks">The rank of each answer, from 1; equal numbers are ties. Ascending.</param>
public sealed record TokenizedRanking(IReadOnlyList<TokenizedExample> Answers, IReadOnlyList<int> Ranks)
{
    /// <summary>By how much a rater said the better answer of a pair leads, 0 or more; null where nobody said.</summary>
    public double? Margin { get; init; }

    /// <summary>
    /// How likely it is that the first answer of a ranking of two really is the better one, in [0.5, 1]; null where nobody said, which is certain, and for every longer ranking.
    /// </summary>
    public double? Confidence { get; init; }

    /// <summary>Whether each answer does harm, for cost models; null where nobody said.</summary>
    public IReadOnlyList<bool>? Harmful { get; init; }

    /// <summary>The ranking as pairs with a better answer, for losses of pairs: up to n(n−1)/2 of them; ties make none.</summary>
    public IEnumerable<TokenizedRanking> Pairs() =>
        RankedPairs
            .Of(Ranks)
            .Select(pair => new TokenizedRanking([Answers[pair.Better], Answers[pair.Worse]], [1, 2])
            {
                Margin = Margin,
                Confidence = Confidence,
                Harmful = Harmful is null ? null : [Harmful[pair.Better], Harmful[pair.Worse]],
            });
}
