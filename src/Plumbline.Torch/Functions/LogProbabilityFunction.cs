using Plumbline.Torch.Blocks;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>
/// Log-probability, entropy and divergence from a reference in chunks of rows: of the [rows, vocabulary] matrix only one chunk exists at a time, forward or
/// backward. The backward pass multiplies each chunk again and writes the gradient over it; where all rows fit in one chunk it is kept from the forward pass.
/// </summary>
internal sealed class LogProbabilityFunction : autograd.SingleTensorFunction<LogProbabilityFunction>
{
    private const int Inputs = 6;

    /// <inheritdoc/>
    public override string Name => nameof(LogProbabilityFunction);

    /// <summary>
    /// Arguments: hidden [rows, width], weight [vocabulary, width], targets [rows] (int64), the reference's hidden and weight (or null), <see cref="LogProbabilityCall"/>.
    /// Output: log-probability, entropy and, with a reference, divergence, [2 or 3, rows]. One tensor, because TorchSharp never frees the wrapper of an undefined
    /// gradient, and that of an output that nobody asks is undefined; a row of zeros is not.
    /// </summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (hidden, weight, targets) = ((Tensor)vars[0], (Tensor)vars[1], ((Tensor)vars[2]).contiguous());
        var call = (LogProbabilityCall)vars[5];
        var heads = new Heads(
            new Head(hidden.to(call.Dtype).contiguous(), weight.to(call.Dtype)),
            vars[3] is Tensor other ? new Head(other.to(call.Dtype).contiguous(), ((Tensor)vars[4]).to(call.Dtype)) : null
        );
        var chunks = LogitChunks.Of(call, targets, call.Measures);
        var buffers = heads.Allocate(call.ChunkRows);
        foreach (var (first, count) in heads.Cuts(call.ChunkRows))
        {
            using var scope = NewDisposeScope();
            var (logits, reference) = heads.Multiply(buffers, first, count);
            chunks.Measure(logits, reference, first);
        }

        var keeps = call.Graph && heads.Rows <= call.ChunkRows;
        ctx.save_for_backward([targets, call.Measures, .. heads.Tensors]);
        ctx.save_data("call", call);
        ctx.save_data("logits", new KeptLogits(keeps ? buffers : null));
        ctx.save_data("hidden", hidden.requires_grad ? (ScalarType?)hidden.dtype : null);
        ctx.save_data("weight", weight.requires_grad ? (ScalarType?)weight.dtype : null);
        if (!keeps)
        {
            buffers.Dispose();
        }

        // A copy: what the graph keeps must not be what it hands out.
        using var handedOut = NewDisposeScope();
        Tensor Row(TokenMeasure measure) => call.Measures.select(0, (long)measure);
        Tensor[] rows = [Row(TokenMeasure.LogProbability), Row(TokenMeasure.Entropy)];
        return stack(heads.Reference is null ? rows : [.. rows, Row(TokenMeasure.Divergence)]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var saved = ctx.get_saved_variables();
        var call = (LogProbabilityCall)ctx.get_data("call");
        var (targets, measures, heads) = (saved[0], saved[1], Heads.From(saved));
        var gradients = grad_output.to(measures.dtype).contiguous();
        var chunks = LogitChunks.Of(call, targets, measures);
        var (hiddenDtype, weightDtype) = ((ScalarType?)ctx.get_data("hidden"), (ScalarType?)ctx.get_data("weight"));
        var hiddenGradient = hiddenDtype is null ? null : empty_like(heads.Policy.Hidden);
        // A frozen head saves a third of the multiplies.
        var weightGradient = weightDtype is null || call.Parameter is not null ? null : new WeightGradient(heads.Policy.Weight);
        var kept = ((KeptLogits)ctx.get_data("logits")).Take();
        using var buffers = kept ?? heads.Allocate(call.ChunkRows);
        foreach (var (first, count) in heads.Cuts(call.ChunkRows))
        {
            using var chunk = NewDisposeScope();
            var (logits, reference) = kept is null ? heads.Multiply(buffers, first, count) : buffers.First(count);
            chunks.WriteGradient(logits, reference, gradients, first);
            hiddenGradient?.narrow(0, first, count).addmm_(logits, heads.Policy.Weight, 0, 1);
            var rows = heads.Policy.Hidden.narrow(0, first, count);
            weightGradient?.Add(logits, rows);
            if (call.Parameter is { } parameter)
            {
                AddTo(parameter, logits, rows);
            }
        }

        var results = new List<Tensor>(new Tensor[Inputs]);
        results[0] = hiddenGradient?.to(hiddenDtype!.Value).MoveToOuterDisposeScope()!;
        results[1] = weightGradient?.Sum.to(weightDtype!.Value).MoveToOuterDisposeScope()!;
        return results;
    }

    private static void AddTo(Tensor parameter, Tensor logitGradient, Tensor hidden)
    {
        if (hidden.dtype == ScalarType.BFloat16)
        {
            ParameterGradient.AddProduct<BFloat16Element>(parameter, logitGradient.t(), hidden);
        }
        else
        {
            ParameterGradient.AddProduct<Float32Element>(parameter, logitGradient.t(), hidden);
        }
    }

    /// <summary>Hidden states [rows, width] and weight [vocabulary, width], in the dtype of the multiply.</summary>
    private sealed record Head(Tensor Hidden, Tensor Weight)
    {
        internal Tensor Multiply(Tensor buffer, long first, long count) =>
            buffer.narrow(0, 0, count).addmm_(Hidden.narrow(0, first, count), Weight.t(), 0, 1);

        internal Tensor Allocate(int chunkRows) =>
            empty([Math.Min(chunkRows, Hidden.shape[0]), Weight.shape[0]], Hidden.dtype, Hidden.device);
    }

    /// <summary>The policy's head, and the reference's where there is one.</summary>
    private sealed record Heads(Head Policy, Head? Reference)
    {
        internal long Rows => Policy.Hidden.shape[0];

        internal IEnumerable<Tensor> Tensors =>
            Reference is null ? [Policy.Hidden, Policy.Weight] : [Policy.Hidden, Policy.Weight, Reference.Hidden, Reference.Weight];

        internal static Heads From(List<Tensor> saved) =>
            new(new Head(saved[2], saved[3]), saved.Count > 4 ? new Head(saved[4], saved[5]) : null);

        internal LogitBuffers Allocate(int chunkRows) => new(Policy.Allocate(chunkRows), Reference?.Allocate(chunkRows));

        internal (Tensor Logits, Tensor? Reference) Multiply(LogitBuffers buffers, long first, long count) =>
            (Policy.Multiply(buffers.Logits, first, count), Reference?.Multiply(buffers.Reference!, first, count));

        internal IEnumerable<(long First, long Count)> Cuts(int chunkRows)
        {
            for (long first = 0; first < Rows; first += chunkRows)
            {
                yield return (first, Math.Min(chunkRows, Rows - first));
            }
        }
    }

    /// <summary>The memory of one chunk.</summary>
    private sealed record LogitBuffers(Tensor Logits, Tensor? Reference) : IDisposable
    {
        internal (Tensor Logits, Tensor? Reference) First(long count) => (Logits.narrow(0, 0, count), Reference?.narrow(0, 0, count));

        public void Dispose()
        {
            Logits.Dispose();
            Reference?.Dispose();
        }
    }

    /// <summary>
    /// Logits that the first backward pass overwrites; a later one (of a retained graph) multiplies again, and so does one that comes after the end of the
    /// scope in which the forward pass ran.
    /// </summary>
    private sealed class KeptLogits(LogitBuffers? logits)
    {
        private LogitBuffers? kept = logits;

        internal LogitBuffers? Take()
        {
            var taken = kept;
            kept = null;
            return taken is { Logits.IsInvalid: false, Reference: null or { IsInvalid: false } } ? taken : null;
        }
    }

    /// <summary>Σ over chunks of logit gradientᵀ · hidden, in float32 (float64): a bf16 running sum would lose the small chunks.</summary>
    private sealed class WeightGradient(Tensor weight)
    {
        private readonly ScalarType dtype = weight.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        private Tensor? sum;

        internal Tensor Sum => sum ?? zeros(weight.shape, dtype, weight.device);

        internal void Add(Tensor logitGradient, Tensor hidden)
        {
            var transposed = logitGradient.t();
            if (sum is null)
            {
                sum = transposed.mm(hidden).to(dtype).MoveToOuterDisposeScope();
            }
            else if (hidden.dtype == dtype)
            {
                sum.addmm_(transposed, hidden, 1, 1);
            }
            else
            {
                sum.add_(transposed.mm(hidden));
            }
        }
    }
}
