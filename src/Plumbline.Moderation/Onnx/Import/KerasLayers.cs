namespace Plumbline.Moderation.Onnx.Import;

/// <summary>Writes Keras layers as ONNX operators, as they compute at inference.</summary>
/// <remarks>Pictures go through the graph as <c>[batch, channels, height, width]</c>; they are turned only where a layer's result depends on the order of memory.</remarks>
internal sealed partial class KerasLayers
{
    private static readonly long[] ToFirst = [0, 3, 1, 2];
    private static readonly long[] ToLast = [0, 2, 3, 1];

    private readonly OnnxModelBuilder graph;
    private readonly TensorflowJsWeights weights;
    private readonly Dictionary<string, Func<KerasLayer, KerasTensor[], KerasTensor>> writers;

    /// <summary>Writes into a graph.</summary>
    public KerasLayers(OnnxModelBuilder graph, TensorflowJsWeights weights)
    {
        this.graph = graph;
        this.weights = weights;
        Func<KerasLayer, KerasTensor[], KerasTensor> same = (layer, inputs) => One(layer, inputs);
        writers = new(StringComparer.Ordinal)
        {
            // What only acts while a model is trained.
            ["InputLayer"] = same,
            ["Dropout"] = same,
            ["SpatialDropout2D"] = same,
            ["GaussianNoise"] = same,
            ["GaussianDropout"] = same,
            ["AlphaDropout"] = same,
            ["ActivityRegularization"] = same,
            ["Conv2D"] = (layer, inputs) => Convolution(layer, Map(layer, inputs)),
            ["DepthwiseConv2D"] = (layer, inputs) => Depthwise(layer, Map(layer, inputs)),
            ["SeparableConv2D"] = (layer, inputs) => Separable(layer, Map(layer, inputs)),
            ["BatchNormalization"] = (layer, inputs) => BatchNormalization(layer, First(One(layer, inputs))),
            ["Dense"] = (layer, inputs) => Dense(layer, Last(One(layer, inputs))),
            ["ZeroPadding2D"] = (layer, inputs) => ZeroPadding(layer, Map(layer, inputs)),
            ["MaxPooling2D"] = (layer, inputs) => Pool(layer, Map(layer, inputs), "MaxPool"),
            ["AveragePooling2D"] = (layer, inputs) => Pool(layer, Map(layer, inputs), "AveragePool"),
            ["GlobalAveragePooling2D"] = (layer, inputs) => GlobalPool(layer, Map(layer, inputs), "ReduceMean"),
            ["GlobalMaxPooling2D"] = (layer, inputs) => GlobalPool(layer, Map(layer, inputs), "ReduceMax"),
            ["Flatten"] = (layer, inputs) => Flatten(Last(One(layer, inputs))),
            ["Reshape"] = (layer, inputs) => Reshape(layer, Last(One(layer, inputs))),
            ["Rescaling"] = (layer, inputs) => Rescale(layer, One(layer, inputs)),
            ["Add"] = (layer, inputs) => Join(layer, inputs, "Add"),
            ["Multiply"] = (layer, inputs) => Join(layer, inputs, "Mul"),
            ["Concatenate"] = Concatenate,
            ["Activation"] = (layer, inputs) => Activate(layer, One(layer, inputs)),
            ["ReLU"] = (layer, inputs) => Rectify(layer, One(layer, inputs)),
            ["LeakyReLU"] = (layer, inputs) => Leak(layer, One(layer, inputs)),
            ["Softmax"] = (layer, inputs) => SoftmaxLayer(layer, One(layer, inputs)),
        };
    }

    /// <summary>What the model reads, without the batch.</summary>
    public IReadOnlyList<int> InputShape { get; private set; } = [];

    /// <summary>The model's input, as large as its first layer says.</summary>
    public KerasTensor Input(KerasLayer layer)
    {
        var shape = layer.InputShape() ?? throw layer.Invalid("does not say how large the input is");
        InputShape = InputShape.Count == 0 ? shape : throw layer.Invalid("is a second input");
        long[] dimensions = [-1, .. shape];
        return new KerasTensor(graph.Input("input", OnnxType.Float, dimensions), shape);
    }

    /// <summary>Writes a layer.</summary>
    /// <exception cref="InvalidInputException">Its kind is not known, or it is set in a way that is not.</exception>
    public KerasTensor Write(KerasLayer layer, KerasTensor[] inputs)
    {
        if (!writers.TryGetValue(layer.Kind, out var writer))
        {
            throw layer.Invalid("is of a kind that cannot be imported");
        }

        layer.Config.Expect(System.Text.Json.JsonValueKind.Object);
        layer.RequireChannelsLast();
        return writer(layer, inputs);
    }

    private static KerasTensor One(KerasLayer layer, KerasTensor[] inputs) =>
        inputs.Length == 1 ? inputs[0] : throw layer.Invalid($"reads {inputs.Length} values");

    private KerasTensor Map(KerasLayer layer, KerasTensor[] inputs) =>
        One(layer, inputs) is { IsMap: true } map ? First(map) : throw layer.Invalid("reads no picture");

    /// <summary>The same with channels before rows and columns, where it is a picture.</summary>
    private KerasTensor First(KerasTensor tensor) =>
        !tensor.IsMap || tensor.IsChannelsFirst ? tensor : tensor with { Name = Turn(tensor, ToFirst), IsChannelsFirst = true };

    /// <summary>The same in the order of memory that Keras has.</summary>
    private KerasTensor Last(KerasTensor tensor) =>
        tensor.IsChannelsFirst ? tensor with { Name = Turn(tensor, ToLast), IsChannelsFirst = false } : tensor;

    private string Turn(KerasTensor tensor, long[] order) => graph.Add("Transpose", [tensor.Name], OnnxAttribute.Of("perm", order));

    /// <summary>Another value of the same layout, which is no end of a softmax.</summary>
    private static KerasTensor Next(KerasTensor source, string name) => source with { Name = name, Scores = null };

    private string Scalar(string hint, double value) => graph.Weights(hint, [(float)value]);
}
