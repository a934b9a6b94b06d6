using System.Collections.Frozen;
using static TorchSharp.torch;

namespace Plumbline.Torch.Safetensors;

/// <summary>An element type of the safetensors format: its name in the header, its width, and libtorch's type for it.</summary>
/// <param name="Name">The name in the header, such as <c>BF16</c>.</param>
/// <param name="Bits">The width of one element in bits.</param>
/// <param name="Type">libtorch's type; null where TorchSharp has none (FP8 and smaller, unsigned types above 8 bits).</param>
/// <param name="SortRank">The place in the reference implementation's order of alignment; the writer puts high ranks first.</param>
internal sealed record SafetensorsDtype(string Name, int Bits, ScalarType? Type, int SortRank)
{
    private static readonly SafetensorsDtype[] All =
    [
        new("BOOL", 8, ScalarType.Bool, 0),
        new("F4", 4, null, 1),
        new("F6_E2M3", 6, null, 2),
        new("F6_E3M2", 6, null, 3),
        new("U8", 8, ScalarType.Byte, 4),
        new("I8", 8, ScalarType.Int8, 5),
        new("F8_E5M2", 8, null, 6),
        new("F8_E4M3", 8, null, 7),
        new("F8_E8M0", 8, null, 8),
        new("I16", 16, ScalarType.Int16, 9),
        new("U16", 16, null, 10),
        new("F16", 16, ScalarType.Float16, 11),
        new("BF16", 16, ScalarType.BFloat16, 12),
        new("I32", 32, ScalarType.Int32, 13),
        new("U32", 32, null, 14),
        new("F32", 32, ScalarType.Float32, 15),
        new("C64", 64, ScalarType.ComplexFloat32, 16),
        new("F64", 64, ScalarType.Float64, 17),
        new("I64", 64, ScalarType.Int64, 18),
        new("U64", 64, null, 19),
    ];

    private static readonly FrozenDictionary<string, SafetensorsDtype> ByName = All.ToFrozenDictionary(dtype => dtype.Name);

    private static readonly FrozenDictionary<ScalarType, SafetensorsDtype> ByType = All.Where(dtype => dtype.Type is not null)
        .ToFrozenDictionary(dtype => dtype.Type!.Value);

    /// <summary>The names of all element types, for error messages.</summary>
    internal static string Names => string.Join(", ", All.Select(dtype => dtype.Name));

    /// <summary>The element type with this name in a header; null where the format has none.</summary>
    internal static SafetensorsDtype? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The element type that stores this type of libtorch; null where the format has none (quantised, complex128).</summary>
    internal static SafetensorsDtype? Find(ScalarType type) => ByType.GetValueOrDefault(type);

    /// <summary>The bytes of a tensor of this shape; null where the number overflows or does not fill whole bytes.</summary>
    internal long? ByteLength(ReadOnlySpan<long> shape)
    {
        // libtorch multiplies the non-zero sizes of an empty tensor into strides, so those must not overflow either.
        long elements = 1;
        long strides = Bits;
        foreach (var size in shape)
        {
            if (size < 0 || !TryMultiply(strides, Math.Max(size, 1), out strides))
            {
                return null;
            }

            elements *= size;
        }

        var bits = elements * Bits;
        return bits % 8 == 0 ? bits / 8 : null;
    }

    private static bool TryMultiply(long left, long right, out long product) => Math.BigMul(left, right, out product) == 0 && product >= 0;
}
