using System.Text.Json;
using System.Text.Unicode;

namespace Plumbline.Torch.Safetensors;

/// <summary>Reads the JSON of a safetensors header token by token; nothing but the names and numbers in it is allocated.</summary>
internal ref struct SafetensorsHeaderReader
{
    private const int DeepestNesting = 8;

    // libtorch's own loops stop at 64 dimensions.
    private const int MostDimensions = 64;

    private readonly ReadOnlySpan<byte> json;
    private readonly string path;
    private Utf8JsonReader reader;

    internal SafetensorsHeaderReader(ReadOnlySpan<byte> json, string path)
    {
        this.json = json;
        this.path = path;
        reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DeepestNesting });
    }

    /// <summary>All tensors in the header's order, and the metadata.</summary>
    /// <exception cref="InvalidInputException">The header is not what the format asks for.</exception>
    internal (List<HeaderTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read()
    {
        if (!Utf8.IsValid(json) || json[0] != (byte)'{')
        {
            throw Broken("The header is no JSON object in UTF-8");
        }

        try
        {
            return ReadObject();
        }
        catch (JsonException failure)
        {
            throw Broken($"The header is no valid JSON ({failure.Message.Split('.')[0]})", failure);
        }
    }

    private (List<HeaderTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) ReadObject()
    {
        var tensors = new List<HeaderTensor>();
        var names = new HashSet<string>();
        IReadOnlyDictionary<string, string> metadata = new Dictionary<string, string>();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text("a name");
            if (!names.Add(name))
            {
                throw Broken($"The header names '{name}' twice");
            }

            reader.Read();
            if (name == "__metadata__")
            {
                metadata = ReadMetadata();
            }
            else
            {
                tensors.Add(ReadTensor(name));
            }
        }

        // Anything but spaces after the object makes this call throw.
        reader.Read();
        return (tensors, metadata);
    }

    private Dictionary<string, string> ReadMetadata()
    {
        Expect(JsonTokenType.StartObject, "__metadata__ is no object");
        var metadata = new Dictionary<string, string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Text("a key of __metadata__");
            reader.Read();
            if (!metadata.TryAdd(key, Text($"__metadata__ '{key}'")))
            {
                throw Broken($"__metadata__ names '{key}' twice");
            }
        }

        return metadata;
    }

    private HeaderTensor ReadTensor(string name)
    {
        Expect(JsonTokenType.StartObject, $"Tensor '{name}' is no object");
        string? dtype = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Text($"a key of tensor '{name}'");
            reader.Read();
            switch (key)
            {
                case "dtype" when dtype is null:
                    dtype = Text($"The dtype of tensor '{name}'");
                    break;
                case "shape" when shape is null:
                    shape = Numbers($"The shape of tensor '{name}'");
                    break;
                case "data_offsets" when offsets is null:
                    offsets = Numbers($"data_offsets of tensor '{name}'");
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw Broken($"Tensor '{name}' has the key '{key}' twice");
                default:
                    // The reference implementation passes over keys it does not know.
                    reader.Skip();
                    break;
            }
        }

        return dtype is not null && shape is not null && offsets is [var begin, var end]
            ? new HeaderTensor(name, dtype, shape, begin, end)
            : throw Broken($"Tensor '{name}' needs a dtype, a shape and two data_offsets");
    }

    private long[] Numbers(string what)
    {
        Expect(JsonTokenType.StartArray, $"{what} is no list");
        Span<long> numbers = stackalloc long[MostDimensions];
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
            {
                throw Broken($"{what} holds something that is no whole number from 0");
            }

            if (count == MostDimensions)
            {
                throw Broken($"{what} has more than {MostDimensions} numbers");
            }

            numbers[count++] = number;
        }

        return numbers[..count].ToArray();
    }

    private readonly string Text(string what)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            throw Broken($"{what} is no text");
        }

        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException failure)
        {
            // An escaped half of a surrogate pair.
            throw Broken($"{what} is no valid Unicode", failure);
        }
    }

    private readonly void Expect(JsonTokenType type, string problem)
    {
        if (reader.TokenType != type)
        {
            throw Broken(problem);
        }
    }

    private readonly InvalidInputException Broken(string problem, Exception? inner = null) =>
        new(
            $"{problem} (byte {SafetensorsHeader.PrefixLength + reader.BytesConsumed}).",
            "The file is damaged or no safetensors file.",
            new InputPosition(path),
            inner
        );
}
