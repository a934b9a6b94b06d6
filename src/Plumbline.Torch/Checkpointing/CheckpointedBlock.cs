using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;

namespace Plumbline.Torch.Checkpointing;

/// <summary>One checkpointed call of a block, with the surroundings that its second computation must find again.</summary>
/// <param name="block">The computation.</param>
/// <param name="scope">Opens what surrounds it; null for nothing.</param>
internal sealed class CheckpointedBlock(Func<IReadOnlyList<Tensor>, Tensor> block, Func<IDisposable>? scope)
{
    private readonly ScalarType? autocast = Autocast.CurrentDtype;

    /// <summary>Computes the block in the present grad mode. The result belongs to the current dispose scope, all else is disposed.</summary>
    internal Tensor Compute(IReadOnlyList<Tensor> inputs)
    {
        using var temporaries = NewDisposeScope();
        using var surroundings = scope?.Invoke();
        return temporaries.MoveToOuter(block(inputs));
    }

    /// <summary>The first computation: without gradients. Casts of parameters that autocast cached meanwhile have none either, so they are forgotten.</summary>
    internal Tensor ComputeWithoutGraph(IReadOnlyList<Tensor> inputs)
    {
        try
        {
            return Compute(inputs);
        }
        finally
        {
            if (autocast is not null)
            {
                Autocast.ClearCache();
            }
        }
    }

    /// <summary>The second computation: with gradients, from the same random numbers, under the same autocast as the first.</summary>
    /// <param name="inputs">The inputs, detached from the outer graph.</param>
    /// <param name="randomState">The state of the default generator before the first computation; its present state is put back afterwards.</param>
    internal Tensor ComputeAgain(IReadOnlyList<Tensor> inputs, Tensor randomState)
    {
        var current = Autocast.CurrentDtype;
        if (current is not null && current != autocast)
        {
            throw new InvalidOperationException(
                $"The forward pass ran {(autocast is null ? "without autocast" : $"under {autocast} autocast")}, the backward pass runs under {current}: "
                    + "call backward outside of the autocast scope."
            );
        }

        using var gradients = enable_grad();
        using var precision = autocast is { } dtype ? Autocast.To(dtype) : null;
        var presentState = get_rng_state();
        set_rng_state(randomState);
        try
        {
            return Compute(inputs);
        }
        finally
        {
            set_rng_state(presentState);
        }
    }
}
