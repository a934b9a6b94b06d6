using Plumbline.Testing.Torch;
using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Torch.Tests.Dispatch;

[NoTensorLeaks]
public sealed class FusedOperatorTests
{
    [Theory]
    [InlineData(6, 6, false, null)]
    [InlineData(6, 2, false, 0.3)]
    [InlineData(6, 2, true, null)]
    [InlineData(4, 1, true, 0.05)]
    public void Attention_with_grouped_heads_and_scale_equals_the_written_out_form_and_so_do_its_gradients(
        int heads,
        int keyHeads,
        bool causal,
        double? scale
    )
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (query, key, value) = (Parameter(2, heads, 7, 8), Parameter(2, keyHeads, 7, 8), Parameter(2, keyHeads, 7, 8));
        var direction = randn(2, heads, 7, 8);

        var output = FusedOperators.ScaledDotProductAttention(query, key, value, causal: causal, scale: scale);
        var gradients = autograd.grad([(output * direction).sum()], [query, key, value]);

        var repeatedKey = key.repeat_interleave(heads / keyHeads, dim: 1);
        var repeatedValue = value.repeat_interleave(heads / keyHeads, dim: 1);
        var scores = query.matmul(repeatedKey.transpose(-1, -2)) * (scale ?? 1 / Math.Sqrt(8));
        if (causal)
        {
            scores += full([7, 7], float.NegativeInfinity).triu(1);
        }

        var expected = F.softmax(scores, -1).matmul(repeatedValue);
        var expectedGradients = autograd.grad([(expected * direction).sum()], [query, key, value]);
        Assert.True((output - expected).abs().max().item<float>() < 1e-6);
        Assert.All(gradients.Zip(expectedGradients), pair => Assert.True((pair.First - pair.Second).abs().max().item<float>() < 1e-5));
    }

    [Fact]
    public void Attention_adds_its_mask_to_the_scores()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var (query, key, value) = (randn(1, 2, 3, 4), randn(1, 2, 5, 4), randn(1, 2, 5, 4));
        var visible = tensor(new[] { true, true, false, true, false }).view(1, 1, 1, 5);

        var output = FusedOperators.ScaledDotProductAttention(query, key, value, visible);

        var index = tensor(new long[] { 0, 1, 3 });
        var expected = FusedOperators.ScaledDotProductAttention(query, key.index_select(2, index), value.index_select(2, index));
        Assert.True((output - expected).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Attention_refuses_shapes_that_do_not_fit_before_the_native_side_sees_them()
    {
        using var scope = NewDisposeScope();

        Assert.Throws<ArgumentException>(() =>
            FusedOperators.ScaledDotProductAttention(randn(1, 5, 3, 4), randn(1, 2, 3, 4), randn(1, 2, 3, 4))
        );
        Assert.Throws<ArgumentException>(() =>
            FusedOperators.ScaledDotProductAttention(randn(1, 2, 3, 4), randn(1, 2, 5, 4), randn(1, 2, 5, 4), causal: true)
        );
        Assert.Throws<ArgumentException>(() => FusedOperators.RmsNorm(randn(3, 4), ones(5), 1e-5));
    }

    [Fact]
    public void Rms_norm_equals_the_written_out_form_and_so_do_its_gradients()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var (input, weight) = (Parameter(5, 12), Parameter(12));

        var output = FusedOperators.RmsNorm(input, weight, 1e-5);
        var gradients = autograd.grad([output.pow(2).sum()], [input, weight]);

        var expected = input * rsqrt(input.pow(2).mean([-1], true) + 1e-5) * weight;
        var expectedGradients = autograd.grad([expected.pow(2).sum()], [input, weight]);
        Assert.True((output - expected).abs().max().item<float>() < 1e-6);
        Assert.All(gradients.Zip(expectedGradients), pair => Assert.True((pair.First - pair.Second).abs().max().item<float>() < 1e-4));
    }

    [Fact]
    public void An_operator_that_does_not_exist_is_an_error_and_not_a_crash()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<NativeOperatorException>(() =>
        {
            var call = new OperatorCall("aten::no_such_operator\0"u8);
            call.Push(randn(1));
            call.Invoke();
        });
    }

    [Fact]
    public void Ten_thousand_calls_leave_no_tensor_behind()
    {
        using var input = randn(2, 4);
        using var weight = ones(4);
        FusedOperators.RmsNorm(input, weight, 1e-5).Dispose();
        var before = Tensor.TotalCount;

        for (var i = 0; i < 10_000; i++)
        {
            FusedOperators.RmsNorm(input, weight, 1e-5).Dispose();
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static Tensor Parameter(params long[] shape) => randn(shape).requires_grad_();
}
