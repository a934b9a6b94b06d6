using Plumbline.Torch.Allocation;
using Plumbline.Torch.Functions;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Blocks;

/// <summary>The arithmetic of a block, forward and backward, without autograd.</summary>
/// <typeparam name="T">What the multiplies read and write; the residual stream is float32.</typeparam>
/// <param name="call">The block and its surroundings.</param>
internal readonly unsafe struct BlockPass<T>(BlockCall call)
    where T : struct, IKernelElement
{
    private readonly BlockCall call = call;

    private BlockShape Shape => call.Shape;

    private BlockWeights Weights => call.Weights;

    /// <param name="hidden">[tokens, hidden size], float32.</param>
    /// <param name="output">[tokens, hidden size], float32, written.</param>
    /// <param name="kept">Written: what the backward pass reads.</param>
    internal void Forward(MatrixMemory hidden, MatrixMemory output, BlockActivations kept)
    {
        var (rows, width) = (hidden.Rows, Shape.HiddenSize);
        using var buffer = PooledBuffer.Of(kept.Rows.Dtype, rows * width);
        var added = new MatrixMemory((nint)buffer.Start, kept.Rows.Dtype, rows, width);
        Norm(hidden, default, default, Weights.InputNorm, kept.Normed, kept.Scales);
        MakeRows(kept);
        new BatchedAttention<T>(call.Plan, Shape.Layout, Shape.Rule).Forward(kept.Rows, kept.Attended);
        Weights.Output.Forward<T>(kept.Attended, added, kept.LowOutput);
        Norm(hidden, added, kept.Middle, Weights.FeedForwardNorm, kept.MiddleNormed, kept.MiddleScales);
        Weights.Up.Forward<T>(kept.MiddleNormed, kept.Inner, kept.LowUp);
        using var activeBuffer = PooledBuffer.Of(kept.Rows.Dtype, rows * Shape.FeedForwardSize);
        var active = new MatrixMemory((nint)activeBuffer.Start, kept.Rows.Dtype, rows, Shape.FeedForwardSize);
        new ActivationKernel(Shape.Activation, Shape.Gated).Forward<T>(kept.Inner, active);
        Weights.Down.Forward<T>(active, added, kept.LowDown);
        ResidualNormKernel.Add<T>((float*)kept.Middle.Start, added.Pointer, (float*)output.Start, rows, width);
    }

    /// <summary>Adds to the gradients of the parameters and writes that of the input.</summary>
    /// <param name="hidden">As in the forward pass.</param>
    /// <param name="kept">What it kept; some of it is overwritten, some given back.</param>
    /// <param name="outputGradient">[tokens, hidden size], float32.</param>
    /// <param name="inputGradient">[tokens, hidden size], float32, written.</param>
    internal void Backward(MatrixMemory hidden, BlockActivations kept, MatrixMemory outputGradient, MatrixMemory inputGradient)
    {
        var (rows, width, dtype) = (hidden.Rows, Shape.HiddenSize, kept.Rows.Dtype);
        using var streamBuffer = PooledBuffer.Of(ScalarType.Float32, rows * width);
        using var copyBuffer = PooledBuffer.Of(dtype, rows * width);
        using var normedBuffer = PooledBuffer.Of(dtype, rows * width);
        var stream = new MatrixMemory((nint)streamBuffer.Start, ScalarType.Float32, rows, width);
        var copy = new MatrixMemory((nint)copyBuffer.Start, dtype, rows, width);
        var normed = new MatrixMemory((nint)normedBuffer.Start, dtype, rows, width);

        AccumulationKernel.ConvertAll<T>((float*)outputGradient.Start, copy.Pointer, copy.Count);
        FeedForward(kept, copy, normed);
        NormBackward(kept.Middle, Weights.FeedForwardNorm, kept.MiddleScales, normed, outputGradient, stream, copy);
        kept.ReleaseFeedForward();
        Attention(kept, copy, normed);
        NormBackward(hidden, Weights.InputNorm, kept.Scales, normed, stream, inputGradient, default);
    }

    // Queries and keys normalised and rotated, and values.
    private void MakeRows(BlockActivations kept)
    {
        var projected = Shape.QueryKeyNorm ? kept.Projected : kept.Rows;
        Weights.QueryKeyValue.Forward<T>(kept.Normed, projected, kept.LowQueryKeyValue);
        if (Shape.QueryKeyNorm)
        {
            var bytes = projected.Count * MatrixMemory.ElementSize(projected.Dtype);
            Buffer.MemoryCopy(projected.Pointer, kept.Rows.Pointer, bytes, bytes);
            foreach (var (weight, shape) in HeadNorms())
            {
                HeadNormKernel.Forward<T>(projected.Pointer, (float*)TensorMemory.Start(weight), kept.Rows.Pointer, projected.Rows, shape);
            }
        }

        Rotate(kept.Rows, 1);
    }

    // From the gradient of what the feed-forward adds to that of the normalised stream before it. What the activation read is lost.
    private void FeedForward(BlockActivations kept, MatrixMemory added, MatrixMemory normed)
    {
        using var activeBuffer = PooledBuffer.Of(added.Dtype, added.Rows * Shape.FeedForwardSize);
        var active = new MatrixMemory((nint)activeBuffer.Start, added.Dtype, added.Rows, Shape.FeedForwardSize);
        Weights.Down.InputGradient(added, active);
        // The activation's output was not kept: the way back makes it once more, and writes it over its gradient, and its input's gradient over the input.
        var inner = kept.Inner;
        new ActivationKernel(Shape.Activation, Shape.Gated).Backward<T>(inner, active, inner, active);
        Weights.Down.AddParameterGradients<T>(active, kept.LowDown, added);
        Weights.Up.AddParameterGradients<T>(kept.MiddleNormed, kept.LowUp, inner);
        Weights.Up.InputGradient(inner, normed);
    }

    // From the gradient of what attention adds to that of the normalised input.
    private void Attention(BlockActivations kept, MatrixMemory added, MatrixMemory normed)
    {
        using var attendedBuffer = PooledBuffer.Of(added.Dtype, kept.Attended.Count);
        using var rowBuffer = PooledBuffer.Of(added.Dtype, kept.Rows.Count);
        var attended = kept.Attended with { Start = (nint)attendedBuffer.Start };
        var rows = kept.Rows with { Start = (nint)rowBuffer.Start };
        Weights.Output.AddParameterGradients<T>(kept.Attended, kept.LowOutput, added);
        Weights.Output.InputGradient(added, attended);
        new BatchedAttention<T>(call.Plan, Shape.Layout, Shape.Rule).Backward(kept.Rows, attended, rows);
        Rotate(rows, -1);
        if (Shape.QueryKeyNorm)
        {
            foreach (var (weight, shape) in HeadNorms())
            {
                using var gradient = weight.requires_grad ? ParameterGradient.Of(weight) : null;
                HeadNormKernel.Backward<T>(
                    kept.Projected.Pointer,
                    (float*)TensorMemory.Start(weight),
                    rows.Pointer,
                    gradient is null ? null : (float*)TensorMemory.Start(gradient),
                    rows.Rows,
                    shape
                );
            }
        }

        Weights.QueryKeyValue.AddParameterGradients<T>(kept.Normed, kept.LowQueryKeyValue, rows);
        Weights.QueryKeyValue.InputGradient(rows, normed);
    }

    private void Norm(MatrixMemory x, MatrixMemory added, MatrixMemory sum, Tensor weight, MatrixMemory normed, MatrixMemory scales) =>
        ResidualNormKernel.Forward<T>(
            (float*)x.Start,
            added.Pointer,
            (float*)sum.Start,
            (float*)TensorMemory.Start(weight),
            normed.Pointer,
            (float*)scales.Start,
            x.Rows,
            Shape.Norm
        );

    private void NormBackward(
        MatrixMemory x,
        Tensor weight,
        MatrixMemory scales,
        MatrixMemory normed,
        MatrixMemory past,
        MatrixMemory result,
        MatrixMemory copy
    )
    {
        using var gradient = weight.requires_grad ? ParameterGradient.Of(weight) : null;
        ResidualNormKernel.Backward<T>(
            (float*)x.Start,
            (float*)TensorMemory.Start(weight),
            (float*)scales.Start,
            normed.Pointer,
            (float*)past.Start,
            (float*)result.Start,
            copy.Pointer,
            gradient is null ? null : (float*)TensorMemory.Start(gradient),
            x.Rows,
            Shape.Norm
        );
    }

    private void Rotate(MatrixMemory rows, float direction)
    {
        if (Shape.RotaryHalf > 0)
        {
            RotaryKernel.Rotate<T>(
                rows.Pointer,
                rows.Pointer,
                (float*)TensorMemory.Start(call.Cosine!),
                (float*)TensorMemory.Start(call.Sine!),
                rows.Rows,
                Shape.Rotary,
                direction
            );
        }
    }

    private (Tensor Weight, HeadNormShape Shape)[] HeadNorms() =>
        [(Weights.QueryNorm!, Shape.QueryNorm), (Weights.KeyNorm!, Shape.KeyNorm)];
}
