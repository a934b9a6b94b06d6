using Plumbline.Torch.Blocks;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>One call of <see cref="LogProbabilityFunction"/>: how it is cut, and what it writes beside its outputs.</summary>
/// <param name="Tiles">How the matrix of logits is cut.</param>
/// <param name="Dtype">In which the multiplies run.</param>
/// <param name="Map">From raw logits to the policy's.</param>
/// <param name="ReferenceMap">From raw logits to the reference's.</param>
/// <param name="Graph">Whether a backward pass may follow.</param>
/// <param name="Measures">[<see cref="TokenMeasure"/>, rows], written.</param>
/// <param name="Top">[rows], int64, written.</param>
internal sealed record LogProbabilityCall(
    LogitTiles Tiles,
    ScalarType Dtype,
    LogitMap Map,
    LogitMap ReferenceMap,
    bool Graph,
    Tensor Measures,
    Tensor Top
)
{
    /// <summary>The parameter whose <c>grad</c> the backward pass adds to; null where autograd gets the weight's gradient.</summary>
    internal Tensor? Parameter { get; init; }

    /// <summary>What a sampler's filters left of each row; null for everything.</summary>
    internal KeptEntries? Kept { get; init; }

    /// <summary>Whether a soft cap, which the kernels apply to every logit, would bring back what was dropped.</summary>
    internal bool CapsWhatIsDropped => Kept is not null && (Map.Cap ?? ReferenceMap.Cap) is not null;

    /// <summary>As <see cref="FusedLayers.LogProbabilities"/>.</summary>
    /// <param name="hidden">[rows, width].</param>
    /// <param name="weight">[vocabulary, width].</param>
    /// <param name="targets">[rows], int64.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="tiles">The cut; null for that of <see cref="LogitTiles.Of"/>.</param>
    internal static TokenScores Score(Tensor hidden, Tensor weight, Tensor targets, LogProbabilityOptions options, LogitTiles? tiles = null)
    {
        var reference = options.Reference;
        ThrowIfShapesMisfit(hidden, weight, targets, reference);
        var kept = options.Kept is { KeepsAll: false } filter ? filter : null;
        ThrowIfKeptMisfit(kept, targets);
        var (isDouble, rows) = (hidden.dtype == ScalarType.Float64, hidden.shape[0]);
        var call = new LogProbabilityCall(
            tiles ?? LogitTiles.Of(rows, weight.shape[0], weight.shape[1], reference is not null),
            isDouble ? hidden.dtype : Autocast.DtypeOn(hidden.device_type) ?? hidden.dtype,
            new LogitMap(options.LogitScale, options.SoftCap),
            new LogitMap(options.LogitScale, reference?.SoftCap),
            is_grad_enabled() && (hidden.requires_grad || weight.requires_grad),
            empty([Enum.GetValues<TokenMeasure>().Length, rows], isDouble ? ScalarType.Float64 : ScalarType.Float32, hidden.device),
            empty(rows, dtype: ScalarType.Int64, device: hidden.device)
        )
        {
            Parameter = options.AddsToWeightGradient && ParameterGradient.IsWritable(weight) ? weight : null,
            Kept = kept,
        };
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

    private static void ThrowIfKeptMisfit(KeptEntries? kept, Tensor targets)
    {
        if (kept is null)
        {
            return;
        }

        using var here = targets.cpu();
        if (kept.Count != targets.shape[0] || !kept.Hold(here.data<long>().ToArray()))
        {
            throw new ArgumentException(
                $"What was kept of the vocabulary is given for {kept.Count} rows, and there are {targets.shape[0]} targets; each must be among what its row keeps."
            );
        }
    }

    private static void ThrowIfShapesMisfit(Tensor hidden, Tensor weight, Tensor targets, ReferenceLogits? reference)
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
