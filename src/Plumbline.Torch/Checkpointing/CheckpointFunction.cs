using static TorchSharp.torch;

namespace Plumbline.Torch.Checkpointing;

/// <summary>
/// The autograd node of a checkpointed block. Arguments: the <see cref="CheckpointedBlock"/>, the ticket, the random state, then the block's inputs.
/// </summary>
internal sealed class CheckpointFunction : autograd.SingleTensorFunction<CheckpointFunction>
{
    /// <summary>The ticket's length.</summary>
    internal const int TicketLength = 2;

    private const string BlockKey = "block";
    private const string ArgumentCountKey = "arguments";

    // Where things stand among the arguments.
    private const int TicketAt = 1;
    private const int RandomStateAt = 2;
    private const int FirstInputAt = 3;

    private static Exception? failure;

    // libtorch takes its own reference to a returned gradient right after backward returns, but tells nobody. At the next call on the same thread it has
    // done so for certain; kept in the caller's dispose scope alone, the gradients of all blocks would live to the end of the training step.
    [ThreadStatic]
    private static List<Tensor>? handedOver;

    /// <inheritdoc/>
    public override string Name => nameof(CheckpointFunction);

    /// <summary>The exception of the last recomputation that failed, once.</summary>
    internal static Exception? TakeFailure() => Interlocked.Exchange(ref failure, null);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ReleaseHandedOver();
        var block = (CheckpointedBlock)vars[0];
        var saved = vars.Skip(RandomStateAt).Cast<Tensor>().ToList();
        ctx.save_data(BlockKey, block);
        ctx.save_data(ArgumentCountKey, vars.Length);
        ctx.save_for_backward(saved);
        // TorchSharp would fill in zeros from a copy of the output that it keeps, and that our dispose scope has freed by then.
        ctx.set_materialize_grads(false);
        return block.ComputeWithoutGraph(saved.GetRange(1, saved.Count - 1));
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReleaseHandedOver();
        var gradients = new List<Tensor>(new Tensor[(int)ctx.get_data(ArgumentCountKey)]);
        try
        {
            Recompute(ctx, grad_output, gradients);
        }
        catch (Exception exception)
        {
            // An exception that crossed libtorch's frames would end the process. A gradient of a shape that the ticket does not have makes libtorch
            // refuse the whole backward pass instead.
            Interlocked.Exchange(ref failure, exception);
            gradients[TicketAt] = empty(TicketLength + 1);
        }
        finally
        {
            grad_output.Dispose();
        }

        handedOver = gradients;
        return gradients;
    }

    private static void Recompute(autograd.AutogradContext ctx, Tensor outputGradient, List<Tensor> gradients)
    {
        if (outputGradient.IsInvalid)
        {
            return;
        }

        using var temporaries = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var inputs = new List<Tensor>();
        foreach (var tensor in saved.Skip(FirstInputAt - RandomStateAt))
        {
            inputs.Add(tensor.detach().requires_grad_(tensor.requires_grad));
        }

        var output = ((CheckpointedBlock)ctx.get_data(BlockKey)).ComputeAgain(inputs, saved[0]);
        if (!output.requires_grad)
        {
            return;
        }

        // Accumulates into the parameters as the plain backward pass does.
        autograd.backward(output, outputGradient);
        for (var i = 0; i < inputs.Count; i++)
        {
            if (inputs[i].requires_grad && inputs[i].grad is { } gradient)
            {
                gradients[FirstInputAt + i] = temporaries.MoveToOuter(gradient);
            }
        }
    }

    private static void ReleaseHandedOver()
    {
        handedOver?.ForEach(gradient => gradient?.Dispose());
        handedOver = null;
    }
}
