using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Torch.Kernels;

/// <summary>Raw memory of CPU tensors, for kernels.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Values a vector register holds.</summary>
    internal const int Lanes = 16;

    /// <summary>Whether the kernels read this tensor as it lies: on the CPU, contiguous, float32 or bfloat16.</summary>
    internal static bool IsReadable(Tensor tensor) =>
        tensor.device_type == DeviceType.CPU && tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16;

    /// <summary>The first element of a contiguous CPU tensor. The tensor must stay alive while the pointer is used.</summary>
    internal static void* Start(Tensor tensor)
    {
        System.Diagnostics.Debug.Assert(
            tensor.is_contiguous() && tensor.device_type == DeviceType.CPU,
            "Kernels read contiguous CPU memory."
        );
        return Dispatch.StableAbi.DataPointer(tensor);
    }
}
