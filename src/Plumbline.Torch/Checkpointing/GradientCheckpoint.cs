using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Plumbline.Torch.Checkpointing;

/// <summary>
/// Gradient checkpointing: a block keeps its inputs only and is computed again during the backward pass, so that a deep model needs memory for one block's
/// activations instead of all (Chen et al. 2016, arXiv:1604.06174). Loss and gradients are those of the plain run to the bit; it costs about one more
/// forward pass.
/// </summary>
/// <remarks>
/// <para>
/// The block must compute the same both times: it may draw from libtorch's default CPU generator (dropout), whose state is put back for the second time,
/// but must not change its inputs or anything outside. Parameters that it captures get their gradients. Autocast on the CPU is switched on again for the
/// second time; backward has to be called outside of the autocast scope or inside one of the same dtype. Gradients of gradients are not supported.
/// </para>
/// <para>
/// Tensors that the block makes are disposed when it returns, except its result. On the calling thread everything belongs to the caller's dispose scope.
/// Untested on a GPU, where libtorch computes backward passes on a thread of its own.
/// </para>
/// </remarks>
public static class GradientCheckpoint
{
    /// <summary>Runs a block of one input.</summary>
    /// <param name="block">The computation; called once now and once in the backward pass.</param>
    /// <param name="input">Its input; need not require gradients.</param>
    /// <param name="scope">Opens whatever must surround both calls, such as autocast on a GPU; null for nothing.</param>
    /// <returns>The block's result, which requires gradients wherever they are being recorded. It belongs to the caller's dispose scope.</returns>
    public static Tensor Run(Func<Tensor, Tensor> block, Tensor input, Func<IDisposable>? scope = null) =>
        Run(inputs => block(inputs[0]), [input], scope);

    /// <summary>Runs a block of several inputs, some of which may be masks or positions without gradients.</summary>
    /// <param name="block">The computation; called once now and once in the backward pass.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="scope">Opens whatever must surround both calls, such as autocast on a GPU; null for nothing.</param>
    /// <returns>The block's result, which requires gradients wherever they are being recorded. It belongs to the caller's dispose scope.</returns>
    public static Tensor Run(Func<IReadOnlyList<Tensor>, Tensor> block, IReadOnlyList<Tensor> inputs, Func<IDisposable>? scope = null)
    {
        var call = new CheckpointedBlock(block, scope);
        using var kept = NewDisposeScope();
        if (!is_grad_enabled())
        {
            return kept.MoveToOuter(call.Compute(inputs));
        }

        // Autograd runs the backward pass of nodes with a differentiable input only, and cannot see the parameters inside the closure:
        // the ticket is an input that always asks for a gradient and never gets one.
        var ticket = empty(CheckpointFunction.TicketLength, requires_grad: true);
        return kept.MoveToOuter(CheckpointFunction.apply([call, ticket, get_rng_state(), .. inputs]));
    }

    /// <summary><c>loss.backward()</c> that reports a failed recomputation with its own exception.</summary>
    /// <param name="loss">A scalar.</param>
    /// <remarks>
    /// A plain <c>loss.backward()</c> fails too in that case, but with libtorch's remark about a gradient of an invalid shape: an exception cannot cross
    /// the native frames in between.
    /// </remarks>
    public static void Backward(Tensor loss)
    {
        CheckpointFunction.TakeFailure();
        try
        {
            loss.backward();
        }
        catch (ExternalException) when (CheckpointFunction.TakeFailure() is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
