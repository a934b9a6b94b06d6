using Plumbline.Training.Supervised;

namespace Plumbline.Training.Rewards;

/// <summary>Answers to one prompt in order of preference; a pair is a ranking of two.</summary>
/// <param name="Answers">Prompt and answer of each, best first; at least two.</param>
/// <param name="Ranks">The rank of each answer, from 1; equal numbers are ties. Ascending.</param>
public sealed record TokenizedRanking(IReadOnlyList<TokenizedExample> Answers, IReadOnlyList<int> Ranks);
