using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>Rows by index, each input row at most once; −1 gives a row of zeros. The gradient is the copy back.</summary>
internal sealed unsafe class RowGatherFunction : autograd.SingleTensorFunction<RowGatherFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(RowGatherFunction);

    /// <summary>Arguments: rows [count, width], index (int[]).</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (rows, index) = (((Tensor)vars[0]).contiguous(), (int[])vars[1]);
        ctx.save_data("index", index);
        ctx.save_data("rows", rows.shape[0]);
        var result = empty([index.Length, rows.shape[1]], rows.dtype);
        var bytes = rows.shape[1] * rows.element_size();
        var (from, to) = ((nint)TensorMemory.Start(rows), (nint)TensorMemory.Start(result));
        RowParallel.For(
            index.Length,
            (_, first, end) =>
            {
                for (var i = first; i < end; i++)
                {
                    var target = new Span<byte>((byte*)to + (i * bytes), (int)bytes);
                    if (index[i] < 0)
                    {
                        target.Clear();
                    }
                    else
                    {
                        new ReadOnlySpan<byte>((byte*)from + (index[i] * bytes), (int)bytes).CopyTo(target);
                    }
                }
            }
        );
        return result;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var (index, count) = ((int[])ctx.get_data("index"), (long)ctx.get_data("rows"));
        var outputGradient = grad_output.contiguous();
        var result = zeros([count, outputGradient.shape[1]], outputGradient.dtype);
        var bytes = outputGradient.shape[1] * outputGradient.element_size();
        var (from, to) = ((nint)TensorMemory.Start(outputGradient), (nint)TensorMemory.Start(result));
        RowParallel.For(
            index.Length,
            (_, first, end) =>
            {
                for (var i = first; i < end; i++)
                {
                    if (index[i] >= 0)
                    {
                        new ReadOnlySpan<byte>((byte*)from + (i * bytes), (int)bytes).CopyTo(
                            new Span<byte>((byte*)to + (index[i] * bytes), (int)bytes)
                        );
                    }
                }
            }
        );
        return [result, null!];
    }
}
