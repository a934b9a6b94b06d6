namespace Plumbline.Moderation.Onnx.Import;

/// <summary>
/// Writes an ONNX model: a graph of operators in the order in which they are added. IR version 8, operator set 17, which ONNX Runtime reads since 1.12.
/// </summary>
/// <remarks>Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.</remarks>
internal sealed class OnnxModelBuilder
{
    private const int IrVersion = 8;
    private const int OperatorSet = 17;

    private readonly ProtobufMessage graph = new();
    private readonly ProtobufMessage metadata = new();
    private readonly HashSet<string> names = [];

    /// <summary>Begins a graph.</summary>
    /// <param name="name">What the graph is called.</param>
    public OnnxModelBuilder(string name) => graph.Add(2, name);

    /// <summary>Adds an input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">What it holds.</param>
    /// <param name="dimensions">Its shape; a negative size is any.</param>
    /// <returns>The name.</returns>
    public string Input(string name, OnnxType type, params ReadOnlySpan<long> dimensions)
    {
        names.Add(name);
        graph.Add(11, ValueInfo(name, type, dimensions));
        return name;
    }

    /// <summary>Adds weights.</summary>
    /// <returns>Their name.</returns>
    public string Weights(string hint, float[] values, params ReadOnlySpan<long> dimensions) =>
        Initializer(hint, OnnxType.Float, dimensions, tensor => tensor.AddRaw(9, values));

    /// <summary>Adds whole numbers, such as a shape, as a vector.</summary>
    /// <returns>Their name.</returns>
    public string Integers(string hint, params long[] values) =>
        Initializer(hint, OnnxType.Int64, [values.Length], tensor => tensor.AddRaw(9, values));

    /// <summary>Adds weights that are said to lie in a file beside the model.</summary>
    /// <returns>Their name.</returns>
    public string External(string hint, string location, params ReadOnlySpan<long> dimensions) =>
        Initializer(
            hint,
            OnnxType.Float,
            dimensions,
            tensor => tensor.Add(13, new ProtobufMessage().Add(1, "location").Add(2, location)).Add(14, 1)
        );

    /// <summary>Adds an operator with one output.</summary>
    /// <param name="type">The operator.</param>
    /// <param name="inputs">The names of what it reads.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>The name of its output.</returns>
    public string Add(string type, string[] inputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        var output = Unique(type);
        AddNode(type, inputs, output, attributes);
        return output;
    }

    /// <summary>Makes a value an output under a name of its own.</summary>
    public void Output(string name, string value, OnnxType type, params ReadOnlySpan<long> dimensions)
    {
        AddNode("Identity", [value], name, []);
        graph.Add(12, ValueInfo(name, type, dimensions));
    }

    /// <summary>Adds a note to the model, which readers find under its key.</summary>
    public void Note(string key, string value) => metadata.Add(14, new ProtobufMessage().Add(1, key).Add(2, value));

    /// <summary>Writes the model.</summary>
    public void Write(Stream stream)
    {
        var operators = new ProtobufMessage().Add(1, string.Empty).Add(2, OperatorSet);
        var model = new ProtobufMessage().Add(1, IrVersion).Add(2, "plumbline").Add(7, graph).Add(8, operators);
        model.Write(stream);
        metadata.Write(stream);
    }

    /// <summary>The model's bytes.</summary>
    public byte[] ToArray()
    {
        using var stream = new MemoryStream();
        Write(stream);
        return stream.ToArray();
    }

    private static ProtobufMessage ValueInfo(string name, OnnxType type, ReadOnlySpan<long> dimensions)
    {
        var shape = new ProtobufMessage();
        foreach (var size in dimensions)
        {
            shape.Add(1, size < 0 ? new ProtobufMessage().Add(2, "any") : new ProtobufMessage().Add(1, size));
        }

        var tensor = new ProtobufMessage().Add(1, (long)type).Add(2, shape);
        return new ProtobufMessage().Add(1, name).Add(2, new ProtobufMessage().Add(1, tensor));
    }

    private string Initializer(string hint, OnnxType type, ReadOnlySpan<long> dimensions, Action<ProtobufMessage> content)
    {
        var name = Unique(hint);
        var tensor = new ProtobufMessage();
        foreach (var size in dimensions)
        {
            tensor.Add(1, size);
        }

        tensor.Add(2, (long)type).Add(8, name);
        content(tensor);
        graph.Add(5, tensor);
        return name;
    }

    private void AddNode(string type, string[] inputs, string output, ReadOnlySpan<OnnxAttribute> attributes)
    {
        var node = new ProtobufMessage();
        foreach (var input in inputs)
        {
            node.Add(1, input);
        }

        node.Add(2, output).Add(3, output).Add(4, type);
        foreach (var attribute in attributes)
        {
            node.Add(5, attribute.Message);
        }

        graph.Add(1, node);
    }

    private string Unique(string hint)
    {
        for (var number = names.Count; ; number++)
        {
            if (names.Add($"{hint}_{number}"))
            {
                return $"{hint}_{number}";
            }
        }
    }
}

/// <summary>What a tensor holds; the numbers are those of onnx.proto's <c>TensorProto.DataType</c>.</summary>
internal enum OnnxType
{
    /// <summary>32-bit numbers.</summary>
    Float = 1,

    /// <summary>Bytes.</summary>
    UInt8 = 2,

    /// <summary>32-bit whole numbers.</summary>
    Int32 = 6,

    /// <summary>64-bit whole numbers.</summary>
    Int64 = 7,

    /// <summary>64-bit numbers.</summary>
    Double = 11,
}

/// <summary>An attribute of an operator, as a message.</summary>
/// <param name="Message">onnx.proto's <c>AttributeProto</c>.</param>
internal readonly record struct OnnxAttribute(ProtobufMessage Message)
{
    /// <summary>A number.</summary>
    public static OnnxAttribute Of(string name, float value) => new(new ProtobufMessage().Add(1, name).Add(2, value).Add(20, 1));

    /// <summary>A whole number.</summary>
    public static OnnxAttribute Of(string name, long value) => new(new ProtobufMessage().Add(1, name).Add(3, value).Add(20, 2));

    /// <summary>Whole numbers.</summary>
    public static OnnxAttribute Of(string name, params long[] values)
    {
        var message = new ProtobufMessage().Add(1, name);
        foreach (var value in values)
        {
            message.Add(8, value);
        }

        return new OnnxAttribute(message.Add(20, 7));
    }
}
