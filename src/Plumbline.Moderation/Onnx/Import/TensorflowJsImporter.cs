using System.Globalization;
using System.Text.Json;
using Plumbline.Tokenization;

namespace Plumbline.Moderation.Onnx.Import;

/// <summary>What was imported.</summary>
/// <param name="Model">The file that was written.</param>
/// <param name="InputShape">What the model reads, without the batch: <c>[height, width, 3]</c> for pictures.</param>
/// <param name="Outputs">How many labels it has.</param>
/// <param name="Scores">What its outputs are; null for logits, or what is not known.</param>
/// <param name="Layers">How many layers it has.</param>
/// <param name="Parameters">How many weights it has.</param>
public sealed record TensorflowJsImport(
    string Model,
    IReadOnlyList<int> InputShape,
    int Outputs,
    LabelScores? Scores,
    int Layers,
    long Parameters
);

/// <summary>
/// Makes an ONNX model of a tensorflow.js layers model (<c>model.json</c> and the files of weights beside it), functional or sequential, as Keras 2 and tensorflow.js write it.
/// Every layer that cannot be imported exactly is refused by its name.
/// </summary>
public static class TensorflowJsImporter
{
    internal const string Mend = "Download the model again, or convert it again with tensorflowjs_converter.";

    private const long MaximumJsonBytes = 64L << 20;
    private const long MaximumShardBytes = 512L << 20;

    /// <summary>Imports a model.</summary>
    /// <param name="modelJson">The path of its <c>model.json</c>.</param>
    /// <param name="folder">The folder that gets <c>model.onnx</c>, and <c>config.json</c> with the labels; made where there is none.</param>
    /// <param name="labels">The labels in the order of the outputs; empty writes no <c>config.json</c>.</param>
    /// <exception cref="InvalidInputException">A file is missing or broken, a layer cannot be imported, or there are not as many labels as outputs.</exception>
    public static TensorflowJsImport Import(string modelJson, string folder, IReadOnlyList<string> labels)
    {
        var beside = Path.GetDirectoryName(Path.GetFullPath(modelJson))!;
        var json = BoundedFile.Read(modelJson, MaximumJsonBytes, "a tensorflow.js model's model.json");
        var (builder, made) = Convert(
            json,
            modelJson,
            name => BoundedFile.Read(Path.Combine(beside, name), MaximumShardBytes, "the model's weights")
        );
        if (labels.Count > 0 && labels.Count != made.Outputs)
        {
            throw new InvalidInputException(
                $"The model has {made.Outputs} outputs, but {labels.Count} labels are given.",
                "Name one label for each output, in their order.",
                new InputPosition(modelJson)
            );
        }

        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "model.onnx");
        DurableFile.Write(path, builder.Write);
        if (labels.Count > 0)
        {
            var names = labels
                .Select((label, index) => (label, index))
                .ToDictionary(pair => pair.index.ToString(CultureInfo.InvariantCulture), pair => pair.label);
            var config = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["id2label"] = names });
            DurableFile.Write(Path.Combine(folder, "config.json"), stream => stream.Write(config));
        }

        return made with
        {
            Model = path,
        };
    }

    /// <summary>Converts a model.</summary>
    /// <param name="json">Its <c>model.json</c>.</param>
    /// <param name="file">The path of that, for messages.</param>
    /// <param name="read">Gives the bytes of a file beside it.</param>
    internal static (OnnxModelBuilder Builder, TensorflowJsImport Made) Convert(byte[] json, string file, Func<string, byte[]> read) =>
        JsonInput.Read(
            json,
            file,
            root =>
            {
                var weights = TensorflowJsWeights.Read(root, read);
                var builder = new OnnxModelBuilder("imported");
                var layers = new KerasLayers(builder, weights);
                var graph = new KerasGraph(layers);
                var end = graph.Write(Topology(root), input: null);
                if (end.Shape.Length != 1)
                {
                    throw root.Invalid(
                        $"The model gives [{string.Join(", ", end.Shape)}] for a picture, not one number a label.",
                        "Import a classifier, with its head."
                    );
                }

                builder.Output("scores", end.Name, OnnxType.Float, -1, end.Channels);
                if (end.Scores is { } scores)
                {
                    builder.Note(OnnxImageDetector.ScoresNote, scores.ToString());
                }

                var made = new TensorflowJsImport(string.Empty, layers.InputShape, end.Channels, end.Scores, graph.Count, weights.Count);
                return (builder, made);
            }
        );

    /// <summary>The model: under <c>model_config</c> where Keras wrote it, at once where tensorflow.js did.</summary>
    private static KerasLayer Topology(JsonInput root)
    {
        var topology = root.Get("modelTopology", JsonValueKind.Object);
        if (topology.Has("node"))
        {
            throw root.Invalid("This is a graph model, not a layers model.", "Convert it as a layers model (tfjs_layers_model).");
        }

        var model = topology.Find("model_config", JsonValueKind.Object) ?? topology;
        var kind = model.GetText("class_name");
        var config = model.Has("config") ? model.Element.GetProperty("config") : throw root.Invalid("The model has no config.", Mend);
        return new KerasLayer("the model", kind, new JsonInput(config, root.File, $"{model.Path}.config"));
    }
}
