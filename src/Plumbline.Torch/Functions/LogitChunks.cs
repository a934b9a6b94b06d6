using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>What is known of the rows of a tile of logits.</summary>
/// <param name="Targets">[rows], int64, over the whole vocabulary.</param>
/// <param name="Measures">[<see cref="TokenMeasure"/>, rows]; may be columns of a wider tensor.</param>
/// <param name="FirstEntry">The vocabulary's entry in the tile's first column.</param>
internal readonly record struct TileRows(Tensor Targets, Tensor Measures, long FirstEntry);

/// <summary>What happens to one tile of logits between the multiplies.</summary>
/// <param name="call">The call.</param>
internal abstract class LogitChunks(LogProbabilityCall call)
{
    protected LogProbabilityCall Call => call;

    /// <summary>The kernels where they can read the logits, else operators.</summary>
    internal static LogitChunks Of(LogProbabilityCall call, Tensor targets) =>
        targets.device_type == DeviceType.CPU && call.Dtype is ScalarType.Float32 or ScalarType.BFloat16 && !call.CapsWhatIsDropped
            ? new KernelLogitChunks(call)
            : new OperatorLogitChunks(call);

    /// <summary>Writes the measures of raw logits [rows, entries] as if they were all, −∞ for the log-probability of a target that is not among them.</summary>
    /// <param name="logits">Raw logits.</param>
    /// <param name="reference">Likewise; null for none.</param>
    /// <param name="rows">Where measures are written.</param>
    /// <param name="top">[rows], int64, written: the largest one's entry of the vocabulary.</param>
    internal abstract void Measure(Tensor logits, Tensor? reference, TileRows rows, Tensor top);

    /// <summary>Writes their gradient over raw logits.</summary>
    /// <param name="logits">[rows, entries].</param>
    /// <param name="reference">Likewise; null for none.</param>
    /// <param name="rows">With the measures of the whole vocabulary.</param>
    /// <param name="gradients">[2 or 3, rows], strided like the measures: arriving at log-probability, entropy and divergence.</param>
    internal abstract void WriteGradient(Tensor logits, Tensor? reference, TileRows rows, Tensor gradients);
}

/// <summary>By vector kernels, in float32 arithmetic.</summary>
internal sealed unsafe class KernelLogitChunks(LogProbabilityCall call) : LogitChunks(call)
{
    /// <inheritdoc/>
    internal override void Measure(Tensor logits, Tensor? reference, TileRows rows, Tensor top)
    {
        var memory = Memory(rows, top, null);
        if (logits.dtype == ScalarType.BFloat16)
        {
            Measure<BFloat16Element>(logits, reference, memory);
        }
        else
        {
            Measure<Float32Element>(logits, reference, memory);
        }
    }

    /// <inheritdoc/>
    internal override void WriteGradient(Tensor logits, Tensor? reference, TileRows rows, Tensor gradients)
    {
        var memory = Memory(rows, null, gradients);
        if (logits.dtype == ScalarType.BFloat16)
        {
            WriteGradient<BFloat16Element>(logits, reference, memory);
        }
        else
        {
            WriteGradient<Float32Element>(logits, reference, memory);
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

    private static TokenRows Memory(TileRows rows, Tensor? top, Tensor? gradients) =>
        new(
            Address(rows.Targets),
            top is null ? 0 : Address(top),
            Address(rows.Measures),
            gradients is null ? 0 : Address(gradients),
            rows.Measures.stride(0),
            rows.FirstEntry
        );

    private static nint Address(Tensor tensor) => (nint)StableAbi.DataPointer(tensor);
}

/// <summary>By libtorch's operators: in float64, on other devices, and in dtypes that the kernels do not read.</summary>
internal sealed class OperatorLogitChunks(LogProbabilityCall call) : LogitChunks(call)
{
    /// <inheritdoc/>
    internal override void Measure(Tensor logits, Tensor? reference, TileRows rows, Tensor top)
    {
        using var scope = NewDisposeScope();
        void Write(TokenMeasure measure, Tensor values) => rows.Measures.select(0, (long)measure).copy_(values);
        var mapped = Mapped(logits, Call.Map);
        var normaliser = mapped.logsumexp(-1);
        var logP = mapped - normaliser.unsqueeze(1);
        var p = logP.exp();
        var (columns, isHere) = Columns(logits, rows);
        var atTarget = logP.gather(1, columns).squeeze(1);
        using var absent = double.NegativeInfinity.ToScalar();
        Write(TokenMeasure.LogProbability, where(isHere, atTarget, full_like(atTarget, absent)));
        Write(TokenMeasure.LogNormaliser, normaliser);
        Write(TokenMeasure.Entropy, -(p * logP).sum(dim: -1));
        Write(TokenMeasure.LogSumSquares, (p * p).sum(dim: -1).log());
        // Of the raw logits: a soft cap can make two of them equal.
        top.copy_(logits.argmax(-1).Plus(rows.FirstEntry));
        Write(TokenMeasure.Largest, logits.amax([-1]));
        if (reference is not null)
        {
            var other = Mapped(reference, Call.ReferenceMap);
            var otherNormaliser = other.logsumexp(-1);
            Write(TokenMeasure.ReferenceLogNormaliser, otherNormaliser);
            Write(TokenMeasure.Divergence, (p * (logP - (other - otherNormaliser.unsqueeze(1)))).sum(dim: -1));
        }
    }

    /// <inheritdoc/>
    internal override void WriteGradient(Tensor logits, Tensor? reference, TileRows rows, Tensor gradients)
    {
        using var scope = NewDisposeScope();
        Tensor Read(TokenMeasure measure) => rows.Measures.select(0, (long)measure).unsqueeze(1);
        Tensor Gradient(int index) => gradients.select(0, index).unsqueeze(1);
        var mapped = Mapped(logits, Call.Map);
        var logP = mapped - Read(TokenMeasure.LogNormaliser);
        var factor = -Gradient(0) - (Gradient(1) * (logP + Read(TokenMeasure.Entropy)));
        if (reference is not null)
        {
            var logQ = Mapped(reference, Call.ReferenceMap) - Read(TokenMeasure.ReferenceLogNormaliser);
            factor += Gradient(2) * (logP - logQ - Read(TokenMeasure.Divergence));
        }

        var dropped = Call.CapsWhatIsDropped ? KeptEntries.Drops(logits) : null;
        var result = logP.exp_().mul_(factor);
        var (columns, isHere) = Columns(logits, rows);
        result.scatter_add_(1, columns, Gradient(0) * isHere.unsqueeze(1).to(result.dtype));
        result = result.Times(Call.Map.Scale);
        if (Call.Map.Cap is { } cap)
        {
            var share = mapped.Over(cap * Call.Map.Scale);
            result *= (share * share).neg_().Plus(1);
        }

        if (dropped is not null)
        {
            // The slope of the cap at what was dropped is no number.
            using var none = 0.0.ToScalar();
            result.masked_fill_(dropped, none);
        }

        logits.copy_(result);
    }

    // The column of each row's target, [rows, 1], and whether the tile holds it, [rows]; some column where it does not.
    private static (Tensor Columns, Tensor IsHere) Columns(Tensor logits, TileRows rows)
    {
        using var none = 0L.ToScalar();
        using var last = (logits.shape[1] - 1).ToScalar();
        var local = rows.Targets.Plus(-rows.FirstEntry);
        var columns = local.clamp(none, last);
        return (columns.unsqueeze(1), local.eq(columns));
    }

    private Tensor Mapped(Tensor logits, LogitMap map)
    {
        var mapped = FusedLayers.SoftCapped(FusedLayers.Wide(logits), map.Cap).Times(map.Scale);
        return Call.CapsWhatIsDropped ? KeptEntries.DropAgain(logits, mapped) : mapped;
    }
}
