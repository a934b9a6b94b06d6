using System.Text.Json;
using Plumbline.Tokenization;

namespace Plumbline.Moderation.Onnx.Import;

/// <summary>Walks a Keras model, functional or sequential and with models inside it, and has every layer written in the order in which values come to be.</summary>
internal sealed class KerasGraph(KerasLayers layers)
{
    private const int MaximumDepth = 8;
    private const int MaximumLayers = 4096;

    private int count;

    /// <summary>How many layers were written.</summary>
    public int Count => count;

    /// <summary>Writes a model.</summary>
    /// <param name="model">What stands under <c>model_config</c>.</param>
    /// <param name="input">What it reads; null where its own input layer says.</param>
    /// <param name="depth">How many models it stands in.</param>
    /// <returns>What it gives.</returns>
    public KerasTensor Write(KerasLayer model, KerasTensor? input, int depth = 0)
    {
        if (depth > MaximumDepth)
        {
            throw model.Invalid($"stands in more than {MaximumDepth} models");
        }

        return model.Kind switch
        {
            "Sequential" => Sequential(model, input, depth),
            "Model" or "Functional" => Functional(model, input, depth),
            _ => throw model.Invalid("is no model"),
        };
    }

    private KerasTensor Sequential(KerasLayer model, KerasTensor? at, int depth)
    {
        var config = model.Config.Element;
        var list =
            config.ValueKind == JsonValueKind.Array
                ? model.Config
                : model.Config.Expect(JsonValueKind.Object).Get("layers", JsonValueKind.Array);
        foreach (var item in list.Items())
        {
            var layer = KerasLayer.Of(item.Expect(JsonValueKind.Object));
            // A model that stands first may have the input in a layer of its own.
            at =
                at is null && IsModel(layer) ? Write(layer, input: null, depth + 1) : WriteLayer(layer, [at ?? layers.Input(layer)], depth);
        }

        return at ?? throw model.Invalid("has no layers");
    }

    private KerasTensor Functional(KerasLayer model, KerasTensor? input, int depth)
    {
        var config = model.Config.Expect(JsonValueKind.Object);
        var start = Endpoint(model, "input_layers");
        var end = Endpoint(model, "output_layers");
        var values = new Dictionary<(string Layer, int Node), KerasTensor>();
        var open = Calls(config);
        while (open.Count > 0)
        {
            // Layers mostly stand in order, so one pass is mostly enough.
            var left = new List<KerasCall>();
            foreach (var call in open)
            {
                if (call.Layer.Kind == "InputLayer")
                {
                    values[(call.Layer.Name, 0)] =
                        call.Layer.Name == start.Layer ? input ?? layers.Input(call.Layer) : throw call.Layer.Invalid("is a second input");
                }
                else if (call.Inputs.TrueForAll(values.ContainsKey))
                {
                    values[(call.Layer.Name, call.Node)] = WriteLayer(call.Layer, [.. call.Inputs.Select(from => values[from])], depth);
                }
                else
                {
                    left.Add(call);
                }
            }

            if (left.Count == open.Count)
            {
                throw left[0].Layer.Invalid("reads what no layer gives");
            }

            open = left;
        }

        return values.GetValueOrDefault(end) ?? throw model.Invalid($"ends in the layer '{end.Layer}', which it has not");
    }

    private static (string Layer, int Node) Endpoint(KerasLayer model, string name)
    {
        var ends = model.Config.Get(name, JsonValueKind.Array).Items().ToList();
        return ends.Count == 1 ? Reference(ends[0], model) : throw model.Invalid($"has {ends.Count} {name}; it must have 1");
    }

    private static (string Layer, int Node) Reference(JsonInput reference, KerasLayer layer)
    {
        var parts = KerasLayer.Items(reference.Element);
        return
            parts
                is [
                    { ValueKind: JsonValueKind.String } name,
                    { ValueKind: JsonValueKind.Number } node,
                    { ValueKind: JsonValueKind.Number } tensor,
                    ..,
                ]
            && node.TryGetInt32(out var index)
            && tensor.TryGetInt32(out var output)
            && output == 0
            ? (name.GetString()!, index)
            : throw layer.Invalid($"is joined by {KerasLayer.Shown(reference.Element)}, which is not as Keras 2 writes it");
    }

    private static List<KerasCall> Calls(JsonInput config)
    {
        var calls = new List<KerasCall>();
        foreach (var item in config.Get("layers", JsonValueKind.Array).Items())
        {
            var layer = KerasLayer.Of(item.Expect(JsonValueKind.Object));
            var nodes = item.Get("inbound_nodes", JsonValueKind.Array).Items().ToList();
            if (layer.Kind == "InputLayer")
            {
                calls.Add(new KerasCall(layer, 0, []));
            }

            for (var node = 0; node < nodes.Count; node++)
            {
                var inputs = nodes[node].Expect(JsonValueKind.Array).Items().Select(input => Reference(input, layer)).ToList();
                calls.Add(inputs.Count > 0 ? new KerasCall(layer, node, inputs) : throw layer.Invalid("reads nothing"));
            }

            if (calls.Count > MaximumLayers)
            {
                throw layer.Invalid($"is one of more than {MaximumLayers} layers");
            }
        }

        return calls;
    }

    private KerasTensor WriteLayer(KerasLayer layer, KerasTensor[] inputs, int depth)
    {
        if (++count > MaximumLayers)
        {
            throw layer.Invalid($"is one of more than {MaximumLayers} layers");
        }

        if (!IsModel(layer))
        {
            return layers.Write(layer, inputs);
        }

        return inputs.Length == 1
            ? Write(layer, inputs[0], depth + 1)
            : throw layer.Invalid($"reads {inputs.Length} values; a model inside reads 1");
    }

    private static bool IsModel(KerasLayer layer) => layer.Kind is "Sequential" or "Model" or "Functional";

    private sealed record KerasCall(KerasLayer Layer, int Node, List<(string Layer, int Node)> Inputs);
}
