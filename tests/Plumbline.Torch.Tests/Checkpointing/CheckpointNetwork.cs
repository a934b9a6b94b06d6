using Plumbline.Torch.Checkpointing;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Torch.Tests.Checkpointing;

/// <summary>A small residual network with dropout, run plainly or block by block through checkpoints.</summary>
internal static class CheckpointNetwork
{
    internal const int Width = 16;

    internal delegate Tensor Around(Func<Tensor, Tensor> block, Tensor input);

    internal static Tensor Plainly(Func<Tensor, Tensor> block, Tensor input) => block(input);

    internal static Tensor Checkpointed(Func<Tensor, Tensor> block, Tensor input) => GradientCheckpoint.Run(block, input);

    internal static (Tensor[] Weights, Tensor Input) Network(int blocks, bool inputNeedsGradient)
    {
        manual_seed(11);
        var weights = Enumerable.Range(0, blocks).Select(_ => (randn(Width, Width) * 0.3).detach().requires_grad_()).ToArray();
        return (weights, randn(Width, Width).requires_grad_(inputNeedsGradient));
    }

    internal static Tensor Forward(Tensor[] weights, Tensor input, Around around)
    {
        var hidden = input;
        foreach (var weight in weights)
        {
            hidden = around(x => x + F.dropout(F.gelu(x.matmul(weight)), 0.3, training: true), hidden);
        }

        return hidden.square().mean();
    }

    internal static List<byte[]> Step(Tensor[] weights, Tensor input, Around around)
    {
        manual_seed(17);
        return Backward(Forward(weights, input, around), input.requires_grad ? [.. weights, input] : weights);
    }

    /// <summary>The bytes of the loss and of every gradient, which are cleared for the next run.</summary>
    internal static List<byte[]> Backward(Tensor loss, Tensor[] leaves)
    {
        loss.backward();
        var bytes = new List<byte[]> { loss.bytes.ToArray() };
        foreach (var leaf in leaves)
        {
            using var gradient = leaf.grad;
            Assert.NotNull(gradient);
            bytes.Add(gradient.contiguous().bytes.ToArray());
            leaf.grad = null;
        }

        return bytes;
    }

    internal static void AssertSameBits(List<byte[]> expected, List<byte[]> actual)
    {
        Assert.Contains(expected[1], value => value != 0);
        Assert.Equal(expected, actual);
    }
}
