using System.Buffers.Binary;

namespace Plumbline.Torch.Safetensors;

/// <summary>
/// The head of a safetensors file: 8 bytes with the header's length (little endian), then the header as JSON, then the tensors' bytes back to back.
/// Format: https://huggingface.co/docs/safetensors.
/// </summary>
/// <param name="Entries">The tensors in the order of their bytes.</param>
/// <param name="Metadata">The free text pairs under <c>__metadata__</c>.</param>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The bytes before the JSON: its length.</summary>
    internal const int PrefixLength = 8;

    /// <summary>The longest header that is read, in bytes: the limit of the reference implementation.</summary>
    internal const int LongestHeader = 100_000_000;

    /// <summary>The header's length from the first 8 bytes of a file.</summary>
    /// <exception cref="InvalidInputException">The file is too short for a header, or the length is beyond the limit.</exception>
    internal static int ReadLength(ReadOnlySpan<byte> prefix, long fileLength, string path)
    {
        if (prefix.Length < PrefixLength)
        {
            throw Broken(
                path,
                $"The file has {fileLength} bytes; a safetensors file has at least {PrefixLength}.",
                "Download or copy it again."
            );
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is < 2 or > LongestHeader)
        {
            throw Broken(
                path,
                $"The header's length is given as {length} bytes; 2 to {LongestHeader} are allowed.",
                "The file is damaged or no safetensors file."
            );
        }

        return (long)length + PrefixLength <= fileLength
            ? (int)length
            : throw Broken(
                path,
                $"The file is cut short: its header needs {(long)length + PrefixLength} bytes, the file has {fileLength}.",
                "Download or copy it again."
            );
    }

    /// <summary>Reads and checks a header.</summary>
    /// <param name="json">The JSON bytes.</param>
    /// <param name="fileLength">The length of the whole file in bytes.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="InvalidInputException">The header is malformed, or does not describe exactly the bytes that follow it.</exception>
    internal static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long fileLength, string path)
    {
        var reader = new SafetensorsHeaderReader(json, path);
        var (tensors, metadata) = reader.Read();
        return new SafetensorsHeader(Place(tensors, PrefixLength + json.Length, fileLength, path), metadata);
    }

    private static SafetensorsEntry[] Place(List<HeaderTensor> tensors, long dataStart, long fileLength, string path)
    {
        // Empty tensors share their offset with a neighbour: the end decides.
        tensors.Sort(static (left, right) => left.Begin != right.Begin ? left.Begin.CompareTo(right.Begin) : left.End.CompareTo(right.End));
        var entries = new SafetensorsEntry[tensors.Count];
        var covered = 0L;
        for (var i = 0; i < entries.Length; i++)
        {
            var tensor = tensors[i];
            if (tensor.Begin != covered)
            {
                var fault = tensor.Begin < covered ? "overlaps the tensor before it" : "leaves a hole before it";
                throw Broken(
                    path,
                    $"Tensor '{tensor.Name}' {fault}: it starts at byte {tensor.Begin} of the data, the one before ends at {covered}.",
                    "The file is damaged."
                );
            }

            entries[i] = tensor.ToEntry(dataStart, path);
            covered = tensor.End;
        }

        if (covered != fileLength - dataStart)
        {
            var fault = covered > fileLength - dataStart ? "is cut short" : "has bytes that belong to no tensor";
            throw Broken(
                path,
                $"The file {fault}: its header describes {(decimal)dataStart + covered} bytes, the file has {fileLength}.",
                "Download or copy it again."
            );
        }

        return entries;
    }

    private static InvalidInputException Broken(string path, string problem, string mend) => new(problem, mend, new InputPosition(path));
}
