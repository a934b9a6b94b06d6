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
    /// <summary>Logits that exist at a time in <see cref="LogProbabilities"/>: 64 MiB in bf16.</summary>
    private const long ChunkLogits = 32L << 20;

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

    /// <summary>silu(gates) · values for rows [gates, values].</summary>
    /// <param name="gatesAndValues">[rows, 2 · width].</param>
    /// <returns>[rows, width].</returns>
    public static Tensor SwiGlu(Tensor gatesAndValues)
    {
        if (gatesAndValues.shape[^1] % (2 * TensorMemory.Lanes) == 0 && TensorMemory.IsReadable(gatesAndValues))
        {
            return SwiGluFunction.apply(gatesAndValues);
        }

        var halves = gatesAndValues.chunk(2, -1);
        return F.silu(halves[0]) * halves[1];
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
        if (kind == ActivationKind.Silu)
        {
            return SwiGlu(gatesAndValues);
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
        LogProbabilitiesInChunks(hidden, weight, targets, options ?? new LogProbabilityOptions(), chunkRows: null);

    /// <summary>As above, with the rows of a chunk given.</summary>
    internal static TokenScores LogProbabilitiesInChunks(
        Tensor hidden,
        Tensor weight,
        Tensor targets,
        LogProbabilityOptions options,
        int? chunkRows
    )
    {
        ThrowIfScoringShapesMisfit(hidden, weight, targets, options.Reference);
        var reference = options.Reference;
        var accumulator = hidden.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var rows = hidden.shape[0];
        var call = new LogProbabilityCall(
            // A reference's logits stand beside the policy's: both together keep to the limit.
            chunkRows ?? (int)Math.Max(1, ChunkLogits / (weight.shape[0] * (reference is null ? 1 : 2))),
            hidden.dtype == ScalarType.Float64 ? hidden.dtype : Autocast.DtypeOn(hidden.device_type) ?? hidden.dtype,
            new LogitMap(options.LogitScale, options.SoftCap),
            new LogitMap(options.LogitScale, reference?.SoftCap),
            is_grad_enabled() && (hidden.requires_grad || weight.requires_grad),
            empty([Enum.GetValues<TokenMeasure>().Length, rows], accumulator, hidden.device),
            empty(rows, dtype: ScalarType.Int64, device: hidden.device)
        );
        var outputs = LogProbabilityFunction.apply(hidden, weight, targets, reference?.Hidden.detach()!, reference?.Weight.detach()!, call);
        var entropy = outputs.select(0, 1);
        return new TokenScores(
            outputs.select(0, 0),
            options.EntropyGradient ? entropy : entropy.detach(),
            call.Top,
            call.Top.eq(targets),
            call.Measures.select(0, (long)TokenMeasure.LogSumSquares),
            reference is null ? null : outputs.select(0, 2)
        );
    }

    /// <summary>cap · tanh(values / cap), or the values where there is no cap.</summary>
    public static Tensor SoftCapped(Tensor values, double? cap) => cap is { } limit ? values.Over(limit).tanh().Times(limit) : values;

    /// <summary>The values in float32, in which every softmax and every sum over tokens is made; float64 stays what it is.</summary>
    public static Tensor Wide(Tensor values) => values.dtype == ScalarType.Float64 ? values : values.to(ScalarType.Float32);

    private static void ThrowIfScoringShapesMisfit(Tensor hidden, Tensor weight, Tensor targets, ReferenceLogits? reference)
    {
        if (
            hidden.dim() != 2
            || weight.dim() != 2
            || hidden.shape[1] != weight.shape[1]
            || targets.dim() != 1
            || targets.shape[0] != hidden.shape[0]
        )
        {
            throw new ArgumentException(
                $"Log-probabilities take hidden states [rows, width], a weight [vocabulary, width] and targets [rows]: got [{string.Join(", ", hidden.shape)}], [{string.Join(", ", weight.shape)}] and [{string.Join(", ", targets.shape)}]."
            );
        }

        if (
            reference is { Hidden: var other, Weight: var head }
            && (
                other.dim() != 2
                || head.dim() != 2
                || other.shape[0] != hidden.shape[0]
                || head.shape[0] != weight.shape[0]
                || other.shape[1] != head.shape[1]
            )
        )
        {
            throw new ArgumentException(
                $"A reference has the policy's rows and vocabulary ({hidden.shape[0]} and {weight.shape[0]}): got hidden states [{string.Join(", ", other.shape)}] and a weight [{string.Join(", ", head.shape)}]."
            );
        }
    }
}
