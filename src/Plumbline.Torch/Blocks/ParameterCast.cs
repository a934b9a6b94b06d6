using System.Runtime.CompilerServices;
using Plumbline.Torch.Allocation;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Blocks;

/// <summary>
/// Parameters in the dtype of multiplies, cast when they changed and not once per pass. libtorch counts a tensor's in-place writes, through views too; a copy
/// of another count is stale. Whoever writes to a parameter's memory past libtorch must call <see cref="Touch"/>.
/// </summary>
internal static unsafe class ParameterCast
{
    private static readonly ConditionalWeakTable<Tensor, Copy> Copies = [];

    /// <summary>The parameter's values in a dtype; valid until the parameter changes.</summary>
    internal static MatrixMemory Of(Tensor parameter, ScalarType dtype)
    {
        var own = MatrixMemory.Of(parameter);
        if (dtype != own.Dtype && (own.Dtype, dtype) != (ScalarType.Float32, ScalarType.BFloat16))
        {
            throw new InvalidOperationException(
                $"A weight in {own.Dtype} was asked for in {dtype}: a copy for bf16 multiplies computes under autocast to bf16 only."
            );
        }

        return dtype == own.Dtype ? own : Copies.GetValue(parameter, _ => new Copy()).Of(parameter, own);
    }

    /// <summary>Counts a write that libtorch did not see.</summary>
    internal static void Touch(Tensor tensor)
    {
        using var noGradients = no_grad();
        using var detached = tensor.detach();
        using var flat = detached.view(-1);
        using var none = flat.narrow(0, 0, 0);
        using var zero = zeros(0, dtype: tensor.dtype, device: tensor.device);
        none.copy_(zero);
    }

    private sealed class Copy
    {
        private PooledBuffer? buffer;
        private long version;

        internal MatrixMemory Of(Tensor parameter, MatrixMemory own)
        {
            var present = StableAbi.Version(parameter);
            if (buffer is null || version != present)
            {
                buffer ??= PooledBuffer.Of(ScalarType.BFloat16, own.Count);
                AccumulationKernel.ConvertAll<BFloat16Element>((float*)own.Start, buffer.Start, own.Count);
                version = present;
            }

            return own with
            {
                Start = (nint)buffer.Start,
                Dtype = ScalarType.BFloat16,
            };
        }
    }
}
