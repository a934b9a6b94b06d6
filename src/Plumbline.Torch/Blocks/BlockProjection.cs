using Plumbline.Torch.Allocation;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Blocks;

/// <summary>One matrix multiply of a block with what adapters add to it, y = x Wᵀ + b + Σ scale · (x Aᵀ) Bᵀ, forward and backward without autograd.</summary>
/// <param name="weight">[outputs, inputs].</param>
/// <param name="bias">[outputs]; null for none.</param>
/// <param name="additions">What the active adapters add.</param>
public sealed unsafe class BlockProjection(Tensor weight, Tensor? bias, IReadOnlyList<LowRankAddition> additions)
{
    /// <summary>Width of the output.</summary>
    internal long Outputs => weight.shape[0];

    /// <summary>Width of the input.</summary>
    internal long Inputs => weight.shape[1];

    /// <summary>Ranks of all additions: the width of what <see cref="Forward{T}"/> keeps for the backward pass.</summary>
    internal long Ranks => additions.Sum(addition => addition.Down.shape[0]);

    internal bool RequiresGradients =>
        weight.requires_grad
        || bias is { requires_grad: true }
        || additions.Any(addition => addition.Down.requires_grad || addition.Modules.Any(module => module.Up.requires_grad));

    /// <param name="input">[rows, inputs].</param>
    /// <param name="output">[rows, outputs], written.</param>
    /// <param name="low">x Aᵀ of all additions one after the other, [rows, their ranks] each, written.</param>
    internal void Forward<T>(MatrixMemory input, MatrixMemory output, MatrixMemory low)
        where T : struct, IKernelElement
    {
        using var scope = NewDisposeScope();
        var (x, y) = (input.AsTensor(), output.AsTensor());
        FusedOperators.MultiplyInto(y, x, ParameterCast.Of(weight, input.Dtype).AsTensor().t());
        if (bias is not null)
        {
            BiasKernel.Add<T>(output, (float*)TensorMemory.Start(bias));
        }

        foreach (var (addition, part) in Parts(low))
        {
            var reduced = part.AsTensor();
            FusedOperators.MultiplyInto(reduced, x, ParameterCast.Of(addition.Down, input.Dtype).AsTensor().t());
            foreach (var module in addition.Modules)
            {
                var up = ParameterCast.Of(module.Up, input.Dtype).AsTensor();
                y.narrow(1, module.FirstOutput, up.shape[0])
                    .addmm_(reduced.narrow(1, module.FirstRank, up.shape[1]), up.t(), 1, (float)module.Scale);
            }
        }
    }

    /// <summary>Adds to the gradients of the parameters that require one.</summary>
    /// <param name="input">[rows, inputs].</param>
    /// <param name="low">What the forward pass kept.</param>
    /// <param name="outputGradient">[rows, outputs].</param>
    internal void AddParameterGradients<T>(MatrixMemory input, MatrixMemory low, MatrixMemory outputGradient)
        where T : struct, IKernelElement
    {
        using var scope = NewDisposeScope();
        var (x, gy) = (input.AsTensor(), outputGradient.AsTensor());
        if (weight.requires_grad)
        {
            ParameterGradient.AddProduct<T>(weight, gy.t(), x);
        }

        if (bias is { requires_grad: true })
        {
            using var gradient = ParameterGradient.Of(bias);
            BiasKernel.AddColumnSums<T>(outputGradient, (float*)TensorMemory.Start(gradient));
        }

        foreach (var (addition, part) in Parts(low))
        {
            var reduced = part.AsTensor();
            foreach (var module in addition.Modules.Where(module => module.Up.requires_grad))
            {
                var own = gy.narrow(1, module.FirstOutput, module.Up.shape[0]);
                ParameterGradient.AddProduct<T>(module.Up, own.t(), reduced.narrow(1, module.FirstRank, module.Up.shape[1]), module.Scale);
            }

            if (addition.Down.requires_grad)
            {
                using var buffer = PooledBuffer.Of(part.Dtype, part.Count);
                var lowGradient = LowGradient(addition, gy, part with { Start = (nint)buffer.Start });
                ParameterGradient.AddProduct<T>(addition.Down, lowGradient.t(), x);
            }
        }
    }

    /// <summary>Writes the input's gradient.</summary>
    /// <param name="outputGradient">[rows, outputs].</param>
    /// <param name="inputGradient">[rows, inputs], written.</param>
    internal void InputGradient(MatrixMemory outputGradient, MatrixMemory inputGradient)
    {
        using var scope = NewDisposeScope();
        var (gy, gx) = (outputGradient.AsTensor(), inputGradient.AsTensor());
        FusedOperators.MultiplyInto(gx, gy, ParameterCast.Of(weight, outputGradient.Dtype).AsTensor());
        foreach (var addition in additions)
        {
            using var buffer = PooledBuffer.Of(outputGradient.Dtype, outputGradient.Rows * addition.Down.shape[0]);
            var low = outputGradient with { Start = (nint)buffer.Start, Width = addition.Down.shape[0] };
            gx.addmm_(LowGradient(addition, gy, low), ParameterCast.Of(addition.Down, low.Dtype).AsTensor(), 1, 1);
        }
    }

    // The gradient of x Aᵀ, written to the given memory.
    private static Tensor LowGradient(LowRankAddition addition, Tensor gy, MatrixMemory memory)
    {
        var result = memory.AsTensor();
        foreach (var module in addition.Modules)
        {
            var up = ParameterCast.Of(module.Up, memory.Dtype).AsTensor();
            var own = gy.narrow(1, module.FirstOutput, up.shape[0]);
            result.narrow(1, module.FirstRank, up.shape[1]).addmm_(own, up, 0, (float)module.Scale);
        }

        return result;
    }

    // The kept products of each addition.
    private IEnumerable<(LowRankAddition Addition, MatrixMemory Low)> Parts(MatrixMemory low)
    {
        var start = low.Start;
        foreach (var addition in additions)
        {
            var part = new MatrixMemory(start, low.Dtype, low.Rows, addition.Down.shape[0]);
            yield return (addition, part);
            start += (nint)(part.Count * MatrixMemory.ElementSize(low.Dtype));
        }
    }
}
