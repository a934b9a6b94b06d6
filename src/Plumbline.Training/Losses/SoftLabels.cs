using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Losses;

/// <summary>
/// Labels of pairs that are not certain: the first answer is better with the probability c alone, and what is minimised is the loss that is to be expected, c·l + (1 − c)·l′, l′ being
/// that of the pair with its answers changed round. Of the logistic loss it is least where σ of the margin is c; a step on it is conservative DPO's with label_smoothing 1 − c.
/// </summary>
internal static class SoftLabels
{
    /// <summary>The confidences of some pairs as a tensor.</summary>
    /// <param name="said">Of each pair, in [0.5, 1]; null where nobody said, which is certain.</param>
    /// <param name="like">Decides type and device.</param>
    /// <returns>[pairs]; null where all are certain, so that nothing is computed twice.</returns>
    /// <exception cref="InvalidInputException">A confidence is out of range.</exception>
    internal static Tensor? Confidences(IReadOnlyList<double?> said, Tensor like)
    {
        if (said.FirstOrDefault(confidence => confidence is not (null or (>= 0.5 and <= 1))) is { } wrong)
        {
            throw new InvalidInputException(
                $"A pair has the confidence {wrong}.",
                "Give a probability in [0.5, 1], and swap the answers of a pair whose second one is the likelier to be better."
            );
        }

        return said.Any(confidence => confidence < 1)
            ? tensor([.. said.Select(confidence => confidence ?? 1)], like.dtype, like.device)
            : null;
    }

    /// <summary>c·l + (1 − c)·l′; the bits of l where c is 1.</summary>
    /// <param name="confidences">c, [pairs].</param>
    /// <param name="asSaid">l, [pairs].</param>
    /// <param name="swapped">l′, [pairs], finite.</param>
    internal static Tensor Expected(Tensor confidences, Tensor asSaid, Tensor swapped) =>
        asSaid * confidences + swapped * (-confidences).Plus(1);
}
