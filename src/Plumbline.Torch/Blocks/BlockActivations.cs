using Plumbline.Torch.Allocation;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Blocks;

/// <summary>What a block's forward pass leaves for its backward pass, in rented memory.</summary>
internal sealed unsafe class BlockActivations : IDisposable
{
    private readonly List<PooledBuffer> buffers = [];
    private readonly List<PooledBuffer> feedForwardBuffers = [];

    /// <summary>Rents the memory.</summary>
    /// <param name="shape">The block.</param>
    /// <param name="weights">Its parameters, with what adapters add.</param>
    /// <param name="rows">Tokens.</param>
    /// <param name="dtype">What the multiplies run in.</param>
    internal BlockActivations(BlockShape shape, BlockWeights weights, long rows, ScalarType dtype)
    {
        MatrixMemory Rent(ScalarType type, long width, bool ofFeedForward = false)
        {
            var buffer = PooledBuffer.Of(type, rows * width);
            (ofFeedForward ? feedForwardBuffers : buffers).Add(buffer);
            return new MatrixMemory((nint)buffer.Start, type, rows, width);
        }

        Normed = Rent(dtype, shape.HiddenSize);
        Scales = Rent(ScalarType.Float32, 1);
        Projected = shape.QueryKeyNorm ? Rent(dtype, shape.Layout.RowSize) : default;
        Rows = Rent(dtype, shape.Layout.RowSize);
        Attended = Rent(dtype, shape.Layout.QuerySize);
        Middle = Rent(ScalarType.Float32, shape.HiddenSize, ofFeedForward: true);
        MiddleNormed = Rent(dtype, shape.HiddenSize, ofFeedForward: true);
        MiddleScales = Rent(ScalarType.Float32, 1);
        Inner = Rent(dtype, weights.Up.Outputs, ofFeedForward: true);
        LowQueryKeyValue = Rent(dtype, weights.QueryKeyValue.Ranks);
        LowOutput = Rent(dtype, weights.Output.Ranks);
        LowUp = Rent(dtype, weights.Up.Ranks);
        LowDown = Rent(dtype, weights.Down.Ranks);
    }

    /// <summary>The normalised input.</summary>
    internal MatrixMemory Normed { get; }

    /// <summary>1 / root mean square of each input row.</summary>
    internal MatrixMemory Scales { get; }

    /// <summary>Queries, keys and values before the norms of heads; empty without them.</summary>
    internal MatrixMemory Projected { get; }

    /// <summary>Rotated queries and keys, and values.</summary>
    internal MatrixMemory Rows { get; }

    /// <summary>What attention returned.</summary>
    internal MatrixMemory Attended { get; }

    /// <summary>The residual stream between attention and feed-forward.</summary>
    internal MatrixMemory Middle { get; }

    /// <summary>The same, normalised.</summary>
    internal MatrixMemory MiddleNormed { get; }

    /// <summary>1 / root mean square of its rows.</summary>
    internal MatrixMemory MiddleScales { get; }

    /// <summary>What the activation reads.</summary>
    internal MatrixMemory Inner { get; }

    /// <summary>x Aᵀ of the adapters on each projection.</summary>
    internal MatrixMemory LowQueryKeyValue { get; }

    /// <inheritdoc cref="LowQueryKeyValue"/>
    internal MatrixMemory LowOutput { get; }

    /// <inheritdoc cref="LowQueryKeyValue"/>
    internal MatrixMemory LowUp { get; }

    /// <inheritdoc cref="LowQueryKeyValue"/>
    internal MatrixMemory LowDown { get; }

    /// <summary>Whether the memory was given back.</summary>
    internal bool IsDisposed { get; private set; }

    /// <summary>Gives back what only the feed-forward's backward pass reads.</summary>
    internal void ReleaseFeedForward() => feedForwardBuffers.ForEach(buffer => buffer.Dispose());

    /// <inheritdoc/>
    public void Dispose()
    {
        IsDisposed = true;
        ReleaseFeedForward();
        buffers.ForEach(buffer => buffer.Dispose());
    }
}
