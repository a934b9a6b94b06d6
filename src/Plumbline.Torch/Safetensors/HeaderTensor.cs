namespace Plumbline.Torch.Safetensors;

/// <summary>A tensor as the header gives it, before its numbers are checked against each other.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Dtype">The element type's name.</param>
/// <param name="Shape">The sizes, none negative.</param>
/// <param name="Begin">The first byte, counted from the start of the data.</param>
/// <param name="End">The byte after the last.</param>
internal readonly record struct HeaderTensor(string Name, string Dtype, long[] Shape, long Begin, long End)
{
    /// <summary>The entry, once the byte range is found to fit dtype and shape.</summary>
    /// <param name="dataStart">Where the data starts in the file.</param>
    /// <param name="path">The file, for messages.</param>
    internal SafetensorsEntry ToEntry(long dataStart, string path)
    {
        var position = new InputPosition(path);
        var dtype =
            SafetensorsDtype.Find(Dtype)
            ?? throw new InvalidInputException(
                $"Tensor '{Name}' has the unknown dtype '{Dtype}'.",
                $"Known are {SafetensorsDtype.Names}.",
                position
            );
        var expected =
            dtype.ByteLength(Shape)
            ?? throw new InvalidInputException(
                $"Tensor '{Name}' has the impossible size {Dtype} {TensorShape.Describe(Shape)}.",
                "The file is damaged.",
                position
            );
        // Neither offset is negative, so their difference cannot overflow.
        return End - Begin == expected
            ? new SafetensorsEntry(Name, Dtype, dtype.Type, Shape, dataStart + Begin, expected)
            : throw new InvalidInputException(
                $"Tensor '{Name}' ({Dtype} {TensorShape.Describe(Shape)}) needs {expected} bytes, its data_offsets [{Begin}, {End}] give {End - Begin}.",
                "The file is damaged.",
                position
            );
    }
}
