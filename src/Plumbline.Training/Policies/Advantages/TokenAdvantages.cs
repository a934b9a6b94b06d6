using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies.Advantages;

/// <summary>Estimators in which each token of an answer has an advantage of its own.</summary>
public static class TokenAdvantages
{
    /// <summary>Â_t = δ_t + γλ·Â_{t+1} with δ_t = r_t + γ·V_{t+1} − V_t; nothing follows an answer's last token.</summary>
    /// <param name="answers">With a critic's values.</param>
    /// <param name="options">γ and λ.</param>
    /// <returns>[tokens], not whitened: a critic learns from Â + V.</returns>
    /// <exception cref="InvalidInputException">There are no values.</exception>
    [Advantage(
        "gae",
        Formula = "Σ_k (γλ)^k δ_{t+k}, δ_t = r_t + γ·V_{t+1} − V_t",
        Paper = "generalised advantage estimation, arXiv 1506.02438, equation 16",
        Reads = [nameof(AdvantageOptions.Gamma), nameof(AdvantageOptions.Lambda)],
        NeedsValues = true
    )]
    public static Tensor Generalised(RewardedAnswers answers, AdvantageOptions options)
    {
        var values = Numbers(
            answers.Values
                ?? throw new InvalidInputException(
                    "The estimator gae reads a critic's values, and there are none.",
                    "Train with a critic, or use an estimator without one, such as rloo."
                )
        );
        return Backward(
            answers,
            (reward, token, next, advantage) =>
                reward + (options.Gamma * (next < 0 ? 0 : values[next])) - values[token] + (options.Gamma * options.Lambda * advantage)
        );
    }

    /// <summary>The discounted rewards from each token on, whitened over all tokens of the step: no critic, no groups.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="options">γ.</param>
    /// <returns>[tokens].</returns>
    [Advantage(
        "reinforce_plus_plus",
        Formula = "Σ_k γ^k r_{t+k}, whitened over the step's tokens",
        Paper = "REINFORCE++, arXiv 2501.03262",
        Reads = [nameof(AdvantageOptions.Gamma)]
    )]
    public static Tensor RewardsToGo(RewardedAnswers answers, AdvantageOptions options) =>
        Whitening.Of(Backward(answers, (reward, _, _, later) => reward + (options.Gamma * later)));

    /// <summary>R − b: the answer's return less that of the greedy answer to the same prompt.</summary>
    /// <param name="answers">With baselines.</param>
    /// <param name="options">None are read.</param>
    /// <returns>[tokens].</returns>
    /// <exception cref="InvalidInputException">There are no baselines.</exception>
    [Advantage("remax", Formula = "R − R of the greedy answer to the prompt", Paper = "ReMax, arXiv 2310.10505", NeedsBaselines = true)]
    public static Tensor AgainstGreedy(RewardedAnswers answers, AdvantageOptions options) => answers.AtTokens(Lead(answers, "remax"));

    /// <summary>
    /// σ(R − R′) − ½: how much more often than not the answer is preferred to an opponent's, by Bradley and Terry. With the mixture of policy and reference as
    /// opponent, the policy moves to the Nash equilibrium of the preferences.
    /// </summary>
    /// <inheritdoc cref="AgainstGreedy"/>
    [Advantage(
        "nash_md",
        Formula = "σ(R − R of an opponent's answer to the prompt) − ½",
        Paper = "Nash-MD, arXiv 2312.00886",
        NeedsBaselines = true
    )]
    public static Tensor AgainstOpponent(RewardedAnswers answers, AdvantageOptions options) =>
        answers.AtTokens(Lead(answers, "nash_md").sigmoid().Plus(-0.5));

    private static Tensor Lead(RewardedAnswers answers, string name) =>
        answers.Returns
        - (
            answers.Baselines
            ?? throw new InvalidInputException(
                $"The estimator {name} reads the return of another answer to each prompt, and there is none.",
                "Draw such answers beside the policy's, or use an estimator without baselines, such as rloo."
            )
        );

    // From each answer's last token to its first: the token's result from its reward, its index, the next token's (−1 for none) and the next one's result.
    private static Tensor Backward(RewardedAnswers answers, Func<double, int, int, double, double> step)
    {
        var (rewards, owners) = (Numbers(answers.TokenRewards), answers.Owners.data<long>().ToArray());
        var results = new double[rewards.Length];
        for (var token = rewards.Length - 1; token >= 0; token--)
        {
            var next = token + 1 < rewards.Length && owners[token + 1] == owners[token] ? token + 1 : -1;
            results[token] = step(rewards[token], token, next, next < 0 ? 0 : results[next]);
        }

        return tensor(results, dtype: answers.TokenRewards.dtype, device: answers.TokenRewards.device);
    }

    private static double[] Numbers(Tensor values)
    {
        using var wide = values.detach().cpu().to(ScalarType.Float64);
        return wide.data<double>().ToArray();
    }
}
