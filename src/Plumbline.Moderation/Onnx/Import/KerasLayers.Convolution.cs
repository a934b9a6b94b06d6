using System.Text.Json;

namespace Plumbline.Moderation.Onnx.Import;

/// <content>Convolutions, pooling, dense layers and normalisation.</content>
internal sealed partial class KerasLayers
{
    private KerasTensor Convolution(KerasLayer layer, KerasTensor input)
    {
        var (rows, columns) = layer.Pair("kernel_size");
        var filters = layer.Count("filters");
        var groups = layer.Config.Has("groups") ? layer.Count("groups") : 1;
        if (input.Channels % groups != 0 || filters % groups != 0)
        {
            throw layer.Invalid($"has {groups} groups of {input.Channels} channels");
        }

        var kernel = weights.Get(layer.Name, "kernel", rows, columns, input.Channels / groups, filters);
        return Activate(layer, Convolve(layer, input, Outputs(kernel), filters, groups, HasBias(layer)));
    }

    private KerasTensor Depthwise(KerasLayer layer, KerasTensor input)
    {
        var (kernel, filters) = DepthwiseKernel(layer, input);
        return Activate(layer, Convolve(layer, input, kernel, filters, input.Channels, HasBias(layer)));
    }

    private KerasTensor Separable(KerasLayer layer, KerasTensor input)
    {
        var (kernel, between) = DepthwiseKernel(layer, input);
        var middle = Convolve(layer, input, kernel, between, input.Channels, hasBias: false);
        var filters = layer.Count("filters");
        var pointwise = Outputs(weights.Get(layer.Name, "pointwise_kernel", 1, 1, between, filters));
        string[] names = [middle.Name, graph.Weights("kernel", pointwise, filters, between, 1, 1), .. Bias(layer, filters, HasBias(layer))];
        return Activate(layer, middle with { Name = graph.Add("Conv", names), Shape = [.. middle.Shape[..2], filters] });
    }

    private (float[] Kernel, int Filters) DepthwiseKernel(KerasLayer layer, KerasTensor input)
    {
        var (rows, columns) = layer.Pair("kernel_size");
        var multiplier = layer.Config.Has("depth_multiplier") ? layer.Count("depth_multiplier") : 1;
        var kernel = weights.Get(layer.Name, "depthwise_kernel", rows, columns, input.Channels, multiplier);
        // [rows, columns, channel, multiple]: channel and multiple together count the outputs, in this order, as in ONNX.
        return (Outputs(new KerasWeights(kernel.Values, [rows, columns, 1, input.Channels * multiplier])), input.Channels * multiplier);
    }

    private KerasTensor Convolve(KerasLayer layer, KerasTensor input, float[] kernel, int filters, int groups, bool hasBias)
    {
        var size = layer.Pair("kernel_size");
        var dilation = layer.Pair("dilation_rate", (1, 1));
        var strides = layer.Pair("strides", (1, 1));
        var window = new SlidingWindow(layer, input, size, strides, dilation, layer.PadsToSame());
        string[] names =
        [
            input.Name,
            graph.Weights("kernel", kernel, filters, input.Channels / groups, size.Rows, size.Columns),
            .. Bias(layer, filters, hasBias),
        ];
        var output = graph.Add(
            "Conv",
            names,
            OnnxAttribute.Of("kernel_shape", size.Rows, size.Columns),
            OnnxAttribute.Of("strides", strides.Rows, strides.Columns),
            OnnxAttribute.Of("dilations", dilation.Rows, dilation.Columns),
            OnnxAttribute.Of("pads", window.Pads),
            OnnxAttribute.Of("group", (long)groups)
        );
        return Next(input, output) with { Shape = [window.Rows, window.Columns, filters] };
    }

    private KerasTensor Pool(KerasLayer layer, KerasTensor input, string type)
    {
        var size = layer.Pair("pool_size");
        var strides = layer.Pair("strides", size);
        var window = new SlidingWindow(layer, input, size, strides, (1, 1), layer.PadsToSame());
        var output = graph.Add(
            type,
            [input.Name],
            OnnxAttribute.Of("kernel_shape", size.Rows, size.Columns),
            OnnxAttribute.Of("strides", strides.Rows, strides.Columns),
            OnnxAttribute.Of("pads", window.Pads)
        );
        return Next(input, output) with { Shape = [window.Rows, window.Columns, input.Channels] };
    }

    private KerasTensor GlobalPool(KerasLayer layer, KerasTensor input, string type)
    {
        var keeps = layer.Config.GetFlag("keepdims", otherwise: false);
        var output = graph.Add(type, [input.Name], OnnxAttribute.Of("axes", 2, 3), OnnxAttribute.Of("keepdims", keeps ? 1L : 0L));
        return new KerasTensor(output, keeps ? [1, 1, input.Channels] : [input.Channels]) { IsChannelsFirst = keeps };
    }

    private KerasTensor Dense(KerasLayer layer, KerasTensor input)
    {
        var units = layer.Count("units");
        var kernel = weights.Get(layer.Name, "kernel", input.Channels, units);
        var output = graph.Add("MatMul", [input.Name, graph.Weights("kernel", kernel.Values, input.Channels, units)]);
        if (HasBias(layer))
        {
            output = graph.Add("Add", [output, .. Bias(layer, units, hasBias: true)]);
        }

        return Activate(layer, Next(input, output) with { Shape = [.. input.Shape[..^1], units] });
    }

    private KerasTensor BatchNormalization(KerasLayer layer, KerasTensor input)
    {
        RequireLastAxis(layer, input);
        if (!input.IsMap && input.Shape.Length > 1)
        {
            throw layer.Invalid($"reads {input.Shape.Length} dimensions; it must be a picture or a vector");
        }

        var channels = input.Channels;
        float[] Parameter(string name, bool isThere, float otherwise)
        {
            if (isThere)
            {
                return weights.Get(layer.Name, name, channels).Values;
            }

            var values = new float[channels];
            Array.Fill(values, otherwise);
            return values;
        }

        var output = graph.Add(
            "BatchNormalization",
            [
                input.Name,
                graph.Weights("gamma", Parameter("gamma", layer.Config.GetFlag("scale", otherwise: true), 1), channels),
                graph.Weights("beta", Parameter("beta", layer.Config.GetFlag("center", otherwise: true), 0), channels),
                graph.Weights("mean", Parameter("moving_mean", isThere: true, 0), channels),
                graph.Weights("variance", Parameter("moving_variance", isThere: true, 1), channels),
            ],
            OnnxAttribute.Of("epsilon", (float)layer.Number("epsilon", 1e-3))
        );
        return Next(input, output);
    }

    private static void RequireLastAxis(KerasLayer layer, KerasTensor input)
    {
        if (!layer.Config.Has("axis"))
        {
            return;
        }

        // Keras writes one axis as a number or as a list of one.
        var element = layer.Config.Element.GetProperty("axis");
        var axis = KerasLayer.Items(element) is [var only] ? only : element;
        if (axis.ValueKind != JsonValueKind.Number || !axis.TryGetInt32(out var value) || (value != -1 && value != input.Shape.Length))
        {
            throw layer.Invalid($"works along the axis {KerasLayer.Shown(element)}; it must be the last");
        }
    }

    private static bool HasBias(KerasLayer layer) => layer.Config.GetFlag("use_bias", otherwise: true);

    private string[] Bias(KerasLayer layer, int filters, bool hasBias) =>
        hasBias ? [graph.Weights("bias", weights.Get(layer.Name, "bias", filters).Values, filters)] : [];

    /// <summary>A kernel <c>[rows, columns, channels, filters]</c> as <c>[filters, channels, rows, columns]</c>.</summary>
    private static float[] Outputs(KerasWeights kernel)
    {
        var (cells, channels, filters) = (kernel.Shape[0] * kernel.Shape[1], kernel.Shape[2], kernel.Shape[3]);
        var turned = new float[kernel.Values.Length];
        var from = 0;
        for (var cell = 0; cell < cells; cell++)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                for (var filter = 0; filter < filters; filter++)
                {
                    turned[(((filter * channels) + channel) * cells) + cell] = kernel.Values[from++];
                }
            }
        }

        return turned;
    }
}

/// <summary>
/// Where a window slides. Padding "same" gives ceil(size / stride) places; what is missing for them is added at both ends, one more at the far end where it is odd
/// (tensorflow.org/api_docs/python/tf/nn, "Notes on padding").
/// </summary>
internal sealed class SlidingWindow
{
    /// <summary>Measures it.</summary>
    public SlidingWindow(
        KerasLayer layer,
        KerasTensor input,
        (int Rows, int Columns) size,
        (int Rows, int Columns) strides,
        (int Rows, int Columns) dilation,
        bool isSame
    )
    {
        (Rows, var top, var bottom) = Along(layer, input.Shape[0], size.Rows, strides.Rows, dilation.Rows, isSame);
        (Columns, var left, var right) = Along(layer, input.Shape[1], size.Columns, strides.Columns, dilation.Columns, isSame);
        Pads = [top, left, bottom, right];
    }

    /// <summary>Rows of the result.</summary>
    public int Rows { get; }

    /// <summary>Columns of the result.</summary>
    public int Columns { get; }

    /// <summary>What is added above, at the left, below and at the right.</summary>
    public long[] Pads { get; }

    private static (int Places, long Before, long After) Along(
        KerasLayer layer,
        int length,
        long size,
        int stride,
        int dilation,
        bool isSame
    )
    {
        var reach = ((size - 1) * dilation) + 1;
        if (isSame)
        {
            var places = (length + stride - 1) / stride;
            var missing = Math.Max(0, ((long)(places - 1) * stride) + reach - length);
            return (places, missing / 2, missing - (missing / 2));
        }

        return reach <= length
            ? ((int)((length - reach) / stride) + 1, 0, 0)
            : throw layer.Invalid($"has a window of {reach} on {length} rows or columns");
    }
}
