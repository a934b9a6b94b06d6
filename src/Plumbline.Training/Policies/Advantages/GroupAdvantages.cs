using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies.Advantages;

/// <summary>Estimators that compare answers to the same prompt; each token of an answer has its answer's advantage.</summary>
public static class GroupAdvantages
{
    // TRL's: a group of all but equal rewards is not blown up.
    private const double Smoothing = 1e-4;

    /// <summary>(R − mean) / (s + 1e-4), with the unbiased standard deviation s of the prompt's returns.</summary>
    /// <param name="answers">In groups.</param>
    /// <param name="options">None are read.</param>
    /// <returns>[tokens].</returns>
    /// <exception cref="InvalidInputException">A prompt has a single answer.</exception>
    [Advantage(
        "grpo",
        Formula = "(R − mean of the prompt's R) / (standard deviation of the prompt's R + 1e-4)",
        Paper = "GRPO, arXiv 2402.03300, section 4.1",
        NeedsGroups = true
    )]
    public static Tensor Standardised(RewardedAnswers answers, AdvantageOptions options)
    {
        var (centred, sizes) = answers.Compared("grpo");
        var squares = (centred * centred).SumByGroup(answers.Groups, answers.Count).index_select(0, answers.Groups);
        var deviation = (squares / sizes.Plus(-1.0)).sqrt();
        return answers.AtTokens(centred / deviation.Plus(Smoothing));
    }

    /// <summary>R − mean of the prompt's returns: a policy gradient without GRPO's bias towards prompts of like answers.</summary>
    /// <inheritdoc cref="Standardised"/>
    [Advantage("dr_grpo", Formula = "R − mean of the prompt's R", Paper = "Dr. GRPO, arXiv 2503.20783", NeedsGroups = true)]
    public static Tensor Centred(RewardedAnswers answers, AdvantageOptions options) =>
        answers.AtTokens(answers.Compared("dr_grpo").Centred);

    /// <summary>R − mean of the returns of the other answers to the prompt: unbiased.</summary>
    /// <inheritdoc cref="Standardised"/>
    [Advantage("rloo", Formula = "R − mean of the prompt's other R", Paper = "RLOO, arXiv 2402.14740", NeedsGroups = true)]
    public static Tensor LeaveOneOut(RewardedAnswers answers, AdvantageOptions options)
    {
        var (centred, sizes) = answers.Compared("rloo");
        return answers.AtTokens(centred * sizes / sizes.Plus(-1.0));
    }

    /// <summary>R − mean of the prompt's returns, whitened over all tokens of the step.</summary>
    /// <inheritdoc cref="Standardised"/>
    [Advantage(
        "reinforce_plus_plus_baseline",
        Formula = "R − mean of the prompt's R, whitened over the step's tokens",
        Paper = "REINFORCE++, arXiv 2501.03262",
        NeedsGroups = true
    )]
    public static Tensor CentredAndWhitened(RewardedAnswers answers, AdvantageOptions options) =>
        Whitening.Of(answers.AtTokens(answers.Compared("reinforce_plus_plus_baseline").Centred));
}
