using Plumbline.Torch.Blocks;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Kernels;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Torch.Functions;

/// <summary>
/// The layers of a decoder between its matrix multiplies, each one pass over memory on the CPU (own vector kernels) and libtorch operators elsewhere or
/// where a width does not fit the vector registers. Differentiable; results join the innermost dispose scope.
/// </summary>
public static class FusedLayers
{
    /// <summary>x / √(mean(x²) + ε) · weight over the last dimension, in the dtype that the following matrix multiply reads.</summary>
    /// <param name="input">[…, width].</param>
    /// <param name="weight">[width], float32.</param>
    /// <param name="epsilon">Above 0.</param>
    public static Tensor RmsNorm(Tensor input, Tensor weight, double epsilon)
    {
        var dtype = Autocast.CurrentDtype ?? input.dtype;
        // Heads arrive in the dtype of the multiply before them; squares are summed in that of the weight.
        var wide = input.dtype == weight.dtype ? input : input.to(weight.dtype);
        var fits = weight.shape[0] % TensorMemory.Lanes == 0 && wide.device_type == DeviceType.CPU && wide.dtype == ScalarType.Float32;
        return fits ? RmsNormFunction.apply(wide, weight, epsilon, dtype) : FusedOperators.RmsNorm(wide, weight, epsilon).to(dtype);
    }

    /// <summary>Rows of an embedding. Where the kernels fit, the backward pass adds to the parameter's <c>grad</c> itself: <c>autograd.grad</c> sees nothing.</summary>
    /// <param name="embedding">[vocabulary, width].</param>
    /// <param name="ids">[tokens], int64, inside the vocabulary.</param>
    /// <returns>[tokens, width].</returns>
    public static Tensor Lookup(Tensor embedding, Tensor ids)
    {
        if (!ParameterGradient.IsWritable(embedding) || !is_grad_enabled())
        {
            return embedding.index_select(0, ids);
        }

        using var anchor = zeros(1, requires_grad: true);
        return LookupFunction.apply(anchor, ids, new LookupFunction.Embedding(embedding));
    }

    /// <summary>The activation of each value.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="kind">Which one.</param>
    public static Tensor Activate(Tensor input, ActivationKind kind) =>
        kind switch
        {
            ActivationKind.Silu => F.silu(input),
            ActivationKind.Gelu => F.gelu(input),
            _ => F.gelu(input, TorchSharp.Modules.GELU.Approximate.tanh),
        };

    /// <summary>activation(gates) · values for rows [gates, values] (arXiv 2002.05202).</summary>
    /// <param name="gatesAndValues">[rows, 2 · width].</param>
    /// <param name="kind">The activation.</param>
    /// <returns>[rows, width].</returns>
    public static Tensor Gated(Tensor gatesAndValues, ActivationKind kind)
    {
        if (gatesAndValues.shape[^1] % (2 * TensorMemory.Lanes) == 0 && TensorMemory.IsReadable(gatesAndValues))
        {
            return GatedFunction.apply(gatesAndValues, kind);
        }

        var halves = gatesAndValues.chunk(2, -1);
        return Activate(halves[0], kind) * halves[1];
    }

    /// <summary>
    /// Rotary positions (arXiv 2104.09864) in Hugging Face's half-split layout, on the first heads of each row: element j of a head turns with element
    /// j + half, where the angles give half; what lies behind 2 · half in a head is copied (partial rotation).
    /// </summary>
    /// <param name="rows">[tokens, width]: heads to rotate first, the rest is copied.</param>
    /// <param name="cosine">[tokens, half], float32, half at most headSize / 2.</param>
    /// <param name="sine">[tokens, half], float32.</param>
    /// <param name="heads">Heads to rotate.</param>
    /// <param name="headSize">Values in a head.</param>
    public static Tensor Rotary(Tensor rows, Tensor cosine, Tensor sine, int heads, int headSize)
    {
        var fits =
            cosine.shape[^1] % TensorMemory.Lanes == 0
            && headSize % TensorMemory.Lanes == 0
            && rows.shape[^1] % TensorMemory.Lanes == 0
            && TensorMemory.IsReadable(rows);
        if (fits)
        {
            return RotaryFunction.apply(rows, cosine, sine, heads, headSize);
        }

        var parts = rows.split([heads * headSize, rows.shape[^1] - (heads * headSize)], -1);
        var half = cosine.shape[^1];
        var head = parts[0].view(-1, heads, headSize).split([half, half, headSize - (2 * half)], -1);
        var (c, s) = (cosine.unsqueeze(1), sine.unsqueeze(1));
        var turned = cat([(head[0] * c) - (head[1] * s), (head[1] * c) + (head[0] * s)], -1).to(rows.dtype);
        var rotated = half * 2 == headSize ? turned : cat([turned, head[2]], -1);
        return cat([rotated.view(-1, heads * headSize), parts[1]], -1);
    }

    /// <summary>
    /// Attention of packed rows: each span causally within itself, or as far back as the rule's window reaches, and before that over its prompt. On the CPU in
    /// float32 and bf16 without a soft cap by own kernels, spans of like shape together; else by libtorch operators, span by span.
    /// </summary>
    /// <param name="rows">[tokens, layout's row size]: rotated queries and keys, and values.</param>
    /// <param name="layout">The heads in a row.</param>
    /// <param name="plan">Who sees whom; covers all rows.</param>
    /// <param name="rule">Scale, window and cap of the scores.</param>
    /// <returns>[tokens, query size].</returns>
    /// <exception cref="ArgumentException">The plan is made for another number of rows.</exception>
    public static Tensor PackedAttention(Tensor rows, HeadLayout layout, AttentionPlan plan, AttentionRule rule)
    {
        if (rows.shape[0] != plan.Tokens)
        {
            throw new ArgumentException($"The plan covers {plan.Tokens} rows, not {rows.shape[0]}.", nameof(plan));
        }

        return rule.SoftCap is null && TensorMemory.IsReadable(rows)
            ? PackedAttentionFunction.apply(rows, layout, plan, rule)
            : SpanAttention.Attend(rows, layout, plan, rule);
    }

    /// <summary>Attention of the newest queries of some sequences over all their keys: what continues a cached sequence.</summary>
    /// <param name="query">[batch, heads, queries, size]; the last query is at the last key's position.</param>
    /// <param name="key">[batch, key heads, keys, size], at least as many as queries.</param>
    /// <param name="value">[batch, key heads, keys, size].</param>
    /// <param name="rule">Scale, window and cap of the scores.</param>
    /// <returns>[batch, heads, queries, size].</returns>
    public static Tensor ContinuedAttention(Tensor query, Tensor key, Tensor value, AttentionRule rule) =>
        BlockedAttention.Attend(query, key, value, rule);

    /// <summary>
    /// What softmax(logits) of hidden · weightᵀ says at each row's target, in chunks that never hold the whole [rows, vocabulary] matrix, forward or backward.
    /// Sums are made in float32 (float64 for float64 input), whatever dtype the multiply runs in.
    /// </summary>
    /// <param name="hidden">[rows, width]; no rows give empty results.</param>
    /// <param name="weight">[vocabulary, width].</param>
    /// <param name="targets">[rows], int64, each in [0, vocabulary): checked by the caller.</param>
    /// <param name="options">Cap, scale, gradients, reference; null for the defaults.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static TokenScores LogProbabilities(Tensor hidden, Tensor weight, Tensor targets, LogProbabilityOptions? options = null) =>
        LogProbabilityCall.Score(hidden, weight, targets, options ?? new LogProbabilityOptions());

    /// <summary>cap · tanh(values / cap), or the values where there is no cap.</summary>
    public static Tensor SoftCapped(Tensor values, double? cap) => cap is { } limit ? values.Over(limit).tanh().Times(limit) : values;

    /// <summary>The values in float32, in which every softmax and every sum over tokens is made; float64 stays what it is.</summary>
    public static Tensor Wide(Tensor values) => values.to(WideOf(values.dtype));

    /// <summary>The dtype of sums over values of a dtype.</summary>
    internal static ScalarType WideOf(ScalarType dtype) => dtype == ScalarType.Float64 ? dtype : ScalarType.Float32;
}
