using Plumbline.Testing.Torch;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Quantization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Torch.Tests.Quantization;

[NoTensorLeaks]
public sealed class QuantizedLinearTests
{
    [Theory]
    [InlineData(24, 64, false)]
    [InlineData(30, 40, true)]
    // Three panels, the last one shorter.
    [InlineData(5000, 2048, true)]
    public void Output_and_gradient_are_those_of_the_widened_matrix(int rows, int columns, bool biased)
    {
        using var scope = NewDisposeScope();
        using var buffer = new DequantizationBuffer();
        using var matrix = NormalFloat4Matrix.Quantize(NormalFloat4MatrixTests.Normal(rows, columns), "weight");
        var bias = biased ? NormalFloat4MatrixTests.Normal(1, rows).view(-1) : null;
        var input = NormalFloat4MatrixTests.Normal(6, columns).view(2, 3, columns).requires_grad_();
        var twin = input.detach().clone().requires_grad_();
        var coefficients = NormalFloat4MatrixTests.Normal(6, rows).view(2, 3, rows);

        var output = QuantizedLinear.Apply(input, matrix, bias, buffer);
        (output * coefficients).sum().backward();
        var expected = F.linear(twin, matrix.Dequantize(), bias);
        (expected * coefficients).sum().backward();

        Assert.Equal([2, 3, rows], output.shape);
        AssertClose(expected, output, 1e-5);
        AssertClose(twin.grad!, input.grad!, 1e-5);
    }

    [Fact]
    public void Under_autocast_it_multiplies_in_bf16_and_returns_gradients_in_the_input_s_dtype()
    {
        Assert.SkipUnless(Autocast.IsAvailable, "This libtorch has no autocast switches.");
        using var scope = NewDisposeScope();
        using var buffer = new DequantizationBuffer();
        using var matrix = NormalFloat4Matrix.Quantize(NormalFloat4MatrixTests.Normal(5000, 2048), "weight");
        var input = NormalFloat4MatrixTests.Normal(4, 2048).requires_grad_();
        var twin = input.detach().clone().requires_grad_();

        using (Autocast.To(ScalarType.BFloat16))
        {
            var output = QuantizedLinear.Apply(input, matrix, null, buffer);
            Assert.Equal(ScalarType.BFloat16, output.dtype);
            output.sum().backward();
        }

        F.linear(twin, matrix.Dequantize()).sum().backward();
        Assert.Equal(ScalarType.Float32, input.grad!.dtype);
        AssertClose(twin.grad!, input.grad!, 0.01);
    }

    [Fact]
    public void The_widened_matrix_lives_in_one_bounded_buffer_however_many_there_are()
    {
        using var scope = NewDisposeScope();
        using var buffer = new DequantizationBuffer();
        using var large = NormalFloat4Matrix.Quantize(NormalFloat4MatrixTests.Normal(5000, 2048), "large");
        using var small = NormalFloat4Matrix.Quantize(NormalFloat4MatrixTests.Normal(30, 40), "small");
        var (wide, narrow) = (ones(2, 2048).requires_grad_(), ones(2, 40).requires_grad_());
        void Pass()
        {
            using var each = NewDisposeScope();
            (QuantizedLinear.Apply(wide, large, null, buffer).sum() + QuantizedLinear.Apply(narrow, small, null, buffer).sum()).backward();
        }

        Pass();
        var (tensors, bytes) = (Tensor.TotalCount, buffer.Bytes);
        for (var i = 0; i < 5; i++)
        {
            Pass();
        }

        Assert.Equal(DequantizationBuffer.PanelValues * sizeof(float), buffer.Bytes);
        Assert.Equal((tensors, bytes), (Tensor.TotalCount, buffer.Bytes));
    }

    private static void AssertClose(Tensor expected, Tensor actual, double relative)
    {
        using var scope = NewDisposeScope();
        var difference = (expected - actual).abs().max().item<float>();
        Assert.True(difference <= relative * expected.abs().max().item<float>(), $"The largest difference is {difference}.");
    }
}
