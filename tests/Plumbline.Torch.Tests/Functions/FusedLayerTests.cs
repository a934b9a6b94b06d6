using Plumbline.Testing.Torch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Torch.Tests.Functions;

/// <summary>Each fused layer against the same layer written in plain operators: values and gradients, in float32 and in bf16.</summary>
[NoTensorLeaks]
public sealed class FusedLayerTests
{
    [Theory]
    [InlineData(32)]
    [InlineData(20)]
    public void Rms_norm_equals_plain_operators(int width)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (input, weight) = (Parameter(9, width), Parameter(width));

        AssertSame(
            FusedLayers.RmsNorm(input, weight, 1e-5),
            input * rsqrt(input.pow(2).mean([-1], true) + 1e-5) * weight,
            [input, weight],
            1e-5
        );
    }

    [Theory]
    [InlineData(32)]
    [InlineData(10)]
    public void Swiglu_equals_plain_operators(int width)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var input = Parameter(7, 2 * width);
        var halves = input.chunk(2, -1);

        AssertSame(FusedLayers.Gated(input, ActivationKind.Silu), F.silu(halves[0]) * halves[1], [input], 1e-5);
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(8, 8)]
    [InlineData(64, 32)]
    [InlineData(16, 4)]
    public void Rotary_equals_plain_operators_and_leaves_the_rest_alone(int headSize, int rotated)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var input = Parameter(6, 5 * headSize + 16);
        var angle = randn(6, rotated / 2);
        var (cosine, sine) = (angle.cos(), angle.sin());

        var all = input.narrow(1, 0, 5 * headSize).view(6, 5, headSize);
        var heads = all.narrow(2, 0, rotated).chunk(2, -1);
        var (c, s) = (cosine.unsqueeze(1), sine.unsqueeze(1));
        var turned = cat(
            [(heads[0] * c) - (heads[1] * s), (heads[1] * c) + (heads[0] * s), all.narrow(2, rotated, headSize - rotated)],
            -1
        );
        var expected = cat([turned.view(6, -1), input.narrow(1, 5 * headSize, 16)], 1);

        AssertSame(FusedLayers.Rotary(input, cosine, sine, 5, headSize), expected, [input], 1e-5);
    }

    [Fact]
    public void Attention_that_continues_a_sequence_gives_the_last_rows_of_attention_over_all_of_it()
    {
        using var scope = NewDisposeScope();
        manual_seed(12);
        var (query, key, value) = (randn(1, 4, 50, 16), randn(1, 2, 50, 16), randn(1, 2, 50, 16));
        foreach (var rule in new[] { new AttentionRule(0.25), new AttentionRule(0.25, 9), new AttentionRule(0.25, 9, 2.0) })
        {
            var whole = FusedLayers.ContinuedAttention(query, key, value, rule);
            var last = FusedLayers.ContinuedAttention(query.narrow(2, 43, 7), key, value, rule);

            Assert.True((whole.narrow(2, 43, 7) - last).abs().max().item<float>() < 1e-5);
        }
    }

    [Theory]
    [InlineData(32, ActivationKind.Gelu)]
    [InlineData(32, ActivationKind.GeluTanh)]
    [InlineData(10, ActivationKind.Silu)]
    public void Gated_activations_equal_the_formula(int width, ActivationKind kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(13);
        var input = Parameter(7, 2 * width);
        var halves = input.chunk(2, -1);
        var x = halves[0];
        var expected = kind switch
        {
            ActivationKind.Silu => x * x.sigmoid(),
            ActivationKind.Gelu => x * 0.5 * (1 + (x / Math.Sqrt(2)).erf()),
            _ => x * 0.5 * (1 + ((x + (0.044715 * x.pow(3))) * Math.Sqrt(2 / Math.PI)).tanh()),
        };

        AssertSame(FusedLayers.Gated(input, kind), expected * halves[1], [input], 1e-5);
    }

    [Fact]
    public void Fused_layers_repeat_bit_for_bit_and_leave_no_tensor_behind()
    {
        manual_seed(9);
        using var input = randn(64, 32).requires_grad_();
        using var weight = randn(32).requires_grad_();
        float[] Run()
        {
            using var scope = NewDisposeScope();
            var rows = FusedLayers.RmsNorm(input, weight, 1e-5).tile([1, 4]);
            var attended = FusedLayers.PackedAttention(
                FusedLayers.Rotary(rows, ones(64, 16), ones(64, 16), 3, 32),
                new HeadLayout(2, 1, 32),
                AttentionPlan.Of([new AttentionSpan(0, 64)]),
                AttentionRule.Plain(32)
            );
            FusedLayers.Gated(attended, ActivationKind.Silu).pow(2).sum().backward();
            using var gradient = input.grad!;
            var values = gradient.data<float>().ToArray();
            gradient.zero_();
            using var weightGradient = weight.grad!;
            weightGradient.zero_();
            return values;
        }

        var first = Run();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(first, Run());
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static void AssertSame(Tensor actual, Tensor expected, Tensor[] parameters, double tolerance)
    {
        var direction = randn(expected.shape);
        Assert.True((actual - expected).abs().max().item<float>() <= tolerance * Math.Max(1, expected.abs().max().item<float>()));
        var gradients = autograd.grad([(actual * direction).sum()], parameters);
        var expectedGradients = autograd.grad([(expected * direction).sum()], parameters, retain_graph: true);
        foreach (var (gradient, wanted) in gradients.Zip(expectedGradients))
        {
            Assert.True((gradient - wanted).abs().max().item<float>() <= tolerance * Math.Max(1, wanted.abs().max().item<float>()));
        }
    }

    private static Tensor Parameter(params long[] shape) => randn(shape).requires_grad_();
}
