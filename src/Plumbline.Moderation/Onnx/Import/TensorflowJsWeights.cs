using System.Buffers.Binary;
using System.Text.Json;
using Plumbline.Tokenization;

namespace Plumbline.Moderation.Onnx.Import;

/// <summary>Weights of a layer.</summary>
/// <param name="Values">The values in row-major order.</param>
/// <param name="Shape">The shape.</param>
internal sealed record KerasWeights(float[] Values, int[] Shape);

/// <summary>
/// Reads the <c>weightsManifest</c> of a tensorflow.js model and the files it names. Quantised weights are w = q·scale + min for uint8 and uint16, and 16-bit numbers for float16.
/// </summary>
internal sealed class TensorflowJsWeights
{
    private const long MaximumValues = 128L << 20;
    private const int MaximumTensors = 1 << 15;

    private readonly Dictionary<string, KerasWeights> byName = new(StringComparer.Ordinal);
    private readonly string file;

    private TensorflowJsWeights(string file) => this.file = file;

    /// <summary>How many values there are.</summary>
    public long Count { get; private set; }

    /// <summary>Reads all of them.</summary>
    /// <param name="root">The model's JSON.</param>
    /// <param name="read">Gives the bytes of a file beside it.</param>
    public static TensorflowJsWeights Read(JsonInput root, Func<string, byte[]> read)
    {
        var weights = new TensorflowJsWeights(root.File);
        foreach (var group in root.Get("weightsManifest", JsonValueKind.Array).Items())
        {
            var content = Shards(group.Expect(JsonValueKind.Object), read);
            var at = 0;
            foreach (var entry in group.Get("weights", JsonValueKind.Array).Items())
            {
                weights.Add(entry.Expect(JsonValueKind.Object), content, ref at);
            }

            if (at != content.Length)
            {
                throw group.Invalid(
                    $"{group.Path} has {content.Length} bytes of weights, of which {at} are described.",
                    TensorflowJsImporter.Mend
                );
            }
        }

        return weights;
    }

    /// <summary>The weights of a layer.</summary>
    /// <param name="layer">The layer's name.</param>
    /// <param name="name">The weights' name in the layer.</param>
    /// <param name="shape">The shape they must have; -1 for any size.</param>
    /// <exception cref="InvalidInputException">There are none, or of another shape.</exception>
    public KerasWeights Get(string layer, string name, params ReadOnlySpan<int> shape)
    {
        var full = $"{layer}/{name}";
        // A model inside a model puts its own name before the layer's.
        var found =
            byName.GetValueOrDefault(full)
            ?? byName
                .Where(pair => pair.Key.EndsWith('/' + full, StringComparison.Ordinal))
                .Select(pair => pair.Value)
                .Take(2)
                .ToList() switch
            {
                [var only] => only,
                _ => throw Invalid($"The weights '{full}' are missing, or there are several of that name."),
            };
        var fits = found.Shape.Length == shape.Length;
        for (var i = 0; fits && i < shape.Length; i++)
        {
            fits = shape[i] < 0 || shape[i] == found.Shape[i];
        }

        return fits
            ? found
            : throw Invalid(
                $"The weights '{full}' have the shape [{string.Join(", ", found.Shape)}], not [{string.Join(", ", shape.ToArray())}]."
            );
    }

    private static byte[] Shards(JsonInput group, Func<string, byte[]> read)
    {
        using var all = new MemoryStream();
        foreach (var path in group.Get("paths", JsonValueKind.Array).Items())
        {
            var name = path.Expect(JsonValueKind.String).Element.GetString()!;
            all.Write(
                name.Length is > 0 and <= 255 && name.IndexOfAny(['/', '\\', ':', '\0']) < 0 && name is not ("." or "..")
                    ? read(name)
                    : throw path.Invalid($"{path.Path} is no name of a file beside the model.", TensorflowJsImporter.Mend)
            );
            if (all.Length > MaximumValues * 4)
            {
                throw path.Invalid($"The weights have more than {MaximumValues * 4} bytes.", "Use a smaller model.");
            }
        }

        return all.ToArray();
    }

    private void Add(JsonInput entry, byte[] content, ref int at)
    {
        var name = entry.GetText("name");
        var shape = entry
            .Get("shape", JsonValueKind.Array)
            .Items()
            .Select(size =>
                size.Element.ValueKind == JsonValueKind.Number && size.Element.TryGetInt32(out var value) && value >= 0
                    ? value
                    : throw Bad(entry, "has a size that is no count")
            )
            .ToArray();
        var count = shape.Aggregate(1L, (product, size) => Math.Min(MaximumValues + 1, product * size));
        var quantization = entry.Find("quantization", JsonValueKind.Object);
        var type = quantization?.FindText("dtype") ?? entry.GetText("dtype");
        var width = type switch
        {
            "float32" or "int32" => 4,
            "uint16" or "float16" => 2,
            "uint8" or "bool" => 1,
            _ => throw Bad(entry, $"is of the type '{type}', which is not read"),
        };
        Count += count;
        if (Count > MaximumValues || count * width > content.Length - at || byName.Count >= MaximumTensors)
        {
            throw Bad(entry, $"has {count} values, more than its files hold or than {MaximumValues} in all");
        }

        var bytes = content.AsSpan(at, (int)count * width);
        at += bytes.Length;
        var values = Values(bytes, type, quantization, entry);
        if (!byName.TryAdd(name, new KerasWeights(values, shape)))
        {
            throw Bad(entry, "stands there twice");
        }
    }

    private static float[] Values(ReadOnlySpan<byte> bytes, string type, JsonInput? quantization, JsonInput entry)
    {
        var values = new float[
            type is "uint8" or "bool" ? bytes.Length
            : type is "uint16" or "float16" ? bytes.Length / 2
            : bytes.Length / 4
        ];
        var (scale, least) = type is "uint8" or "uint16"
            ? (Number(quantization, "scale", entry), Number(quantization, "min", entry))
            : (1, 0);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = type switch
            {
                "float32" => BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * 4)..]),
                "int32" => BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * 4)..]),
                "float16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(i * 2)..]),
                "uint16" => (float)((BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * 2)..]) * scale) + least),
                _ => (float)((bytes[i] * scale) + least),
            };
        }

        return Array.TrueForAll(values, float.IsFinite) ? values : throw Bad(entry, "holds a value that is not finite");
    }

    private static double Number(JsonInput? quantization, string name, JsonInput entry) =>
        quantization?.Get(name, JsonValueKind.Number).Element.GetDouble()
        ?? throw Bad(entry, "is of whole numbers without a quantization that says what they stand for");

    private static InvalidInputException Bad(JsonInput entry, string problem) =>
        entry.Invalid($"{entry.Path} ('{entry.FindText("name")}') {problem}.", TensorflowJsImporter.Mend);

    private InvalidInputException Invalid(string problem) => new(problem, TensorflowJsImporter.Mend, new InputPosition(file));
}
