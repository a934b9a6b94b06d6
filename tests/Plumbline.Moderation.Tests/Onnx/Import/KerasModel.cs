using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;
using Plumbline.Moderation.Onnx.Import;

namespace Plumbline.Moderation.Tests.Onnx.Import;

/// <summary>Builds tensorflow.js models for tests, converts them and runs what came out.</summary>
internal sealed class KerasModel
{
    private readonly JsonArray layers = [];
    private readonly JsonArray weights = [];
    private readonly MemoryStream shard = new();
    private string last = "input";

    public KerasModel(params int[] shape)
    {
        var full = new JsonArray { null };
        Array.ForEach(shape, size => full.Add(size));
        layers.Add(
            new JsonObject
            {
                ["name"] = "input",
                ["class_name"] = "InputLayer",
                ["config"] = new JsonObject { ["batch_input_shape"] = full },
                ["inbound_nodes"] = new JsonArray(),
            }
        );
    }

    /// <summary>Adds a layer behind the last one, or behind named ones.</summary>
    public KerasModel Layer(string kind, string name, string config = "{}", params string[] inputs)
    {
        var inbound = new JsonArray();
        foreach (var input in inputs.Length > 0 ? inputs : [last])
        {
            inbound.Add(new JsonArray(input, 0, 0, new JsonObject()));
        }

        layers.Add(
            new JsonObject
            {
                ["name"] = name,
                ["class_name"] = kind,
                ["config"] = JsonNode.Parse(config),
                ["inbound_nodes"] = new JsonArray(inbound),
            }
        );
        last = name;
        return this;
    }

    /// <summary>Adds weights of 32 bits.</summary>
    public KerasModel Weights(string name, int[] shape, params float[] values) =>
        Raw(name, shape, "float32", null, [.. values.SelectMany(BitConverter.GetBytes)]);

    /// <summary>Adds weights as they are stored.</summary>
    public KerasModel Raw(string name, int[] shape, string type, string? quantization, byte[] bytes)
    {
        weights.Add(
            new JsonObject
            {
                ["name"] = name,
                ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]),
                ["dtype"] = type,
                ["quantization"] = quantization is null ? null : JsonNode.Parse(quantization),
            }
        );
        shard.Write(bytes);
        return this;
    }

    public byte[] Shard => shard.ToArray();

    public JsonObject Functional() =>
        new()
        {
            ["class_name"] = "Model",
            ["config"] = new JsonObject
            {
                ["name"] = "m",
                ["layers"] = layers.DeepClone(),
                ["input_layers"] = new JsonArray(new JsonArray("input", 0, 0)),
                ["output_layers"] = new JsonArray(new JsonArray(last, 0, 0)),
            },
        };

    /// <summary>The model's file; <paramref name="model"/> stands for the layers that were added.</summary>
    public byte[] Json(JsonObject? model = null) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["modelTopology"] = new JsonObject { ["model_config"] = model ?? Functional() },
                ["weightsManifest"] = new JsonArray(
                    new JsonObject { ["paths"] = new JsonArray("shard.bin"), ["weights"] = weights.DeepClone() }
                ),
            }
        );

    public (OnnxModelBuilder Builder, TensorflowJsImport Made) Convert(JsonObject? model = null) =>
        TensorflowJsImporter.Convert(Json(model), "model.json", _ => Shard);

    /// <summary>Converts the model and runs it on one input.</summary>
    public float[] Run(float[] input, JsonObject? model = null) => Run(Convert(model), input);

    public static float[] Run((OnnxModelBuilder Builder, TensorflowJsImport Made) converted, float[] input)
    {
        using var session = new InferenceSession(converted.Builder.ToArray());
        long[] shape = [1, .. converted.Made.InputShape.Select(size => (long)size)];
        using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var options = new RunOptions();
        using var results = session.Run(options, ["input"], [value], ["scores"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
