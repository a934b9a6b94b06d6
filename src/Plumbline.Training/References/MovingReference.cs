using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Torch.Functions;
using Plumbline.Training.Packing;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.References;

/// <summary>
/// A reference that follows the policy: ref ← α·π + (1 − α)·ref after every so many steps. α = 0.6 every 512 steps is TR-DPO's soft update, α = 1 its hard one
/// (arXiv 2404.09656); a small α after every step is an exponential average.
/// </summary>
public sealed class MovingReference : ReferencePolicy
{
    private const string Folder = "reference";

    private readonly Decoder policy;
    private readonly Decoder reference;
    private readonly double share;
    private readonly int every;

    /// <summary>A reference that starts as the policy stands now.</summary>
    /// <param name="policy">The model in training; not owned.</param>
    /// <param name="share">α, in (0, 1].</param>
    /// <param name="every">Steps between updates, at least 1.</param>
    /// <exception cref="InvalidInputException">The policy trains adapters: their reference would be another stack than theirs.</exception>
    public MovingReference(Decoder policy, double share, int every)
    {
        if (policy.Adapters.All.Count > 0)
        {
            throw new InvalidInputException(
                "A moving reference cannot follow adapters.",
                "Train the whole model, or hold the policy to the base with the adapters off."
            );
        }

        (this.policy, this.share, this.every) = (policy, share, every);
        reference = policy.FrozenCopy();
    }

    /// <inheritdoc/>
    internal override ReferenceScores Score(PackedExamples packed, IReadOnlyList<TokenizedExample> sequences, bool withLogits = false) =>
        packed.ScoreAsReference(reference, withLogits);

    /// <inheritdoc/>
    internal override void EndStep(long step)
    {
        if (step % every != 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        foreach (var (ours, theirs) in reference.Parameters.Zip(policy.Parameters))
        {
            ours.Value.copy_(ours.Value.Times(1 - share) + theirs.Value.Times(share));
        }
    }

    /// <inheritdoc/>
    internal override void SaveState(string folder) => ModelFolder.Save(Path.Combine(folder, Folder), reference);

    /// <inheritdoc/>
    internal override void LoadState(string folder) => ModelFolder.LoadWeights(Path.Combine(folder, Folder), reference);

    /// <inheritdoc/>
    public override void Dispose()
    {
        reference.Dispose();
        base.Dispose();
    }
}
