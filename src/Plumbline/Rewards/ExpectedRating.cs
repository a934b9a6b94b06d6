using System.Globalization;
using Microsoft.Extensions.AI;
using Plumbline.Scoring;

namespace Plumbline.Rewards;

/// <summary>
/// The mean over ten ratings, each as likely as the judge would give it and nothing else: Σ k·P(k), P(k) = exp(l_k) / Σ_j exp(l_j), scaled to [0, 1] (Lee et al., RLAIF, arXiv 2309.00267, 3). It tells more
/// than the likeliest rating, which many answers share. Where the judge would give none of them, or its likelihoods are known too loosely, there is no judgement.
/// </summary>
/// <param name="scorer">The judge; not owned.</param>
/// <param name="principles">What a good answer does, at least one.</param>
/// <param name="scale">The ratings: from 1 to 10 the reward is (E − 1) / 9, from 0 to 9 it is E / 9.</param>
/// <param name="parallel">Answers rated at the same time.</param>
public sealed class ExpectedRating(IOptionScorer scorer, IReadOnlyList<string> principles, RatingScale scale, int parallel)
    : JudgeReward(principles, parallel)
{
    private const int Count = 10;

    /// <summary>What is only bounded may change the reward by so much at most.</summary>
    private const double Tolerance = 0.01;

    private readonly string[] ratings =
    [
        .. Enumerable.Range(scale == RatingScale.OneToTen ? 1 : 0, Count).Select(rating => rating.ToString(CultureInfo.InvariantCulture)),
    ];

    private protected override string Reply => $"Reply with a whole number alone, from {ratings[0]} (not at all) to {ratings[^1]} (fully).";

    private protected override async Task<double?> RateAsync(ChatMessage question, CancellationToken cancellation) =>
        Expected(
            await scorer.ScoreOptionsAsync(new OptionQuestion([question], ratings) { Whole = true, Tolerance = Tolerance }, cancellation)
        );

    /// <summary>Σ i·P(i) / 9 over the places i = 0 to 9 of the ratings; null where none of them is likely at all.</summary>
    /// <param name="logProbabilities">Of each rating, in nats; null for none.</param>
    internal static double? Expected(IReadOnlyList<double>? logProbabilities) =>
        logProbabilities is not null && double.IsFinite(OptionProbabilities.LogSum(logProbabilities))
            ? OptionProbabilities.Of(logProbabilities).Select((share, place) => share * place).Sum() / (Count - 1)
            : null;
}
