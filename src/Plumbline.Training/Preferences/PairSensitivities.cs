using static TorchSharp.torch;

namespace Plumbline.Training.Preferences;

/// <summary>What the log-probabilities of one pass weigh in the loss of a whole step: ∂L/∂log π of each answer.</summary>
/// <param name="Chosen">[pairs].</param>
/// <param name="Rejected">[pairs].</param>
/// <param name="Value">The pass's share of the step's loss, by its number of pairs.</param>
internal sealed record PairSensitivities(float[] Chosen, float[] Rejected, double Value)
{
    /// <summary>Differentiates a step's loss with respect to all its log-probabilities.</summary>
    /// <param name="passes">The step's pairs, pass by pass; without gradients.</param>
    /// <param name="loss">The scalar loss of all pairs together.</param>
    internal static IEnumerable<PairSensitivities> Of(IReadOnlyList<PairLogProbabilities> passes, Func<PairLogProbabilities, Tensor> loss)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        Tensor Joined(Func<PairLogProbabilities, Tensor?> part) => cat([.. passes.Select(pass => part(pass)!)]);
        var (chosen, rejected) = (Joined(pass => pass.Chosen).detach(), Joined(pass => pass.Rejected).detach());
        chosen.requires_grad = true;
        rejected.requires_grad = true;
        var hasReference = passes[0].ReferenceChosen is not null;
        var value = loss(
            new PairLogProbabilities(
                chosen,
                rejected,
                hasReference ? Joined(pass => pass.ReferenceChosen) : null,
                hasReference ? Joined(pass => pass.ReferenceRejected) : null,
                Joined(pass => pass.ChosenLengths),
                Joined(pass => pass.RejectedLengths)
            )
        );
        value.backward();
        var (ofChosen, ofRejected) = (Values(chosen), Values(rejected));
        var (total, count) = (value.item<float>(), ofChosen.Length);
        var result = new List<PairSensitivities>();
        var start = 0;
        foreach (var pairs in passes.Select(pass => (int)pass.Chosen.shape[0]))
        {
            var range = start..(start + pairs);
            result.Add(new PairSensitivities(ofChosen[range], ofRejected[range], total * pairs / count));
            start += pairs;
        }

        return result;
    }

    /// <summary>A scalar whose gradient is the step's loss's.</summary>
    internal Tensor Linearised(PairLogProbabilities pairs) =>
        (pairs.Chosen * tensor(Chosen, device: pairs.Chosen.device)).sum()
        + (pairs.Rejected * tensor(Rejected, device: pairs.Rejected.device)).sum();

    private static float[] Values(Tensor leaf) => leaf.grad!.to(ScalarType.Float32).data<float>().ToArray();
}
