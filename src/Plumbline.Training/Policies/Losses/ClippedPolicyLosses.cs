using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies.Losses;

/// <summary>Losses that follow a ratio only so far: min(ρA, clip(ρ, 1 − ε, 1 + ε_high)·A), pessimistic on both sides. They differ in what ρ is of.</summary>
public static class ClippedPolicyLosses
{
    private const string Formula = "−min(min(ρ, δ)·A, clip(ρ, 1 − ε, 1 + ε_high)·A), ρ ";

    /// <summary>ρ of each token: PPO, GRPO, DAPO.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="options">ε, ε_high, δ.</param>
    /// <returns>[tokens], differentiable.</returns>
    [PolicyLoss(
        "clip",
        Formula = Formula + "of the token",
        Paper = "PPO, arXiv 1707.06347, equation 7; ε_high: DAPO, arXiv 2503.14476; δ: arXiv 1912.09729",
        Reads = [nameof(PolicyLossOptions.Epsilon), nameof(PolicyLossOptions.EpsilonHigh), nameof(PolicyLossOptions.Delta)]
    )]
    public static Tensor PerToken(AnswerTokens tokens, PolicyLossOptions options) => Clipped(tokens.Ratios, tokens, options);

    /// <summary>ρ of the whole answer, per token: (π(y)/π_old(y))^(1/|y|).</summary>
    /// <inheritdoc cref="PerToken"/>
    [PolicyLoss(
        "gspo",
        Formula = Formula + "= (π(y)/π_old(y))^(1/|y|) of the answer",
        Paper = "GSPO, arXiv 2507.18071",
        Reads = [nameof(PolicyLossOptions.Epsilon), nameof(PolicyLossOptions.EpsilonHigh), nameof(PolicyLossOptions.Delta)]
    )]
    public static Tensor PerTokenMean(AnswerTokens tokens, PolicyLossOptions options) =>
        Clipped(tokens.AnswerRatios(perToken: true), tokens, options);

    /// <summary>ρ of the whole answer, π(y)/π_old(y): RLOO's, which treats an answer as one action. Long answers leave the clip at once.</summary>
    /// <inheritdoc cref="PerToken"/>
    [PolicyLoss(
        "sequence_clip",
        Formula = Formula + "= π(y)/π_old(y) of the answer",
        Paper = "RLOO, arXiv 2402.14740, as TRL computes it",
        Reads = [nameof(PolicyLossOptions.Epsilon), nameof(PolicyLossOptions.EpsilonHigh), nameof(PolicyLossOptions.Delta)]
    )]
    public static Tensor PerAnswer(AnswerTokens tokens, PolicyLossOptions options) =>
        Clipped(tokens.AnswerRatios(perToken: false), tokens, options);

    private static Tensor Clipped(Tensor ratios, AnswerTokens tokens, PolicyLossOptions options)
    {
        using var low = (1 - options.Epsilon).ToScalar();
        using var high = (1 + options.Above).ToScalar();
        var followed = ratios;
        if (options.Delta is { } limit)
        {
            using var largest = limit.ToScalar();
            followed = ratios.clamp_max(largest);
        }

        return -minimum(followed * tokens.Advantages, ratios.clamp(low, high) * tokens.Advantages);
    }
}
