using System.Text.Json.Nodes;
using Plumbline.Moderation.Onnx.Import;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Onnx.Import;

public sealed class TensorflowJsFaultTests
{
    [Theory]
    [InlineData("LSTM", "{}", "'l' (LSTM) is of a kind that cannot be imported")]
    [InlineData("Lambda", "{}", "'l' (Lambda) is of a kind")]
    [InlineData("Activation", """{"activation": "mish"}""", "the activation 'mish'")]
    [InlineData("ReLU", """{"threshold": 1}""", "has a threshold")]
    [InlineData("Softmax", """{"axis": 1}""", "along the axis 1")]
    [InlineData("Conv2D", """{"kernel_size": [3, 3], "filters": 1, "data_format": "channels_first"}""", "'channels_first'")]
    [InlineData("MaxPooling2D", """{"pool_size": [3, 3], "padding": "causal"}""", "the padding 'causal'")]
    [InlineData("Conv2D", """{"kernel_size": [9, 9], "filters": 1}""", "'l/kernel' are missing")]
    [InlineData("Conv2D", """{"kernel_size": [3], "filters": 1}""", "kernel_size [3]")]
    [InlineData("Conv2D", """{"kernel_size": [3, 0], "filters": 1}""", "kernel_size [3,0]")]
    [InlineData("Conv2D", """{"filters": 1}""", "no kernel_size")]
    [InlineData("Conv2D", """{"kernel_size": 1, "filters": 0}""", "the filters 0")]
    [InlineData("Conv2D", """{"kernel_size": 1, "filters": 3, "groups": 2}""", "2 groups")]
    [InlineData("MaxPooling2D", """{"pool_size": 9}""", "a window of 9")]
    [InlineData("ZeroPadding2D", """{"padding": [[1, 2], [3]]}""", "the padding")]
    [InlineData("ZeroPadding2D", "{}", "no padding")]
    [InlineData("Reshape", """{"target_shape": [5]}""", "makes [5]")]
    [InlineData("Reshape", """{"target_shape": ["a"]}""", "no list of numbers")]
    [InlineData("Add", "{}", "joins values")]
    [InlineData("BatchNormalization", """{"axis": 1}""", "along the axis 1")]
    [InlineData("Dense", """{"units": 2}""", "'l/kernel' are missing")]
    [InlineData("Dense", "[]", "not Object")]
    public void Layers_that_cannot_be_imported_are_refused_by_name(string kind, string config, string message) =>
        Refused(message, () => new KerasModel(4, 4, 2).Layer(kind, "l", config).Layer("Flatten", "f").Convert());

    [Fact]
    public void Layers_that_do_not_fit_what_they_read_are_refused()
    {
        Refused("reads no picture", () => new KerasModel(4).Layer("Conv2D", "l", """{"kernel_size": 1, "filters": 1}""").Convert());
        Refused("reads 2 values", () => new KerasModel(4).Layer("Flatten", "l", "{}", "input", "input").Convert());
        Refused("reads 2 dimensions", () => new KerasModel(4, 2).Layer("BatchNormalization", "l").Convert());
        Refused(
            "sizes of 4 and 2",
            () =>
                new KerasModel(4)
                    .Layer("Dense", "d", """{"units": 2, "use_bias": false}""")
                    .Layer("Add", "l", "{}", "input", "d")
                    .Weights("d/kernel", [4, 2], new float[8])
                    .Convert()
        );
        Refused(
            "different sizes",
            () =>
                new KerasModel(2, 2, 1)
                    .Layer("MaxPooling2D", "p", """{"pool_size": 2}""")
                    .Layer("Concatenate", "l", "{}", "input", "p")
                    .Convert()
        );
        Refused("gives [4, 4, 2]", () => new KerasModel(4, 4, 2).Layer("ReLU", "l").Convert());
        Refused(
            "the shape [4, 3], not [4, 2]",
            () => new KerasModel(4).Layer("Dense", "d", """{"units": 2}""").Weights("d/kernel", [4, 3], new float[12]).Convert()
        );
    }

    [Theory]
    [InlineData(
        """{"class_name": "Model", "config": {"layers": [], "input_layers": [["a", 0, 0]], "output_layers": [["a", 0, 0]]}}""",
        "ends in the layer 'a'"
    )]
    [InlineData(
        """{"class_name": "Model", "config": {"layers": [], "input_layers": [["a", 0, 0], ["b", 0, 0]], "output_layers": []}}""",
        "2 input_layers"
    )]
    [InlineData(
        """{"class_name": "Model", "config": {"layers": [], "input_layers": ["a", 0, 0], "output_layers": []}}""",
        "3 input_layers"
    )]
    [InlineData(
        """{"class_name": "Model", "config": {"layers": [], "input_layers": [["a", 0, 1]], "output_layers": [["a", 0, 0]]}}""",
        "not as Keras 2"
    )]
    [InlineData("""{"class_name": "Sequential", "config": []}""", "has no layers")]
    [InlineData("""{"class_name": "Sequential", "config": [{"class_name": "ReLU", "config": {"name": "r"}}]}""", "how large the input is")]
    [InlineData("""{"class_name": "Sequential", "config": [{"class_name": "ReLU", "config": {}}]}""", "no name")]
    [InlineData(
        """{"class_name": "Sequential", "config": [{"class_name": "ReLU", "config": {"name": "r", "batch_input_shape": [null, null, 3]}}]}""",
        "open size"
    )]
    [InlineData("""{"class_name": "Other", "config": []}""", "is no model")]
    [InlineData("""{"class_name": "Model"}""", "no config")]
    public void Models_that_cannot_be_walked_are_refused(string model, string message) =>
        Refused(message, () => new KerasModel(2).Convert(JsonNode.Parse(model)!.AsObject()));

    [Fact]
    public void Layers_that_read_each_other_and_second_inputs_are_refused()
    {
        var circle = new KerasModel(1).Layer("ReLU", "a", "{}", "b").Layer("ReLU", "b", "{}", "a");
        Refused("reads what no layer gives", () => circle.Convert());

        var graph = new KerasModel(1).Layer("ReLU", "a").Functional();
        var second = graph["config"]!["layers"]![0]!.DeepClone();
        second["name"] = "other";
        graph["config"]!["layers"]!.AsArray().Add(second);
        Refused("is a second input", () => new KerasModel(1).Convert(graph));
    }

    [Fact]
    public void Models_nested_without_end_are_refused()
    {
        var model = new JsonObject { ["class_name"] = "Sequential", ["config"] = new JsonArray() };
        for (var depth = 0; depth < 12; depth++)
        {
            model = new JsonObject
            {
                ["class_name"] = "Sequential",
                ["name"] = "s",
                ["config"] = new JsonArray(model),
            };
        }

        model["config"]![0]!["name"] = "s";
        Assert.Throws<InvalidInputException>(() => new KerasModel(1).Convert(model));
    }

    [Theory]
    [InlineData("""{"name": "w", "shape": [2], "dtype": "string"}""", "the type 'string'")]
    [InlineData("""{"name": "w", "shape": [-2], "dtype": "float32"}""", "no count")]
    [InlineData("""{"name": "w", "shape": [99], "dtype": "float32"}""", "99 values")]
    [InlineData("""{"name": "w", "shape": [1000000, 1000000, 1000000], "dtype": "float32"}""", "more than its files hold")]
    [InlineData("""{"name": "w", "shape": [1], "dtype": "float32"}""", "8 bytes of weights, of which 4")]
    [InlineData("""{"name": "w", "shape": [8], "dtype": "float32", "quantization": {"dtype": "uint8", "scale": 1}}""", "no 'min'")]
    [InlineData("""{"name": "w", "shape": [8], "dtype": "uint8"}""", "without a quantization")]
    [InlineData("""{"name": "w", "shape": [2], "dtype": "float32"}""", "not finite")]
    public void Weights_that_are_not_as_described_are_refused(string entry, string message)
    {
        var json = JsonNode.Parse(
            """{"modelTopology": {"class_name": "Sequential", "config": []}, "weightsManifest": [{"paths": ["x.bin"], "weights": []}]}"""
        )!;
        json["weightsManifest"]![0]!["weights"]!.AsArray().Add(JsonNode.Parse(entry));

        Refused(
            message,
            () =>
                TensorflowJsImporter.Convert(
                    System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()),
                    "model.json",
                    _ => [0, 0, 0, 0, 0, 0, 0xC0, 0x7F]
                )
        );
    }

    [Theory]
    [InlineData("../x.bin")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("")]
    public void Weights_in_other_folders_are_refused(string path)
    {
        var json = $$"""{"modelTopology": {}, "weightsManifest": [{"paths": ["{{path}}"], "weights": []}]}""";

        Refused(
            "no name of a file beside the model",
            () => TensorflowJsImporter.Convert(System.Text.Encoding.UTF8.GetBytes(json), "model.json", _ => [])
        );
    }

    [Fact]
    public void Graph_models_and_labels_of_another_number_are_refused()
    {
        using var folder = new TemporaryFolder();
        var graph = """{"modelTopology": {"node": []}, "weightsManifest": []}"""u8.ToArray();
        Refused("a graph model", () => TensorflowJsImporter.Convert(graph, "model.json", _ => []));

        var model = new KerasModel(2).Layer("Activation", "a", """{"activation": "softmax"}""");
        File.WriteAllBytes(folder.File("model.json"), model.Json());
        File.WriteAllBytes(folder.File("shard.bin"), model.Shard);
        Refused("2 outputs, but 1 labels", () => TensorflowJsImporter.Import(folder.File("model.json"), folder.Path, ["x"]));
        TensorflowJsImporter.Import(folder.File("model.json"), folder.File("out"), []);
        Assert.True(File.Exists(folder.File("out/model.onnx")));
        Assert.False(File.Exists(folder.File("out/config.json")));
    }

    [Fact]
    public void Damaged_models_are_converted_or_refused()
    {
        var model = new KerasModel(4, 4, 2)
            .Layer("Conv2D", "c", """{"kernel_size": [3, 3], "filters": 2, "padding": "same", "strides": 2}""")
            .Layer("BatchNormalization", "b", """{"axis": [3]}""")
            .Layer("ReLU", "r", """{"max_value": 6}""")
            .Layer("Add", "a", "{}", "r", "r")
            .Layer("Reshape", "s", """{"target_shape": [-1, 2, 2]}""")
            .Layer("GlobalAveragePooling2D", "g")
            .Layer("Dense", "d", """{"units": 2, "activation": "softmax"}""")
            .Weights("c/kernel", [3, 3, 2, 2], new float[36])
            .Weights("c/bias", [2], 0, 0)
            .Weights("b/gamma", [2], 1, 1)
            .Weights("b/beta", [2], 1, 1)
            .Weights("b/moving_mean", [2], 1, 1)
            .Weights("b/moving_variance", [2], 1, 1)
            .Weights("d/kernel", [2, 2], 1, 1, 1, 1)
            .Weights("d/bias", [2], 1, 1);
        Assert.Equal(2, model.Run(new float[32]).Length);

        ByteFuzzer.Run(
            [model.Json()],
            3000,
            new Randomness.Seed(11),
            bytes => Assert.True(TensorflowJsImporter.Convert(bytes, "model.json", _ => model.Shard).Made.Outputs > 0)
        );
    }

    private static void Refused(string message, Action act) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(act).Message, StringComparison.Ordinal);
}
