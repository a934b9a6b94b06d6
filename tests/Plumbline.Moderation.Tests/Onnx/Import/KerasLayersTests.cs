using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using Plumbline.Moderation.Onnx;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.Onnx.Import;

public sealed class KerasLayersTests
{
    /// <summary>Against a convolution written as TensorFlow documents it, in its own order of memory.</summary>
    [Fact]
    public void Convolutions_compute_what_Keras_does() =>
        Gen.Select(Gen.Int[4, 9], Gen.Int[4, 9], Gen.Int[1, 3], Gen.Int[1, 3], Gen.Int[1, 3], Gen.Bool, Gen.Int[0, 1000])
            .Sample(
                (rows, columns, kernel, stride, filters, isSame, seed) =>
                {
                    const int channels = 2;
                    var dilation = stride == 1 ? 1 + (seed % 2) : 1;
                    if (((kernel - 1) * dilation) + 1 > Math.Min(rows, columns) && !isSame)
                    {
                        return;
                    }

                    var random = new Seed((ulong)seed).Source();
                    var (input, weights, bias) = (
                        Random(rows * columns * channels, random),
                        Random(kernel * kernel * channels * filters, random),
                        Random(filters, random)
                    );
                    var config =
                        $$"""{"filters": {{filters}}, "kernel_size": [{{kernel}}, {{kernel}}], "strides": [{{stride}}, {{stride}}], "dilation_rate": {{dilation}}, "padding": "{{(isSame ? "same" : "valid")}}", "data_format": "channels_last"}""";
                    var actual = new KerasModel(rows, columns, channels)
                        .Layer("Conv2D", "c", config)
                        .Layer("Flatten", "f")
                        .Weights("c/kernel", [kernel, kernel, channels, filters], weights)
                        .Weights("c/bias", [filters], bias)
                        .Run(input);

                    var expected = Slide(
                        input,
                        rows,
                        columns,
                        kernel,
                        stride,
                        dilation,
                        isSame,
                        (places, into) =>
                        {
                            for (var filter = 0; filter < filters; filter++)
                            {
                                var sum = bias[filter];
                                foreach (var (cell, at) in places)
                                {
                                    for (var channel = 0; channel < channels; channel++)
                                    {
                                        sum +=
                                            input[(at * channels) + channel] * weights[(((cell * channels) + channel) * filters) + filter];
                                    }
                                }

                                into.Add(sum);
                            }
                        }
                    );
                    AssertNear(expected, actual);
                },
                iter: 40
            );

    [Fact]
    public void Depthwise_convolutions_and_pools_compute_what_Keras_does() =>
        Gen.Select(Gen.Int[4, 8], Gen.Int[2, 3], Gen.Int[1, 2], Gen.Bool, Gen.Int[0, 1000])
            .Sample(
                (size, kernel, stride, isSame, seed) =>
                {
                    const int channels = 3;
                    const int multiplier = 2;
                    var random = new Seed((ulong)seed).Source();
                    var (input, weights) = (
                        Random(size * size * channels, random),
                        Random(kernel * kernel * channels * multiplier, random)
                    );
                    var padding = isSame ? "same" : "valid";
                    var config =
                        $$"""{"kernel_size": {{kernel}}, "strides": {{stride}}, "padding": "{{padding}}", "depth_multiplier": 2, "use_bias": false}""";
                    AssertNear(
                        Slide(
                            input,
                            size,
                            size,
                            kernel,
                            stride,
                            1,
                            isSame,
                            (places, into) =>
                            {
                                for (var output = 0; output < channels * multiplier; output++)
                                {
                                    into.Add(
                                        places.Sum(place =>
                                            input[(place.At * channels) + (output / multiplier)]
                                            * weights[(place.Cell * channels * multiplier) + output]
                                        )
                                    );
                                }
                            }
                        ),
                        new KerasModel(size, size, channels)
                            .Layer("DepthwiseConv2D", "d", config)
                            .Layer("Flatten", "f")
                            .Weights("d/depthwise_kernel", [kernel, kernel, channels, multiplier], weights)
                            .Run(input)
                    );
                    foreach (var kind in new[] { "MaxPooling2D", "AveragePooling2D" })
                    {
                        var pool =
                            $$"""{"pool_size": [{{kernel}}, {{kernel}}], "strides": [{{stride}}, {{stride}}], "padding": "{{padding}}"}""";
                        AssertNear(
                            Slide(
                                input,
                                size,
                                size,
                                kernel,
                                stride,
                                1,
                                isSame,
                                (places, into) =>
                                {
                                    for (var channel = 0; channel < channels; channel++)
                                    {
                                        var values = places.Select(place => input[(place.At * channels) + channel]);
                                        into.Add(kind[0] == 'M' ? values.Max() : values.Average());
                                    }
                                }
                            ),
                            new KerasModel(size, size, channels).Layer(kind, "p", pool).Layer("Flatten", "f").Run(input)
                        );
                    }
                },
                iter: 25
            );

    [Fact]
    public void A_separable_convolution_is_two_in_a_row()
    {
        // One pixel, two channels: 2·(3, 5) = (6, 10), then 6·1 + 10·10 + 1 = 107.
        var model = new KerasModel(1, 1, 2)
            .Layer("SeparableConv2D", "s", """{"kernel_size": [1, 1], "filters": 1, "activation": "relu"}""")
            .Layer("Flatten", "f")
            .Weights("s/depthwise_kernel", [1, 1, 2, 1], 2, 2)
            .Weights("s/pointwise_kernel", [1, 1, 2, 1], 1, 10)
            .Weights("s/bias", [1], 1);

        AssertNear([107], model.Run([3, 5]));
    }

    [Theory]
    [InlineData("ReLU", "{}", new float[] { 0, 0, 1, 8 })]
    [InlineData("ReLU", """{"max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0}""", new float[] { 0, 0, 1, 6 })]
    [InlineData("ReLU", """{"negative_slope": 0.5}""", new float[] { -1, -0.5f, 1, 8 })]
    [InlineData("ReLU", """{"negative_slope": 0.5, "max_value": 4}""", new float[] { -1, -0.5f, 1, 4 })]
    [InlineData("LeakyReLU", """{"alpha": 0.25}""", new float[] { -0.5f, -0.25f, 1, 8 })]
    [InlineData("LeakyReLU", "{}", new float[] { -0.6f, -0.3f, 1, 8 })]
    [InlineData("Activation", """{"activation": "linear"}""", new float[] { -2, -1, 1, 8 })]
    [InlineData("Activation", """{"activation": "relu6"}""", new float[] { 0, 0, 1, 6 })]
    [InlineData("Activation", """{"activation": "tanh"}""", new float[] { -0.9640276f, -0.7615942f, 0.7615942f, 0.9999998f })]
    [InlineData("Activation", """{"activation": "hard_sigmoid"}""", new float[] { 0.1f, 0.3f, 0.7f, 1 })]
    [InlineData("Activation", """{"activation": "swish"}""", new float[] { -0.2384058f, -0.2689414f, 0.7310586f, 7.997317f })]
    [InlineData("Activation", """{"activation": "elu"}""", new float[] { -0.8646647f, -0.6321206f, 1, 8 })]
    [InlineData("Activation", """{"activation": "softplus"}""", new float[] { 0.1269280f, 0.3132617f, 1.3132617f, 8.000335f })]
    [InlineData("Activation", """{"activation": "sigmoid"}""", new float[] { 0.1192029f, 0.2689414f, 0.7310586f, 0.9996646f })]
    [InlineData("Rescaling", """{"scale": 2, "offset": -1}""", new float[] { -5, -3, 1, 15 })]
    [InlineData("Dropout", """{"rate": 0.9}""", new float[] { -2, -1, 1, 8 })]
    [InlineData("Reshape", """{"target_shape": [-1]}""", new float[] { -2, -1, 1, 8 })]
    public void Layers_of_one_value_compute_what_Keras_does(string kind, string config, float[] expected) =>
        AssertNear(expected, new KerasModel(4).Layer(kind, "l", config).Run([-2, -1, 1, 8]));

    [Fact]
    public void Softmax_works_along_the_channels_of_vectors_and_maps()
    {
        var ofMap = new KerasModel(1, 2, 2)
            .Layer("ZeroPadding2D", "p", """{"padding": 0}""")
            .Layer("Softmax", "s", """{"axis": -1}""")
            .Layer("Flatten", "f");
        AssertNear([0.5f, 0.5f, 0.2689414f, 0.7310586f], ofMap.Run([3, 3, 1, 2]));

        var converted = new KerasModel(2).Layer("Activation", "s", """{"activation": "softmax"}""").Convert();
        Assert.Equal(LabelScores.ExclusiveProbabilities, converted.Made.Scores);
        AssertNear([0.2689414f, 0.7310586f], KerasModel.Run(converted, [1, 2]));
        Assert.Equal(
            LabelScores.IndependentProbabilities,
            new KerasModel(2).Layer("Activation", "s", """{"activation": "sigmoid"}""").Convert().Made.Scores
        );
        Assert.Null(ofMap.Convert().Made.Scores);
    }

    [Fact]
    public void Normalisation_uses_the_moving_moments()
    {
        // (x − 1) / sqrt(4 + 0) · 3 + 5 and, without scale and centre, (x − 2) / sqrt(1).
        var whole = new KerasModel(1)
            .Layer("BatchNormalization", "b", """{"axis": [1], "epsilon": 0}""")
            .Weights("b/gamma", [1], 3)
            .Weights("b/beta", [1], 5)
            .Weights("b/moving_mean", [1], 1)
            .Weights("b/moving_variance", [1], 4);
        var bare = new KerasModel(1, 1, 1)
            .Layer("BatchNormalization", "b", """{"axis": -1, "epsilon": 0, "scale": false, "center": false}""")
            .Layer("Flatten", "f")
            .Weights("b/moving_mean", [1], 2)
            .Weights("b/moving_variance", [1], 1);

        AssertNear([14], whole.Run([7]));
        AssertNear([5], bare.Run([7]));
    }

    [Fact]
    public void Padding_shapes_and_dense_layers_keep_Keras_order_of_memory()
    {
        // Two channels of one row of two pixels: (1, 2), (3, 4).
        float[] input = [1, 2, 3, 4];
        AssertNear(
            [0, 0, 1, 2, 3, 4],
            new KerasModel(1, 2, 2).Layer("ZeroPadding2D", "z", """{"padding": [[0, 0], [1, 0]]}""").Layer("Flatten", "f").Run(input)
        );
        AssertNear(
            [1, 2, 3, 4],
            new KerasModel(1, 2, 2).Layer("Reshape", "r", """{"target_shape": [2, 1, 2]}""").Layer("Flatten", "f").Run(input)
        );
        AssertNear([2, 3], new KerasModel(1, 2, 2).Layer("GlobalAveragePooling2D", "g").Run(input));
        AssertNear(
            [3, 4],
            new KerasModel(1, 2, 2).Layer("GlobalMaxPooling2D", "g", """{"keepdims": true}""").Layer("Flatten", "f").Run(input)
        );
        var dense = new KerasModel(1, 2, 2)
            .Layer("Dense", "d", """{"units": 1}""")
            .Layer("Flatten", "f")
            .Weights("d/kernel", [2, 1], 10, 1)
            .Weights("d/bias", [1], 100);
        AssertNear([112, 134], dense.Run(input));
    }

    [Fact]
    public void Values_are_added_multiplied_and_joined()
    {
        var model = new KerasModel(1, 2, 2)
            .Layer("GlobalAveragePooling2D", "mean", """{"keepdims": true}""", "input")
            .Layer("Multiply", "scaled", "{}", "input", "mean")
            .Layer("Add", "sum", "{}", "input", "scaled", "input")
            .Layer("Concatenate", "both", """{"axis": -1}""", "sum", "input")
            .Layer("Flatten", "f");

        // Means 2 and 3: 2x + 2x = 4x and 2x + 3x = 5x, each beside the pixel itself.
        AssertNear([4, 10, 1, 2, 12, 20, 3, 4], model.Run([1, 2, 3, 4]));
    }

    [Fact]
    public void Quantised_weights_are_what_their_scale_says()
    {
        float[] Weighted(string type, string? quantization, byte[] bytes) =>
            new KerasModel(1)
                .Layer("Dense", "d", """{"units": 2, "use_bias": false}""")
                .Raw("d/kernel", [1, 2], type, quantization, bytes)
                .Run([1]);

        AssertNear([-1, 126.5f], Weighted("float32", """{"dtype": "uint8", "scale": 0.5, "min": -1}""", [0, 255]));
        AssertNear([2, 2.25f], Weighted("float32", """{"dtype": "uint16", "scale": 0.125, "min": 0}""", [16, 0, 18, 0]));
        AssertNear([1, -2], Weighted("float32", """{"dtype": "float16"}""", [0, 0x3C, 0, 0xC0]));
        AssertNear([7, -1], Weighted("int32", null, [7, 0, 0, 0, 255, 255, 255, 255]));
    }

    [Fact]
    public void Models_inside_models_and_sequences_are_walked_through()
    {
        var inner = new KerasModel(2)
            .Layer("Dense", "d", """{"units": 2, "use_bias": false}""")
            .Weights("inner/d/kernel", [2, 2], 1, 0, 0, 2);
        var sequence = new JsonObject
        {
            ["class_name"] = "Sequential",
            ["config"] = new JsonObject
            {
                ["name"] = "s",
                ["layers"] = new JsonArray(
                    inner.Functional(),
                    JsonNode.Parse(
                        """{"class_name": "Sequential", "config": [{"class_name": "Activation", "config": {"name": "a", "activation": "relu"}}], "name": "x"}"""
                    )
                ),
            },
        };
        AssertNear([3, 0], inner.Run([3, -4], sequence));

        var plain = JsonNode.Parse(
            """{"class_name": "Sequential", "config": [{"class_name": "Rescaling", "config": {"name": "r", "batch_input_shape": [null, 2], "scale": 3}}]}"""
        )!;
        AssertNear([9, -12], new KerasModel(2).Run([3, -4], plain.AsObject()));
    }

    [Fact]
    public void A_layer_may_be_called_twice_and_stand_before_what_it_reads()
    {
        var model = new KerasModel(1)
            .Layer("Rescaling", "r", """{"scale": 3}""")
            .Layer("Activation", "end", """{"activation": "linear"}""");
        var graph = model.Functional();
        var layers = graph["config"]!["layers"]!.AsArray();
        layers[1]!["inbound_nodes"] = JsonNode.Parse("""[[["input", 0, 0, {}]], [["r", 0, 0, {}]]]""");
        layers[2]!["inbound_nodes"] = JsonNode.Parse("""[[["r", 1, 0, {}]]]""");
        var first = layers[2]!.DeepClone();
        layers.RemoveAt(2);
        layers.Insert(0, first);

        AssertNear([18], model.Run([2], graph));
    }

    private static float[] Random(int count, RandomSource random) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];

    /// <summary>Slides a window; tells which cell of the kernel lies on which pixel, where it lies on one.</summary>
    private static float[] Slide(
        float[] input,
        int rows,
        int columns,
        int kernel,
        int stride,
        int dilation,
        bool isSame,
        Action<List<(int Cell, int At)>, List<float>> compute
    )
    {
        var reach = ((kernel - 1) * dilation) + 1;
        (int Places, int Before) Along(int length)
        {
            var places = isSame ? (length + stride - 1) / stride : ((length - reach) / stride) + 1;
            return (places, isSame ? Math.Max(0, ((places - 1) * stride) + reach - length) / 2 : 0);
        }

        var (down, top) = Along(rows);
        var (across, left) = Along(columns);
        var result = new List<float>();
        for (var y = 0; y < down; y++)
        {
            for (var x = 0; x < across; x++)
            {
                var places = new List<(int, int)>();
                for (var cell = 0; cell < kernel * kernel; cell++)
                {
                    var row = (y * stride) + (cell / kernel * dilation) - top;
                    var column = (x * stride) + (cell % kernel * dilation) - left;
                    if (row >= 0 && row < rows && column >= 0 && column < columns)
                    {
                        places.Add((cell, (row * columns) + column));
                    }
                }

                compute(places, result);
            }
        }

        Assert.NotEmpty(input);
        return [.. result];
    }

    private static void AssertNear(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) < 1e-4,
                string.Create(CultureInfo.InvariantCulture, $"at {i}: {expected[i]} and {actual[i]}")
            );
        }
    }
}
