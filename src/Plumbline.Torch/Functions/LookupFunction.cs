using Plumbline.Torch.Blocks;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>
/// Rows of an embedding, whose gradients are added to the embedding's own row by row: libtorch's way makes a matrix of zeros as large as the vocabulary for every pass.
/// The order of additions is that of the tokens, so results repeat bit for bit.
/// </summary>
internal sealed unsafe class LookupFunction : autograd.SingleTensorFunction<LookupFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(LookupFunction);

    /// <summary>Arguments: an anchor that requires a gradient, ids [tokens] (int64), <see cref="Embedding"/>. Output: [tokens, width].</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (ids, embedding) = ((Tensor)vars[1], (Embedding)vars[2]);
        ctx.save_for_backward([ids]);
        ctx.save_data("embedding", embedding);
        return embedding.Weight.index_select(0, ids);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var ids = ctx.get_saved_variables()[0];
        var rows = grad_output.contiguous();
        using var gradient = ParameterGradient.Of(((Embedding)ctx.get_data("embedding")).Weight);
        var (count, width) = (rows.shape[0], rows.shape[1]);
        var (from, to, at) = ((nint)TensorMemory.Start(rows), (nint)TensorMemory.Start(gradient), (nint)TensorMemory.Start(ids));
        for (var row = 0L; row < count; row++)
        {
            AccumulationKernel.AddRange<Float32Element>((float*)to + (((long*)at)[row] * width), (void*)from, row * width, width);
        }

        return [.. new Tensor[3]];
    }

    /// <summary>The parameter: autograd does not see it, the backward pass writes to its <c>grad</c>.</summary>
    /// <param name="Weight">[vocabulary, width], float32, on the CPU.</param>
    internal sealed record Embedding(Tensor Weight);
}
