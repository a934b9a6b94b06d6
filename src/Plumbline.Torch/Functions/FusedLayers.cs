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

    // Below, libtorch's flash kernel has less to set up; above, the scores of one backward pass would take too much memory. In float32 it is the faster one.
    private const long ShortestOwnAttention = 96;
    private const long LongestOwnAttention = 2048;

    /// <summary>x / √(mean(x²) + ε) · weight over the last dimension, in the dtype that the following matrix multiply reads.</summary>
    /// <param name="input">[…, width].</param>
    /// <param name="weight">[width], float32.</param>
    /// <param name="epsilon">Above 0.</param>
    public static Tensor RmsNorm(Tensor input, Tensor weight, double epsilon)
    {
        var fits =
            weight.shape[0] % TensorMemory.Lanes == 0
            && input.device_type == DeviceType.CPU
            && input.dtype == ScalarType.Float32
            && weight.dtype == ScalarType.Float32;
        return fits
            ? RmsNormFunction.apply(input, weight, epsilon, Autocast.CurrentDtype ?? ScalarType.Float32)
            : FusedOperators.RmsNorm(input, weight, epsilon);
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

    /// <summary>
    /// Rotary positions (arXiv 2104.09864) in Hugging Face's half-split layout, on the first heads of each row: element j of a head turns with element
    /// j + size/2.
    /// </summary>
    /// <param name="rows">[tokens, width]: heads to rotate first, the rest is copied.</param>
    /// <param name="cosine">[tokens, head size / 2], float32.</param>
    /// <param name="sine">[tokens, head size / 2], float32.</param>
    /// <param name="heads">Heads to rotate.</param>
    /// <param name="headSize">Even.</param>
    public static Tensor Rotary(Tensor rows, Tensor cosine, Tensor sine, int heads, int headSize)
    {
        var fits = headSize % (2 * TensorMemory.Lanes) == 0 && rows.shape[^1] % TensorMemory.Lanes == 0 && TensorMemory.IsReadable(rows);
        if (fits)
        {
            return RotaryFunction.apply(rows, cosine, sine, heads, headSize);
        }

        var parts = rows.split([heads * headSize, rows.shape[^1] - (heads * headSize)], -1);
        var halves = parts[0].view(-1, heads, headSize).chunk(2, -1);
        var (c, s) = (cosine.unsqueeze(1), sine.unsqueeze(1));
        var rotated = cat([(halves[0] * c) - (halves[1] * s), (halves[1] * c) + (halves[0] * s)], -1).to(rows.dtype);
        return cat([rotated.view(-1, heads * headSize), parts[1]], -1);
    }

    /// <summary>Causal attention of equally long sequences laid end to end: query i of a sequence sees its keys 0 … i, scores scaled by 1/√(head size).</summary>
    /// <param name="rows">[sequences · time, layout's row size]: rotated queries and keys, and values.</param>
    /// <param name="layout">The heads in a row.</param>
    /// <param name="sequences">Number of sequences.</param>
    /// <returns>[sequences · time, query size].</returns>
    public static Tensor CausalAttention(Tensor rows, HeadLayout layout, int sequences)
    {
        var time = rows.shape[0] / sequences;
        if (
            time is >= ShortestOwnAttention and <= LongestOwnAttention
            && rows.dtype == ScalarType.BFloat16
            && TensorMemory.IsReadable(rows)
        )
        {
            return CausalAttentionFunction.apply(rows, layout, sequences);
        }

        var parts = rows.split([layout.QuerySize, layout.KeyValueSize, layout.KeyValueSize], -1);
        Tensor Heads(Tensor part) => part.view(sequences, time, -1, layout.HeadSize).transpose(1, 2);
        var output = FusedOperators.ScaledDotProductAttention(Heads(parts[0]), Heads(parts[1]), Heads(parts[2]), causal: true);
        return output.transpose(1, 2).reshape(rows.shape[0], layout.QuerySize);
    }

    /// <summary>Rows by index; −1 gives a row of zeros.</summary>
    /// <param name="rows">[count, width].</param>
    /// <param name="index">Row numbers, each at most once, or −1.</param>
    /// <returns>[index length, width].</returns>
    public static Tensor GatherRows(Tensor rows, int[] index)
    {
        if (TensorMemory.IsReadable(rows))
        {
            return RowGatherFunction.apply(rows, index);
        }

        var chosen = rows.index_select(0, tensor(Array.ConvertAll(index, row => (long)Math.Max(row, 0)), device: rows.device));
        var real = tensor(Array.ConvertAll(index, row => row >= 0 ? 1f : 0f), device: rows.device).to(rows.dtype);
        return chosen * real.unsqueeze(1);
    }

    /// <summary>log softmax(hidden · weightᵀ)[target] for each row, in chunks that never hold the whole [rows, vocabulary] matrix.</summary>
    /// <param name="hidden">[rows, width].</param>
    /// <param name="weight">[vocabulary, width].</param>
    /// <param name="targets">[rows], int64, each in [0, vocabulary): checked by the caller.</param>
    /// <returns>[rows] in float32 (float64 for float64 input), and entropy and most likely token beside it.</returns>
    public static (Tensor LogProbabilities, TokenStatistics Statistics) LogProbabilities(Tensor hidden, Tensor weight, Tensor targets)
    {
        if (TensorMemory.IsReadable(hidden))
        {
            var statistics = new TokenStatistics(
                empty(hidden.shape[0], dtype: ScalarType.Float32),
                empty(hidden.shape[0], dtype: ScalarType.Int64)
            );
            var dtype = Autocast.CurrentDtype ?? hidden.dtype;
            return (
                LogProbabilityFunction.apply(hidden, weight, targets, (int)Math.Max(1, ChunkLogits / weight.shape[0]), dtype, statistics),
                statistics
            );
        }

        var logits = F.linear(hidden, weight);
        var all = F.log_softmax(logits.dtype == ScalarType.Float64 ? logits : logits.to(ScalarType.Float32), -1);
        var chosen = all.gather(1, targets.unsqueeze(1)).squeeze(1);
        var detached = all.detach();
        return (chosen, new TokenStatistics(-(detached.exp() * detached).sum(-1), detached.argmax(-1)));
    }
}
