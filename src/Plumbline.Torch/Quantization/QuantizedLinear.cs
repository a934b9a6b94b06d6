using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;

namespace Plumbline.Torch.Quantization;

/// <summary>Matrix multiplies with frozen four-bit weights.</summary>
public static class QuantizedLinear
{
    /// <summary>
    /// x Wᵀ + b, differentiable in x alone. W is widened for the forward and again for the backward pass, in the dtype that multiplies run in, and never kept.
    /// </summary>
    /// <param name="input">[…, columns of the weight], float32 or bfloat16.</param>
    /// <param name="weight">W.</param>
    /// <param name="bias">[rows of the weight], frozen; null for none.</param>
    /// <param name="buffer">Where W is widened.</param>
    /// <returns>[…, rows of the weight], in autocast's dtype where that is on, else in the input's.</returns>
    public static Tensor Apply(Tensor input, NormalFloat4Matrix weight, Tensor? bias, DequantizationBuffer buffer)
    {
        var dtype = Autocast.CurrentDtype ?? input.dtype;
        buffer.Reserve(weight, dtype);
        return QuantizedLinearFunction.apply(input, new QuantizedOperand(weight, bias, buffer, dtype));
    }
}

/// <summary>What a multiply needs beside its input.</summary>
internal sealed record QuantizedOperand(NormalFloat4Matrix Weight, Tensor? Bias, DequantizationBuffer Buffer, ScalarType Dtype)
{
    /// <summary>The panels of the weight, one after the other in the same memory.</summary>
    internal IEnumerable<(Tensor Panel, long First, long Rows)> Panels()
    {
        var step = DequantizationBuffer.PanelRows(Weight);
        for (var first = 0L; first < Weight.Rows; first += step)
        {
            var rows = Math.Min(step, Weight.Rows - first);
            using var panel = Buffer.Fill(Weight, first, rows, Dtype);
            yield return (panel, first, rows);
        }
    }
}

/// <summary>The multiply as a node of autograd.</summary>
internal sealed class QuantizedLinearFunction : autograd.SingleTensorFunction<QuantizedLinearFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(QuantizedLinearFunction);

    /// <summary>Arguments: input, <see cref="QuantizedOperand"/>.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, operand) = ((Tensor)vars[0], (QuantizedOperand)vars[1]);
        ctx.save_data("operand", operand);
        ctx.save_data("input_dtype", (int)input.dtype);
        ctx.save_data("input_shape", input.shape);
        var rows = input.to(operand.Dtype).reshape(-1, operand.Weight.Columns);
        var output = empty([rows.shape[0], operand.Weight.Rows], operand.Dtype);
        foreach (var (panel, first, count) in operand.Panels())
        {
            using var columns = output.narrow(1, first, count);
            using var transposed = panel.t();
            columns.addmm_(rows, transposed, 0, 1);
        }

        if (operand.Bias is { } bias)
        {
            output.add_(bias);
        }

        return output.view([.. input.shape[..^1], operand.Weight.Rows]);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var operand = (QuantizedOperand)ctx.get_data("operand");
        var gradient = grad_output.to(operand.Dtype).reshape(-1, operand.Weight.Rows);
        // Panels are summed in float32: a bf16 running sum would lose the small ones.
        var inputGradient = zeros([gradient.shape[0], operand.Weight.Columns], ScalarType.Float32);
        foreach (var (panel, first, count) in operand.Panels())
        {
            using var columns = gradient.narrow(1, first, count);
            if (operand.Dtype == ScalarType.Float32)
            {
                inputGradient.addmm_(columns, panel, 1, 1);
            }
            else
            {
                using var product = columns.mm(panel);
                inputGradient.add_(product);
            }
        }

        return [inputGradient.to((ScalarType)(int)ctx.get_data("input_dtype")).view((long[])ctx.get_data("input_shape")), null!];
    }
}
