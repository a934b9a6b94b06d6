using System.Runtime.InteropServices;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Checkpointing;
using Plumbline.Torch.Dispatch;
using static Plumbline.Torch.Tests.Checkpointing.CheckpointNetwork;
using static TorchSharp.torch;

namespace Plumbline.Torch.Tests.Checkpointing;

[NoTensorLeaks]
public sealed class CheckpointSurroundingsTests
{
    [Fact]
    public void Under_bf16_autocast_the_second_computation_runs_in_bf16_too()
    {
        using var scope = NewDisposeScope();
        var (weights, input) = Network(blocks: 3, inputNeedsGradient: true);
        var dtypes = new List<ScalarType>();

        var plain = UnderAutocast(Plainly);
        dtypes.Clear();
        var checkpointed = UnderAutocast(Checkpointed);

        AssertSameBits(plain, checkpointed);
        Assert.Equal(Enumerable.Repeat(ScalarType.BFloat16, 6), dtypes);
        Assert.Null(Autocast.CurrentDtype);

        List<byte[]> UnderAutocast(Around around)
        {
            Tensor loss;
            using (Autocast.To(ScalarType.BFloat16))
            {
                var hidden = input;
                foreach (var weight in weights)
                {
                    hidden = around(
                        x =>
                        {
                            var product = x.matmul(weight);
                            dtypes.Add(product.dtype);
                            return product.relu();
                        },
                        hidden
                    );
                }

                loss = hidden.to(ScalarType.Float32).sum();
            }

            return Backward(loss, [.. weights, input]);
        }
    }

    [Fact]
    public void Parameters_used_again_after_a_checkpoint_in_the_same_autocast_scope_keep_their_gradients()
    {
        using var scope = NewDisposeScope();
        var weight = randn(Width, Width).requires_grad_();
        var input = randn(2, Width);
        Tensor loss;

        using (Autocast.To(ScalarType.BFloat16))
        {
            var first = GradientCheckpoint.Run(x => x.matmul(weight), input);
            using var plain = input.matmul(weight);
            Assert.True(plain.requires_grad);
            loss = (first + plain).sum();
        }

        loss.backward();
        using var sum = input.sum(dim: 0);
        // Both uses count: in each row of the gradient stands twice the input's column sum, up to bf16's 8 bits.
        Assert.Equal(2 * sum[0].item<float>(), weight.grad![0, 0].item<float>(), 0.1);
    }

    [Fact]
    public void The_scope_given_surrounds_both_computations()
    {
        using var scope = NewDisposeScope();
        var (opened, closed) = (0, 0);
        var input = ones(2).requires_grad_();

        var output = GradientCheckpoint.Run(
            x =>
            {
                Assert.Equal(opened - 1, closed);
                return x * 2;
            },
            input,
            () =>
            {
                opened++;
                return new Closing(() => closed++);
            }
        );
        output.sum().backward();

        Assert.Equal((2, 2), (opened, closed));
    }

    [Fact]
    public void An_exception_in_the_second_computation_fails_the_backward_pass_and_is_reported_as_it_is()
    {
        using var scope = NewDisposeScope();
        var input = ones(2).requires_grad_();
        var calls = 0;

        Tensor Failing(Tensor x) => ++calls % 2 == 0 ? throw new TimeoutException("second time") : x * 2;

        Assert.Throws<ExternalException>(() => GradientCheckpoint.Run(Failing, input).sum().backward());
        Assert.Equal(
            "second time",
            Assert.Throws<TimeoutException>(() => GradientCheckpoint.Backward(GradientCheckpoint.Run(Failing, input).sum())).Message
        );
        GradientCheckpoint.Backward(GradientCheckpoint.Run(x => x * 3, input).sum());
        Assert.Equal(6f, input.grad!.sum().item<float>());
    }

    [Fact]
    public void An_input_changed_in_place_after_the_forward_pass_and_a_foreign_autocast_are_noticed()
    {
        using var scope = NewDisposeScope();
        var hidden = ones(2).requires_grad_() * 1;
        var changed = GradientCheckpoint.Run(x => x * x, hidden).sum();
        var plain = GradientCheckpoint.Run(x => x * x, ones(2).requires_grad_()).sum();

        hidden.add_(1);

        Assert.Contains("inplace", Assert.Throws<ExternalException>(() => GradientCheckpoint.Backward(changed)).Message);
        using var autocast = Autocast.To(ScalarType.BFloat16);
        Assert.Contains("autocast", Assert.Throws<InvalidOperationException>(() => GradientCheckpoint.Backward(plain)).Message);
    }

    private sealed class Closing(Action close) : IDisposable
    {
        public void Dispose() => close();
    }
}
