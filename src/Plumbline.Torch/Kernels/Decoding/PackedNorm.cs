namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>A norm as the kernels read it: weight with its offset, and bias (zeros for none).</summary>
internal sealed unsafe class PackedNorm(NormPlan plan) : IDisposable
{
    private readonly NativeBuffer<float> values = new(2L * plan.Width);

    internal int Width => plan.Width;

    internal bool Centred => plan.Centred;

    internal float Epsilon => (float)plan.Epsilon;

    internal float* Weight => values.Start;

    internal float* Bias => values.Start + plan.Width;

    internal long Bytes => values.Bytes;

    /// <summary>Takes over the present weights.</summary>
    internal void Pack()
    {
        PackedDecoder.Read(
            plan.Weight,
            plan.Width,
            source => new Span<float>((float*)source, Width).CopyTo(new Span<float>(Weight, Width))
        );
        for (var i = 0; i < Width; i++)
        {
            Weight[i] += plan.Offset;
        }

        if (plan.Bias is { } bias)
        {
            PackedDecoder.Read(bias, plan.Width, source => new Span<float>((float*)source, Width).CopyTo(new Span<float>(Bias, Width)));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => values.Dispose();
}
