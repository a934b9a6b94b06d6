using static TorchSharp.torch;

namespace Plumbline.Torch.Safetensors;

/// <summary>One tensor of a safetensors file, as its header describes it.</summary>
/// <param name="Name">The tensor's name, unique in the file.</param>
/// <param name="Dtype">The element type as the file names it, such as <c>BF16</c>.</param>
/// <param name="Type">libtorch's type for it; null where TorchSharp has none (<c>F8_E4M3</c>, <c>U16</c> and the like): such a tensor can be listed, not loaded.</param>
/// <param name="Shape">The sizes, outermost first; empty for a scalar.</param>
/// <param name="Offset">Where the bytes begin, counted from the start of the file.</param>
/// <param name="ByteLength">How many bytes there are.</param>
public sealed record SafetensorsEntry(string Name, string Dtype, ScalarType? Type, IReadOnlyList<long> Shape, long Offset, long ByteLength)
{
    /// <summary><c>BF16 [2, 3]</c>, for messages.</summary>
    internal string Describe() => $"{Dtype} {TensorShape.Describe(Shape)}";
}
