using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies.Advantages;

/// <summary>
/// What an estimator sees: all answers of a step, their tokens one answer after the other. Numbers are of one floating-point type. An answer that no reward
/// could score does not belong here: it is neither good nor bad, and counting it as 0 would make it one of them.
/// </summary>
/// <param name="TokenRewards">[tokens]: what each token earned; an answer's score stands at its last token, a penalty at the token that is penalised.</param>
/// <param name="Owners">[tokens], int64, rising: the answer that each token belongs to.</param>
/// <param name="Groups">[answers], int64: the prompt that each answer belongs to, from 0.</param>
public sealed record RewardedAnswers(Tensor TokenRewards, Tensor Owners, Tensor Groups)
{
    /// <summary>[tokens]: what a critic expects from before each token on; null without a critic.</summary>
    public Tensor? Values { get; init; }

    /// <summary>[answers]: the return of another answer to the same prompt; null for none.</summary>
    public Tensor? Baselines { get; init; }

    /// <summary>Number of answers.</summary>
    public long Count => Groups.shape[0];

    /// <summary>[answers]: all that an answer earned.</summary>
    public Tensor Returns => TokenRewards.SumByGroup(Owners, Count);

    /// <summary>Values of answers at each of their tokens.</summary>
    /// <param name="perAnswer">[answers].</param>
    /// <returns>[tokens].</returns>
    public Tensor AtTokens(Tensor perAnswer) => perAnswer.index_select(0, Owners);

    /// <summary>The returns less their mean over the answers to the same prompt, and how many these are.</summary>
    /// <param name="name">The estimator that asks.</param>
    /// <returns>Both [answers].</returns>
    /// <exception cref="InvalidInputException">A prompt has a single answer.</exception>
    public (Tensor Centred, Tensor Sizes) Compared(string name)
    {
        var groups = Count == 0 ? 0 : Groups.max().item<long>() + 1;
        var sizes = ones_like(Returns).SumByGroup(Groups, groups).index_select(0, Groups);
        if (Count > 0 && sizes.min().to(ScalarType.Float64).item<double>() < 2)
        {
            throw new InvalidInputException(
                $"The estimator {name} compares answers to one prompt, and a prompt has a single scored answer.",
                "Generate two answers a prompt at least, or use an estimator without groups, such as reinforce_plus_plus."
            );
        }

        var returns = Returns;
        var means = returns.SumByGroup(Groups, groups).index_select(0, Groups) / sizes;
        return (returns - means, sizes);
    }
}
