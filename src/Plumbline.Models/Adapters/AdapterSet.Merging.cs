using static TorchSharp.torch;

namespace Plumbline.Models.Adapters;

/// <content>Writing adapters into the base.</content>
public sealed partial class AdapterSet
{
    /// <summary>
    /// Writes the active adapters into the base's weights, W + Σ share · ΔW in float32, and takes them off. The decoder gives what it gave before, to float
    /// order, and its base is another one from now on.
    /// </summary>
    /// <exception cref="InvalidOperationException">The base is in four bits.</exception>
    public void MergeAndUnload()
    {
        ThrowIfQuantized();
        using (NewDisposeScope())
        {
            WriteMerged();
        }

        foreach (var (adapter, _) in active.ToArray())
        {
            Remove(adapter.Name);
        }
    }

    /// <summary>Whether the base's weights are, at present, not its own.</summary>
    internal bool IsMerged { get; private set; }

    /// <summary>
    /// Writes the active adapters into the base's weights until the result is disposed, for many passes without gradients (sampling): no low-rank products
    /// then. Keeps the adapted matrices of the base beside, and puts them back to the bit.
    /// </summary>
    /// <returns>Dispose it to unmerge.</returns>
    /// <exception cref="InvalidOperationException">The base is in four bits.</exception>
    public IDisposable Merge()
    {
        ThrowIfQuantized();
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var kept = decoder
            .Projections.Where(projection => projection.Updates.Count > 0)
            .Select(projection => (projection.Weight.Value, projection.BaseWeight().clone().DetachFromDisposeScope()))
            .ToArray();
        WriteMerged();
        IsMerged = true;
        return new Merged(this, SwitchOff(), kept);
    }

    private void ThrowIfQuantized()
    {
        if (decoder.IsQuantized)
        {
            throw new InvalidOperationException("A base in four bits cannot take an adapter in: take a merged copy of the decoder.");
        }
    }

    private void WriteMerged()
    {
        using var noGradients = no_grad();
        foreach (var projection in decoder.Projections.Where(projection => projection.Updates.Count > 0))
        {
            using var each = NewDisposeScope();
            projection.Weight.Value.copy_(projection.EffectiveWeight());
        }
    }

    private sealed class Merged(AdapterSet set, IDisposable switchedOff, (Tensor Weight, Tensor Kept)[] kept) : IDisposable
    {
        private bool disposed;

        public void Dispose()
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
            using var noGradients = no_grad();
            foreach (var (weight, before) in kept)
            {
                weight.copy_(before);
                before.Dispose();
            }

            set.IsMerged = false;
            switchedOff.Dispose();
        }
    }
}
