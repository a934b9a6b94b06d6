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

        AssertSame(FusedLayers.SwiGlu(input), F.silu(halves[0]) * halves[1], [input], 1e-5);
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

    [Theory]
    [InlineData(1, 96, 2, 1)]
    [InlineData(2, 100, 6, 2)]
    [InlineData(3, 129, 4, 4)]
    [InlineData(1, 300, 3, 1)]
    [InlineData(2, 17, 4, 2)]
    public void Causal_attention_equals_plain_operators_for_whole_and_broken_blocks(int sequences, int time, int heads, int keyHeads)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var layout = new HeadLayout(heads, keyHeads, 16);
        var rows = Parameter(sequences * time, layout.RowSize);

        var expected = PlainAttention(rows, layout, sequences);

        AssertSame(FusedLayers.CausalAttention(rows, layout, sequences), expected, [rows], 2e-5);
        AssertSame(CausalAttentionFunction.apply(rows, layout, sequences, 0.25), expected, [rows], 2e-5);
    }

    [Theory]
    [InlineData(2, 40, 7, null)]
    [InlineData(1, 600, 300, null)]
    [InlineData(2, 40, null, 2.0)]
    [InlineData(1, 520, 100, 1.5)]
    [InlineData(2, 30, 64, null)]
    public void Windows_and_soft_caps_equal_plain_operators(int sequences, int time, int? window, double? cap)
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var layout = new HeadLayout(4, 2, 16);
        var rows = Parameter(sequences * time, layout.RowSize);
        var rule = new AttentionRule(0.3, window, cap);

        AssertSame(FusedLayers.CausalAttention(rows, layout, sequences, rule), PlainAttention(rows, layout, sequences, rule), [rows], 2e-5);
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

    [Fact]
    public void Causal_attention_in_bf16_stays_within_bf16_rounding_of_float32()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var layout = new HeadLayout(6, 2, 64);
        var rows = (randn(2 * 200, layout.RowSize) * 0.5).to(ScalarType.BFloat16).requires_grad_();
        var wide = rows.detach().to(ScalarType.Float32).requires_grad_();
        var direction = randn(2 * 200, layout.QuerySize);

        var output = FusedLayers.CausalAttention(rows, layout, 2);
        (output.to(ScalarType.Float32) * direction).sum().backward();
        var expected = PlainAttention(wide, layout, 2);
        (expected * direction).sum().backward();

        // bf16 has 8 bits: relative 2^-8 per rounding, a few roundings in a row.
        Assert.True(((output.to(ScalarType.Float32) - expected).norm() / expected.norm()).item<float>() < 0.01);
        Assert.True(((rows.grad!.to(ScalarType.Float32) - wide.grad!).norm() / wide.grad!.norm()).item<float>() < 0.02);
    }

    [Fact]
    public void A_later_token_never_changes_what_an_earlier_one_sees()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var layout = new HeadLayout(2, 1, 16);
        var rows = randn(150, layout.RowSize);
        var changed = rows.clone();
        changed.narrow(0, 140, 10).normal_();

        var (before, after) = (
            CausalAttentionFunction.apply(rows, layout, 1, 0.25),
            CausalAttentionFunction.apply(changed, layout, 1, 0.25)
        );

        Assert.True(before.narrow(0, 0, 140).Equals(after.narrow(0, 0, 140)));
        Assert.False(before.narrow(0, 140, 10).Equals(after.narrow(0, 140, 10)));
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
            var attended = FusedLayers.CausalAttention(
                FusedLayers.Rotary(rows, ones(64, 16), ones(64, 16), 3, 32),
                new HeadLayout(2, 1, 32),
                1
            );
            FusedLayers.SwiGlu(attended).pow(2).sum().backward();
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

    private static Tensor PlainAttention(Tensor rows, HeadLayout layout, int sequences, AttentionRule? rule = null)
    {
        rule ??= AttentionRule.Plain(layout.HeadSize);
        var time = rows.shape[0] / sequences;
        var parts = rows.split([layout.QuerySize, layout.KeyValueSize, layout.KeyValueSize], -1);
        Tensor Heads(Tensor part, int heads) =>
            part.view(sequences, time, heads, layout.HeadSize).transpose(1, 2).repeat_interleave(layout.Heads / heads, dim: 1);
        var scores = Heads(parts[0], layout.Heads).matmul(Heads(parts[1], layout.KeyValueHeads).transpose(-1, -2)) * rule.Scale;
        scores = rule.SoftCap is { } cap ? (scores / cap).tanh() * cap : scores;
        var hidden = full([time, time], float.NegativeInfinity).triu(1);
        hidden = rule.Window is { } window ? hidden + full([time, time], float.NegativeInfinity).tril(-window) : hidden;
        var seen = F.softmax(scores + hidden, -1);
        return seen.matmul(Heads(parts[2], layout.KeyValueHeads)).transpose(1, 2).reshape(rows.shape[0], layout.QuerySize);
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
