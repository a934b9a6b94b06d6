using System.Text.Json;

namespace Plumbline.Moderation.Onnx.Import;

/// <content>Padding, shapes, joins and activations.</content>
internal sealed partial class KerasLayers
{
    private const int MostElements = 1 << 28;

    private KerasTensor ZeroPadding(KerasLayer layer, KerasTensor input)
    {
        var (top, bottom, left, right) = layer.Margins("padding");
        var output = graph.Add("Pad", [input.Name, graph.Integers("pads", 0, 0, top, left, 0, 0, bottom, right)]);
        return Next(input, output) with { Shape = [input.Shape[0] + top + bottom, input.Shape[1] + left + right, input.Channels] };
    }

    private KerasTensor Flatten(KerasTensor input) => Shaped(input, [Elements(input)]);

    private KerasTensor Reshape(KerasLayer layer, KerasTensor input)
    {
        var shape = KerasLayer
            .Items(layer.Config.Element.TryGetProperty("target_shape", out var target) ? target : default)
            .Select(size =>
                size.ValueKind == JsonValueKind.Number && size.TryGetInt32(out var value)
                    ? value
                    : throw layer.Invalid("has a target_shape that is no list of numbers")
            )
            .ToArray();
        var known = shape.Where(size => size != -1).Aggregate(1L, (product, size) => Math.Min(MostElements, product * Math.Max(0, size)));
        var elements = Elements(input);
        var open = Array.IndexOf(shape, -1);
        if (open >= 0 && known > 0)
        {
            shape[open] = (int)(elements / known);
        }

        var total = shape.Aggregate(1L, (product, size) => Math.Min(MostElements, product * Math.Max(0, size)));
        return shape.Length is >= 1 and <= 4 && total == elements
            ? Shaped(input, shape)
            : throw layer.Invalid($"makes [{string.Join(", ", shape)}] of {elements} values");
    }

    private KerasTensor Shaped(KerasTensor input, int[] shape)
    {
        var sizes = graph.Integers("shape", [-1, .. shape]);
        return new KerasTensor(graph.Add("Reshape", [input.Name, sizes]), shape);
    }

    private static int Elements(KerasTensor tensor) =>
        (int)tensor.Shape.Aggregate(1L, (product, size) => Math.Min(MostElements, product * size));

    private KerasTensor Rescale(KerasLayer layer, KerasTensor input)
    {
        var scaled = graph.Add("Mul", [input.Name, Scalar("scale", layer.Number("scale", 1))]);
        return Next(input, graph.Add("Add", [scaled, Scalar("offset", layer.Number("offset", 0))]));
    }

    private KerasTensor Join(KerasLayer layer, KerasTensor[] inputs, string type)
    {
        var same = Alike(layer, inputs);
        var shape = same[0].Shape;
        var output = same[0].Name;
        foreach (var next in same[1..])
        {
            // Sizes of 1 are repeated, as in Keras: attention over channels multiplies a map by a vector.
            shape =
            [
                .. shape.Zip(
                    next.Shape,
                    (one, other) =>
                        one == other || one == 1 || other == 1
                            ? Math.Max(one, other)
                            : throw layer.Invalid($"joins sizes of {one} and {other}")
                ),
            ];
            output = graph.Add(type, [output, next.Name]);
        }

        return Next(same[0], output) with
        {
            Shape = shape,
        };
    }

    private KerasTensor Concatenate(KerasLayer layer, KerasTensor[] inputs)
    {
        var same = Alike(layer, inputs);
        RequireLastAxis(layer, same[0]);
        if (
            same.Any(input => !input.Shape.AsSpan(0, input.Shape.Length - 1).SequenceEqual(same[0].Shape.AsSpan(0, input.Shape.Length - 1)))
        )
        {
            throw layer.Invalid("joins maps of different sizes");
        }

        var output = graph.Add("Concat", [.. same.Select(input => input.Name)], OnnxAttribute.Of("axis", ChannelAxis(same[0])));
        return Next(same[0], output) with { Shape = [.. same[0].Shape[..^1], same.Sum(input => input.Channels)] };
    }

    private KerasTensor[] Alike(KerasLayer layer, KerasTensor[] inputs) =>
        inputs.Length >= 2 && inputs.All(input => input.Shape.Length == inputs[0].Shape.Length)
            ? [.. inputs.Select(First)]
            : throw layer.Invalid("joins values of different numbers of dimensions");

    /// <summary>The activation that a layer of any kind may name.</summary>
    private KerasTensor Activate(KerasLayer layer, KerasTensor input) =>
        (layer.Config.FindText("activation") ?? "linear") switch
        {
            "linear" => input,
            "relu" => Next(input, graph.Add("Relu", [input.Name])),
            "relu6" => Clip(input, 6),
            "softmax" => Softmax(input),
            "sigmoid" => Next(input, graph.Add("Sigmoid", [input.Name])) with { Scores = LabelScores.IndependentProbabilities },
            "tanh" => Next(input, graph.Add("Tanh", [input.Name])),
            "elu" => Next(input, graph.Add("Elu", [input.Name])),
            "softplus" => Next(input, graph.Add("Softplus", [input.Name])),
            "hard_sigmoid" => Next(
                input,
                graph.Add("HardSigmoid", [input.Name], OnnxAttribute.Of("alpha", 0.2f), OnnxAttribute.Of("beta", 0.5f))
            ),
            "swish" or "silu" => Next(input, graph.Add("Mul", [input.Name, graph.Add("Sigmoid", [input.Name])])),
            var other => throw layer.Invalid($"has the activation '{other}', which cannot be imported"),
        };

    private KerasTensor Rectify(KerasLayer layer, KerasTensor input)
    {
        if (layer.Number("threshold", 0) != 0)
        {
            throw layer.Invalid("has a threshold");
        }

        var slope = layer.Number("negative_slope", 0);
        var most = layer.Config.Has("max_value") ? layer.Number("max_value", 0) : (double?)null;
        if (slope == 0)
        {
            return most is { } end ? Clip(input, end) : Next(input, graph.Add("Relu", [input.Name]));
        }

        var leaking = graph.Add("LeakyRelu", [input.Name], OnnxAttribute.Of("alpha", (float)slope));
        return Next(input, most is { } bound ? graph.Add("Min", [leaking, Scalar("most", bound)]) : leaking);
    }

    private KerasTensor Leak(KerasLayer layer, KerasTensor input)
    {
        var slope = layer.Number("alpha", layer.Number("negative_slope", 0.3));
        return Next(input, graph.Add("LeakyRelu", [input.Name], OnnxAttribute.Of("alpha", (float)slope)));
    }

    private KerasTensor SoftmaxLayer(KerasLayer layer, KerasTensor input)
    {
        RequireLastAxis(layer, input);
        return Softmax(input);
    }

    private KerasTensor Softmax(KerasTensor input) =>
        Next(input, graph.Add("Softmax", [input.Name], OnnxAttribute.Of("axis", ChannelAxis(input)))) with
        {
            Scores = LabelScores.ExclusiveProbabilities,
        };

    private KerasTensor Clip(KerasTensor input, double most) =>
        Next(input, graph.Add("Clip", [input.Name, Scalar("least", 0), Scalar("most", most)]));

    private static long ChannelAxis(KerasTensor tensor) => tensor.IsChannelsFirst ? 1 : tensor.Shape.Length;
}
