using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences;

/// <summary>
/// Direct preference optimisation (arXiv 2305.18290, equation 7): −log σ(β·[(log π_c − log ref_c) − (log π_r − log ref_r)]). A pure function: it does not know
/// where the log-probabilities come from.
/// </summary>
public static class DirectPreferenceLoss
{
    /// <summary>The loss of each pair, and the implicit rewards β·(log π − log ref).</summary>
    /// <param name="chosen">Policy log-probabilities of the preferred answers, [pairs].</param>
    /// <param name="rejected">Policy log-probabilities of the dispreferred answers, [pairs].</param>
    /// <param name="referenceChosen">The reference's, [pairs].</param>
    /// <param name="referenceRejected">The reference's, [pairs].</param>
    /// <param name="beta">How strongly the policy is held to the reference, above 0.</param>
    public static PreferenceLoss Sigmoid(Tensor chosen, Tensor rejected, Tensor referenceChosen, Tensor referenceRejected, double beta)
    {
        var chosenReward = (chosen - referenceChosen).Times(beta);
        var rejectedReward = (rejected - referenceRejected).Times(beta);
        return new PreferenceLoss(-F.logsigmoid(chosenReward - rejectedReward), chosenReward.detach(), rejectedReward.detach());
    }
}

/// <summary>Losses of pairs.</summary>
/// <param name="Losses">[pairs], differentiable.</param>
/// <param name="ChosenRewards">Implicit rewards of the preferred answers, [pairs], detached.</param>
/// <param name="RejectedRewards">Implicit rewards of the dispreferred answers, [pairs], detached.</param>
public sealed record PreferenceLoss(Tensor Losses, Tensor ChosenRewards, Tensor RejectedRewards);
