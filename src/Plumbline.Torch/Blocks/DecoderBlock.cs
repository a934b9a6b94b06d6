using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Torch.Blocks;

/// <summary>
/// A transformer block as one step of autograd, with a backward pass of its own over memory that is used again from pass to pass: no graph inside, no new
/// tensors but the result. On the CPU, with a float32 residual stream; under <see cref="Autocast"/> the multiplies run in bf16 from copies of the weights that
/// are made when these change.
/// </summary>
/// <remarks>
/// The backward pass adds to the parameters' <c>grad</c> itself: <c>autograd.grad</c> with respect to them sees nothing. What a forward pass keeps is given
/// back after its backward pass; where none comes, when the garbage collector finds the graph gone. A second backward pass over a retained graph computes the
/// block once more.
/// </remarks>
public static class DecoderBlock
{
    /// <summary>Whether <see cref="Forward"/> computes this block for hidden states like these under the present autocast.</summary>
    /// <param name="shape">The block.</param>
    /// <param name="hidden">[tokens, hidden size].</param>
    public static bool Supports(BlockShape shape, Tensor hidden) =>
        shape.FitsKernels
        && hidden.device_type == TorchSharp.DeviceType.CPU
        && hidden.dtype == ScalarType.Float32
        && Autocast.CurrentDtype is null or ScalarType.BFloat16;

    /// <summary>The block's output.</summary>
    /// <param name="hidden">[tokens, hidden size], float32.</param>
    /// <param name="shape">The block; see <see cref="Supports"/>.</param>
    /// <param name="weights">Its parameters.</param>
    /// <param name="plan">Who sees whom.</param>
    /// <param name="cosine">[tokens, rotated size / 2], float32; null without rotations.</param>
    /// <param name="sine">As <paramref name="cosine"/>.</param>
    /// <returns>[tokens, hidden size], float32; it joins the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">The block is not supported, or the plan is made for another number of rows.</exception>
    public static Tensor Forward(Tensor hidden, BlockShape shape, BlockWeights weights, AttentionPlan plan, Tensor? cosine, Tensor? sine)
    {
        if (!Supports(shape, hidden) || (shape.RotaryHalf > 0) != (cosine is not null && sine is not null))
        {
            throw new ArgumentException("The kernels do not fit this block.", nameof(shape));
        }

        if (hidden.shape[0] != plan.Tokens)
        {
            throw new ArgumentException($"The plan covers {plan.Tokens} rows, not {hidden.shape[0]}.", nameof(plan));
        }

        using var scope = NewDisposeScope();
        var call = new BlockCall(shape, weights, plan, cosine, sine);
        // Autograd asks a node for its backward pass where an input requires a gradient, and cannot see the parameters: the anchor asks for them.
        var anchor = zeros(1, requires_grad: weights.RequireGradients);
        var keeps = is_grad_enabled() && (weights.RequireGradients || hidden.requires_grad);
        return scope.MoveToOuter(DecoderBlockFunction.apply(hidden, anchor, cosine ?? anchor, sine ?? anchor, call, keeps));
    }
}
