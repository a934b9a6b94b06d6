using Plumbline.Torch.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>What happens to one chunk of logits between the multiplies.</summary>
/// <param name="call">The call.</param>
/// <param name="targets">[rows], int64.</param>
/// <param name="measures">[<see cref="TokenMeasure"/>, rows].</param>
internal abstract class LogitChunks(LogProbabilityCall call, Tensor targets, Tensor measures)
{
    protected LogProbabilityCall Call => call;

    protected Tensor Targets => targets;

    protected Tensor Measures => measures;

    /// <summary>The kernels where they can read the logits, else operators.</summary>
    internal static LogitChunks Of(LogProbabilityCall call, Tensor targets, Tensor measures) =>
        targets.device_type == DeviceType.CPU && call.Dtype is ScalarType.Float32 or ScalarType.BFloat16
            ? new KernelLogitChunks(call, targets, measures)
            : new OperatorLogitChunks(call, targets, measures);

    /// <summary>Writes the measures of raw logits [count, vocabulary] that begin at row <paramref name="first"/>.</summary>
    internal abstract void Measure(Tensor logits, Tensor? reference, long first);

    /// <summary>Writes their gradient over raw logits.</summary>
    /// <param name="logits">[count, vocabulary].</param>
    /// <param name="reference">Likewise; null for none.</param>
    /// <param name="gradients">[2 or 3, rows], like the measures: arriving at log-probability, entropy and divergence.</param>
    /// <param name="first">The chunk's first row.</param>
    internal abstract void WriteGradient(Tensor logits, Tensor? reference, Tensor gradients, long first);
}

/// <summary>By vector kernels, in float32 arithmetic.</summary>
internal sealed unsafe class KernelLogitChunks(LogProbabilityCall call, Tensor targets, Tensor measures)
    : LogitChunks(call, targets, measures)
{
    /// <inheritdoc/>
    internal override void Measure(Tensor logits, Tensor? reference, long first)
    {
        var rows = Rows(null, first);
        if (logits.dtype == ScalarType.BFloat16)
        {
            Measure<BFloat16Element>(logits, reference, rows);
        }
        else
        {
            Measure<Float32Element>(logits, reference, rows);
        }
    }

    /// <inheritdoc/>
    internal override void WriteGradient(Tensor logits, Tensor? reference, Tensor gradients, long first)
    {
        var rows = Rows(gradients, first);
        if (logits.dtype == ScalarType.BFloat16)
        {
            WriteGradient<BFloat16Element>(logits, reference, rows);
        }
        else
        {
            WriteGradient<Float32Element>(logits, reference, rows);
        }
    }

    private void Measure<T>(Tensor logits, Tensor? reference, TokenRows rows)
        where T : struct, IKernelElement
    {
        var (count, vocabulary) = (logits.shape[0], (int)logits.shape[1]);
        LogSoftmaxKernel.Forward<T>(TensorMemory.Start(logits), Call.Map, rows, count, vocabulary);
        if (reference is not null)
        {
            LogSoftmaxKernel.Compare<T>(
                TensorMemory.Start(logits),
                TensorMemory.Start(reference),
                Call.Map,
                Call.ReferenceMap,
                rows,
                count,
                vocabulary
            );
        }
    }

    private void WriteGradient<T>(Tensor logits, Tensor? reference, TokenRows rows)
        where T : struct, IKernelElement =>
        LogSoftmaxGradientKernel.Write<T>(
            TensorMemory.Start(logits),
            reference is null ? null : TensorMemory.Start(reference),
            Call.Map,
            Call.ReferenceMap,
            rows,
            logits.shape[0],
            (int)logits.shape[1]
        );

    private TokenRows Rows(Tensor? gradients, long first) =>
        new(
            (nint)TensorMemory.Start(Targets) + (nint)(first * sizeof(long)),
            gradients is null ? (nint)TensorMemory.Start(Call.Top) + (nint)(first * sizeof(long)) : 0,
            (nint)TensorMemory.Start(Measures) + (nint)(first * sizeof(float)),
            gradients is null ? 0 : (nint)TensorMemory.Start(gradients) + (nint)(first * sizeof(float)),
            Targets.shape[0]
        );
}

/// <summary>By libtorch's operators: in float64, on other devices, and in dtypes that the kernels do not read.</summary>
internal sealed class OperatorLogitChunks(LogProbabilityCall call, Tensor targets, Tensor measures) : LogitChunks(call, targets, measures)
{
    /// <inheritdoc/>
    internal override void Measure(Tensor logits, Tensor? reference, long first)
    {
        using var scope = NewDisposeScope();
        var mapped = Mapped(logits, Call.Map);
        var normaliser = mapped.logsumexp(-1);
        var logP = mapped - normaliser.unsqueeze(1);
        var p = logP.exp();
        Write(TokenMeasure.LogProbability, logP.gather(1, Targets.narrow(0, first, logits.shape[0]).unsqueeze(1)).squeeze(1), first);
        Write(TokenMeasure.LogNormaliser, normaliser, first);
        Write(TokenMeasure.Entropy, -(p * logP).sum(dim: -1), first);
        Write(TokenMeasure.LogSumSquares, (p * p).sum(dim: -1).log(), first);
        // Of the raw logits: a soft cap can make two of them equal.
        Call.Top.narrow(0, first, logits.shape[0]).copy_(logits.argmax(-1));
        if (reference is not null)
        {
            var other = Mapped(reference, Call.ReferenceMap);
            var otherNormaliser = other.logsumexp(-1);
            Write(TokenMeasure.ReferenceLogNormaliser, otherNormaliser, first);
            Write(TokenMeasure.Divergence, (p * (logP - (other - otherNormaliser.unsqueeze(1)))).sum(dim: -1), first);
        }
    }

    /// <inheritdoc/>
    internal override void WriteGradient(Tensor logits, Tensor? reference, Tensor gradients, long first)
    {
        using var scope = NewDisposeScope();
        var count = logits.shape[0];
        Tensor Gradient(int index) => gradients.select(0, index).narrow(0, first, count).unsqueeze(1);
        var mapped = Mapped(logits, Call.Map);
        var logP = mapped - Read(TokenMeasure.LogNormaliser, first, count);
        var factor = -Gradient(0) - (Gradient(1) * (logP + Read(TokenMeasure.Entropy, first, count)));
        if (reference is not null)
        {
            var logQ = Mapped(reference, Call.ReferenceMap) - Read(TokenMeasure.ReferenceLogNormaliser, first, count);
            factor += Gradient(2) * (logP - logQ - Read(TokenMeasure.Divergence, first, count));
        }

        var result = logP.exp_().mul_(factor);
        result.scatter_add_(1, Targets.narrow(0, first, count).unsqueeze(1), Gradient(0));
        result = result.Times(Call.Map.Scale);
        if (Call.Map.Cap is { } cap)
        {
            var share = mapped.Over(cap * Call.Map.Scale);
            result *= (share * share).neg_().Plus(1);
        }

        logits.copy_(result);
    }

    private static Tensor Mapped(Tensor logits, LogitMap map) => FusedLayers.SoftCapped(FusedLayers.Wide(logits), map.Cap).Times(map.Scale);

    private void Write(TokenMeasure measure, Tensor values, long first) =>
        Measures.select(0, (long)measure).narrow(0, first, values.shape[0]).copy_(values);

    private Tensor Read(TokenMeasure measure, long first, long count) =>
        Measures.select(0, (long)measure).narrow(0, first, count).unsqueeze(1);
}
