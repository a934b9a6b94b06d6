using Plumbline.Torch.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>
/// log softmax(hidden · weightᵀ)[target] in chunks of rows: of the [rows, vocabulary] matrix only one chunk exists at a time, forward or backward. The
/// backward pass multiplies each chunk again and writes the gradient over it; where all rows fit in one chunk it is kept from the forward pass instead.
/// </summary>
internal sealed unsafe class LogProbabilityFunction : autograd.SingleTensorFunction<LogProbabilityFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(LogProbabilityFunction);

    /// <summary>Arguments: hidden [rows, width], weight [vocabulary, width], targets [rows] (int64), chunk rows (int), compute dtype, statistics, cap.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (hidden, weight, targets) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        var (chunkRows, dtype, statistics, cap) = ((int)vars[3], (ScalarType)vars[4], (TokenStatistics)vars[5], (LogitCap)vars[6]);
        var (computeHidden, computeWeight) = (hidden.to(dtype).contiguous(), weight.to(dtype));
        var rows = hidden.shape[0];
        var logProbabilities = empty(rows, dtype: ScalarType.Float32);
        var normalisers = empty(rows, dtype: ScalarType.Float32);
        var outputs = new LogSoftmaxOutputs(
            (nint)TensorMemory.Start(logProbabilities),
            (nint)TensorMemory.Start(normalisers),
            (nint)TensorMemory.Start(statistics.Entropy),
            (nint)TensorMemory.Start(statistics.Top)
        );
        var targetStart = (long*)TensorMemory.Start(targets);
        var vocabulary = (int)weight.shape[0];
        using var transposed = computeWeight.t();
        var buffer = empty([Math.Min(chunkRows, rows), vocabulary], dtype);
        for (long first = 0; first < rows; first += chunkRows)
        {
            var count = Math.Min(chunkRows, rows - first);
            using var chunk = computeHidden.narrow(0, first, count);
            using var logits = buffer.narrow(0, 0, count);
            logits.addmm_(chunk, transposed, 0, 1);
            cap.Apply(logits);
            var at = new LogSoftmaxOutputs(
                outputs.LogProbability + (nint)(first * sizeof(float)),
                outputs.LogNormaliser + (nint)(first * sizeof(float)),
                outputs.Entropy + (nint)(first * sizeof(float)),
                outputs.Top + (nint)(first * sizeof(long))
            );
            if (dtype == ScalarType.BFloat16)
            {
                LogSoftmaxKernel.Forward<BFloat16Element>(TensorMemory.Start(logits), targetStart + first, count, vocabulary, at);
            }
            else
            {
                LogSoftmaxKernel.Forward<Float32Element>(TensorMemory.Start(logits), targetStart + first, count, vocabulary, at);
            }
        }

        ctx.save_for_backward([computeHidden, computeWeight, targets, normalisers]);
        ctx.save_data("chunk_rows", chunkRows);
        ctx.save_data("cap", cap);
        ctx.save_data("logits", new KeptLogits(rows <= chunkRows ? buffer : null));
        if (rows > chunkRows)
        {
            buffer.Dispose();
        }

        ctx.save_data("hidden_dtype", (int)hidden.dtype);
        ctx.save_data("weight_is_trained", weight.requires_grad);
        return logProbabilities;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (hidden, weight, targets, normalisers) = (saved[0], saved[1], saved[2], saved[3]);
        var (chunkRows, cap) = ((int)ctx.get_data("chunk_rows"), (LogitCap)ctx.get_data("cap"));
        var (rows, vocabulary) = (hidden.shape[0], (int)weight.shape[0]);
        var gradients = grad_output.to(ScalarType.Float32).contiguous();
        var hiddenGradient = empty_like(hidden);
        // A frozen head saves a third of the multiplies.
        var weightGradient = (bool)ctx.get_data("weight_is_trained") ? zeros(weight.shape, ScalarType.Float32) : null;
        using var transposed = weight.t();
        var kept = ((KeptLogits)ctx.get_data("logits")).Take();
        using var buffer = kept ?? empty([Math.Min(chunkRows, rows), vocabulary], hidden.dtype);
        for (long first = 0; first < rows; first += chunkRows)
        {
            var count = Math.Min(chunkRows, rows - first);
            using var chunk = hidden.narrow(0, first, count);
            using var logits = buffer.narrow(0, 0, count);
            if (kept is null)
            {
                logits.addmm_(chunk, transposed, 0, 1);
                cap.Apply(logits);
            }

            using var slope = cap.Slope(logits);
            WriteGradient(logits, targets, normalisers, gradients, first);
            if (slope is not null)
            {
                logits.mul_(slope);
            }

            using var rowsGradient = hiddenGradient.narrow(0, first, count);
            rowsGradient.addmm_(logits, weight, 0, 1);
            AddWeightGradient(weightGradient, logits, chunk);
        }

        return [hiddenGradient.to((ScalarType)(int)ctx.get_data("hidden_dtype")), weightGradient!, null!, null!, null!, null!, null!];
    }

    private static void AddWeightGradient(Tensor? weightGradient, Tensor logitsGradient, Tensor hidden)
    {
        using var transposed = logitsGradient.t();
        if (hidden.dtype == ScalarType.Float32)
        {
            weightGradient?.addmm_(transposed, hidden, 1, 1);
        }
        else if (weightGradient is not null)
        {
            // Chunks are summed in float32: a bf16 running sum would lose the small ones.
            using var product = transposed.mm(hidden);
            weightGradient.add_(product);
        }
    }

    private static void WriteGradient(Tensor logits, Tensor targets, Tensor normalisers, Tensor gradients, long first)
    {
        var target = (long*)TensorMemory.Start(targets) + first;
        var normaliser = (float*)TensorMemory.Start(normalisers) + first;
        var gradient = (float*)TensorMemory.Start(gradients) + first;
        var (rows, vocabulary) = (logits.shape[0], (int)logits.shape[1]);
        if (logits.dtype == ScalarType.BFloat16)
        {
            LogSoftmaxKernel.Backward<BFloat16Element>(TensorMemory.Start(logits), target, normaliser, gradient, rows, vocabulary);
        }
        else
        {
            LogSoftmaxKernel.Backward<Float32Element>(TensorMemory.Start(logits), target, normaliser, gradient, rows, vocabulary);
        }
    }

    /// <summary>Logits that the first backward pass overwrites; a later one (of a retained graph) multiplies again.</summary>
    private sealed class KeptLogits(Tensor? logits)
    {
        private Tensor? kept = logits;

        internal Tensor? Take()
        {
            var taken = kept;
            kept = null;
            return taken;
        }
    }
}

/// <summary>The soft cap of logits: cap · tanh(logit / cap), in place; nothing where there is no cap.</summary>
internal sealed record LogitCap(double? Cap)
{
    internal void Apply(Tensor logits)
    {
        if (Cap is { } cap)
        {
            using var scalar = cap.ToScalar();
            logits.div_(scalar).tanh_().mul_(scalar);
        }
    }

    /// <summary>The derivative at capped logits, 1 − (capped / cap)²; null where there is no cap.</summary>
    internal Tensor? Slope(Tensor capped)
    {
        if (Cap is not { } cap)
        {
            return null;
        }

        using var share = capped.Over(cap);
        using var square = share.square();
        using var negative = -square;
        return negative.Plus(1);
    }
}
