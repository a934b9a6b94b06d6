using Plumbline.Testing.Torch;
using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Torch.Tests.Dispatch;

[NoTensorLeaks]
public sealed class AutocastTests
{
    [Fact]
    public void Matrix_multiplies_run_in_bf16_inside_the_scope_and_in_fp32_outside()
    {
        using var scope = NewDisposeScope();
        var (input, weight) = (randn(4, 8), randn(3, 8).requires_grad_());

        using (Autocast.To(ScalarType.BFloat16))
        {
            Assert.Equal(ScalarType.BFloat16, Autocast.CurrentDtype);
            Assert.Equal(ScalarType.BFloat16, F.linear(input, weight).dtype);
        }

        Assert.Null(Autocast.CurrentDtype);
        Assert.Equal(ScalarType.Float32, F.linear(input, weight).dtype);
    }

    [Fact]
    public void Clearing_the_cache_between_a_pass_without_and_a_pass_with_gradients_keeps_the_gradients()
    {
        using var scope = NewDisposeScope();
        using var autocast = Autocast.To(ScalarType.BFloat16);
        var (input, weight) = (randn(4, 8), randn(3, 8).requires_grad_());
        using (no_grad())
        {
            F.linear(input, weight);
        }

        Autocast.ClearCache();
        var output = F.linear(input, weight);

        Assert.True(output.requires_grad);
        output.sum().backward();
        Assert.NotNull(weight.grad);
    }

    [Fact]
    public void Other_dtypes_are_refused() => Assert.Throws<ArgumentException>(() => Autocast.To(ScalarType.Float64));
}
