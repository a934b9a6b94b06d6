using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary><see cref="BatchedAttention{T}"/> as an autograd function.</summary>
internal sealed class PackedAttentionFunction : autograd.SingleTensorFunction<PackedAttentionFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(PackedAttentionFunction);

    /// <summary>Arguments: rows [tokens, row size], <see cref="HeadLayout"/>, <see cref="AttentionPlan"/>, <see cref="AttentionRule"/>.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var rows = ((Tensor)vars[0]).contiguous();
        var (layout, plan, rule) = ((HeadLayout)vars[1], (AttentionPlan)vars[2], (AttentionRule)vars[3]);
        ctx.save_for_backward([rows]);
        ctx.save_data("layout", layout);
        ctx.save_data("plan", plan);
        ctx.save_data("rule", rule);
        var output = empty([rows.shape[0], layout.QuerySize], rows.dtype);
        var (from, to) = (MatrixMemory.Of(rows), MatrixMemory.Of(output));
        if (rows.dtype == ScalarType.BFloat16)
        {
            new BatchedAttention<BFloat16Element>(plan, layout, rule).Forward(from, to);
        }
        else
        {
            new BatchedAttention<Float32Element>(plan, layout, rule).Forward(from, to);
        }

        return output;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var rows = ctx.get_saved_variables()[0];
        var (layout, plan, rule) = (
            (HeadLayout)ctx.get_data("layout"),
            (AttentionPlan)ctx.get_data("plan"),
            (AttentionRule)ctx.get_data("rule")
        );
        var outputGradient = grad_output.to(rows.dtype).contiguous();
        var rowGradient = empty_like(rows);
        var (from, given, to) = (MatrixMemory.Of(rows), MatrixMemory.Of(outputGradient), MatrixMemory.Of(rowGradient));
        if (rows.dtype == ScalarType.BFloat16)
        {
            new BatchedAttention<BFloat16Element>(plan, layout, rule).Backward(from, given, to);
        }
        else
        {
            new BatchedAttention<Float32Element>(plan, layout, rule).Backward(from, given, to);
        }

        return [rowGradient, null!, null!, null!];
    }
}
