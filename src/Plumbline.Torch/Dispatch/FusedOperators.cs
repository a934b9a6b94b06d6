using Plumbline.Torch.Blocks;
using static TorchSharp.torch;

namespace Plumbline.Torch.Dispatch;

/// <summary>
/// ATen operators that TorchSharp 0.107 does not bind, called through libtorch's dispatcher. All are differentiable where the operator is;
/// results join the innermost dispose scope. Each is compared with a plain TorchSharp version in the tests.
/// </summary>
public static class FusedOperators
{
    /// <summary>
    /// softmax(q kᵀ · scale + mask) v, in one kernel that never holds the attention matrix (<c>aten::scaled_dot_product_attention</c>).
    /// </summary>
    /// <param name="query">[batch, heads, queries, head size].</param>
    /// <param name="key">[batch, key heads, keys, head size]; heads is a multiple of key heads, head h reads key head h / (heads / key heads).</param>
    /// <param name="value">[batch, key heads, keys, head size].</param>
    /// <param name="mask">Added to the scores (floating) or true where a key is seen (bool), broadcastable to [batch, heads, queries, keys]; null for none.</param>
    /// <param name="causal">Query i sees keys 0 … i; only with equal numbers of queries and keys, and no mask.</param>
    /// <param name="scale">Factor on the scores; null for 1/√(head size).</param>
    /// <returns>[batch, heads, queries, head size].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor ScaledDotProductAttention(
        Tensor query,
        Tensor key,
        Tensor value,
        Tensor? mask = null,
        bool causal = false,
        double? scale = null
    )
    {
        ThrowIfAttentionShapesMisfit(query, key, value, mask, causal);
        var call = new OperatorCall("aten::scaled_dot_product_attention\0"u8);
        call.Push(query);
        call.Push(key);
        call.Push(value);
        call.PushOptional(mask);
        call.Push(0.0); // dropout
        call.Push(causal);
        call.PushOptional(scale);
        call.Push(query.shape[1] != key.shape[1]); // enable_gqa
        return call.Invoke();
    }

    /// <summary>x / √(mean(x²) + ε) · weight over the last dimension (<c>aten::rms_norm</c>; arXiv 1910.07467).</summary>
    /// <param name="input">[…, width].</param>
    /// <param name="weight">[width].</param>
    /// <param name="epsilon">Added to the mean square, above 0.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor RmsNorm(Tensor input, Tensor weight, double epsilon)
    {
        if (weight.dim() != 1 || input.dim() == 0 || input.shape[^1] != weight.shape[0])
        {
            throw new ArgumentException(
                $"The weight must be [width] with the width of the input: got {Shape(weight)} for an input of {Shape(input)}."
            );
        }

        var call = new OperatorCall("aten::rms_norm\0"u8);
        call.Push(input);
        call.Push([weight.shape[0]]);
        call.PushOptional(weight);
        call.PushOptional(epsilon);
        return call.Invoke();
    }

    /// <summary>
    /// One AdamW step over many parameters in one native call (<c>aten::_fused_adamw_</c>): decoupled weight decay θ ← θ(1 − lr·λ), then
    /// θ ← θ − lr · m̂ / (√v̂ + ε) with bias-corrected moments (arXiv 1711.05101, algorithm 2).
    /// </summary>
    /// <param name="parameters">Written in place.</param>
    /// <param name="gradients">As many, of the same shapes and dtype.</param>
    /// <param name="firstMoments">Written in place.</param>
    /// <param name="secondMoments">Written in place.</param>
    /// <param name="steps">One float32 scalar tensor per parameter: the number of this step, from 1.</param>
    /// <param name="options">Learning rate, decay and moments.</param>
    /// <exception cref="ArgumentException">The lists differ in length or a gradient in shape.</exception>
    internal static void AdamWStep(
        IReadOnlyList<Tensor> parameters,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> firstMoments,
        IReadOnlyList<Tensor> secondMoments,
        IReadOnlyList<Tensor> steps,
        AdamWStepOptions options
    )
    {
        if (
            gradients.Count != parameters.Count
            || firstMoments.Count != parameters.Count
            || secondMoments.Count != parameters.Count
            || steps.Count != parameters.Count
        )
        {
            throw new ArgumentException("Parameters, gradients, moments and steps must be lists of one length.");
        }

        var call = new OperatorCall("aten::_fused_adamw_\0"u8);
        call.Push(parameters);
        call.Push(gradients);
        call.Push(firstMoments);
        call.Push(secondMoments);
        call.Push(Array.Empty<Tensor>()); // max_exp_avg_sqs: no AMSGrad
        call.Push(steps);
        call.Push(options.LearningRate);
        call.Push(options.Beta1);
        call.Push(options.Beta2);
        call.Push(options.WeightDecay);
        call.Push(options.Epsilon);
        call.Push(false); // amsgrad
        call.Push(false); // maximize
        call.PushNone(); // grad_scale
        call.PushNone(); // found_inf
        call.InvokeVoid();
        // libtorch does not count the writes of this operator.
        foreach (var parameter in parameters)
        {
            ParameterCast.Touch(parameter);
        }
    }

    /// <summary>result ← left · right for each matrix of a batch (<c>aten::bmm.out</c>); result may be a strided view.</summary>
    /// <param name="result">[batch, rows, columns], written.</param>
    /// <param name="left">[batch, rows, inner].</param>
    /// <param name="right">[batch, inner, columns].</param>
    internal static void BatchMultiplyInto(Tensor result, Tensor left, Tensor right)
    {
        var call = new OperatorCall("aten::bmm\0"u8, "out\0"u8);
        call.Push(left);
        call.Push(right);
        call.Push(result);
        call.Invoke().Dispose();
    }

    /// <summary>result ← left · right (<c>aten::mm.out</c>); result may be a strided view.</summary>
    /// <param name="result">[rows, columns], written.</param>
    /// <param name="left">[rows, inner].</param>
    /// <param name="right">[inner, columns].</param>
    internal static void MultiplyInto(Tensor result, Tensor left, Tensor right)
    {
        var call = new OperatorCall("aten::mm\0"u8, "out\0"u8);
        call.Push(left);
        call.Push(right);
        call.Push(result);
        call.Invoke().Dispose();
    }

    private static void ThrowIfAttentionShapesMisfit(Tensor query, Tensor key, Tensor value, Tensor? mask, bool causal)
    {
        var fits =
            query.dim() == 4
            && key.dim() == 4
            && value.dim() == 4
            && query.shape[0] == key.shape[0]
            && key.shape[..3].AsSpan().SequenceEqual(value.shape.AsSpan(0, 3))
            && query.shape[3] == key.shape[3]
            && key.shape[1] > 0
            && query.shape[1] % key.shape[1] == 0;
        if (!fits)
        {
            throw new ArgumentException(
                $"Attention takes [batch, heads, time, size] with heads a multiple of key heads: got query {Shape(query)}, key {Shape(key)}, value {Shape(value)}."
            );
        }

        if (causal && (mask is not null || query.shape[2] != key.shape[2]))
        {
            throw new ArgumentException(
                $"Causal attention takes no mask and as many queries as keys: got {query.shape[2]} queries and {key.shape[2]} keys."
            );
        }
    }

    private static string Shape(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}

/// <summary>The numbers of one AdamW step.</summary>
/// <param name="LearningRate">Step size.</param>
/// <param name="Beta1">Decay of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay of the second moment, in [0, 1).</param>
/// <param name="WeightDecay">Decoupled decay λ, at least 0.</param>
/// <param name="Epsilon">Added to the root of the second moment, above 0.</param>
internal readonly record struct AdamWStepOptions(double LearningRate, double Beta1, double Beta2, double WeightDecay, double Epsilon);
