using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using Plumbline.Training.Preferences;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Benchmarks.Preferences;

/// <summary>
/// The usual way: chosen and rejected sequences one below the other, padded on the right to the longest, an additive mask, scores over the vocabulary at every
/// position and their log-softmax in the same dtype, the reference a second forward pass without gradients. Its tensors belong to the scope it was made in.
/// </summary>
internal sealed class PaddedSide : PreferenceSide
{
    private readonly EagerDecoder policy;
    private readonly EagerDecoder reference;
    private readonly ScalarType compute;
    private readonly bool autocast;

    /// <summary>A side.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="dtype">The weights' dtype.</param>
    /// <param name="autocast">Whether fp32 weights are multiplied in bf16.</param>
    internal PaddedSide(DecoderConfig config, ScalarType dtype, bool autocast)
    {
        this.autocast = autocast;
        compute = autocast ? ScalarType.BFloat16 : dtype;
        policy = Copy(config, dtype);
        reference = Copy(config, dtype);
        foreach (var weight in reference.Weights.Values)
        {
            weight.requires_grad = false;
        }
    }

    /// <inheritdoc/>
    protected override IEnumerable<Tensor> Weights => policy.Weights.Values;

    /// <summary>Positions of one pass over a batch, padding included.</summary>
    internal static long Positions(IReadOnlyList<TokenizedPair> batch) => 2L * batch.Count * Longest(batch);

    /// <inheritdoc/>
    protected override void Differentiate(IReadOnlyList<TokenizedPair> batch)
    {
        using var scope = NewDisposeScope();
        Loss(batch).backward();
    }

    private Tensor Loss(IReadOnlyList<TokenizedPair> batch)
    {
        var sequences = batch.Select(pair => pair.Chosen).Concat(batch.Select(pair => pair.Rejected)).ToArray();
        var longest = Longest(batch);
        var ids = new long[sequences.Length * longest];
        var targets = new bool[ids.Length];
        for (var i = 0; i < sequences.Length; i++)
        {
            Array.ConvertAll(sequences[i].Ids, id => (long)id).CopyTo(ids, i * longest);
            sequences[i].IsTarget.CopyTo(targets, i * longest);
        }

        var shape = new long[] { sequences.Length, longest };
        var inputs = tensor(ids, shape);
        var isTarget = tensor(targets, shape).narrow(1, 1, longest - 1);
        var mask = Mask(sequences, longest);
        Tensor ofReference;
        using (no_grad())
        {
            ofReference = Sums(reference, inputs, isTarget, mask);
        }

        var margins = (Sums(policy, inputs, isTarget, mask) - ofReference).view(2, batch.Count);
        return -F.logsigmoid((margins.select(0, 0) - margins.select(0, 1)).Times(Beta)).mean();
    }

    // [sequences]: the log-probabilities of each answer's tokens, summed in float32.
    private Tensor Sums(EagerDecoder decoder, Tensor inputs, Tensor isTarget, Tensor mask)
    {
        using var half = autocast ? Autocast.To(ScalarType.BFloat16) : null;
        using var scope = NewDisposeScope();
        var time = inputs.shape[1];
        var logits = decoder.Logits(decoder.HiddenStates(inputs, mask).narrow(1, 0, time - 1));
        var next = inputs.narrow(1, 1, time - 1).unsqueeze(-1);
        var tokens = F.log_softmax(logits, -1).gather(-1, next).squeeze(-1).to(ScalarType.Float32);
        return (tokens * isTarget).sum(dim: 1).MoveToOuterDisposeScope();
    }

    // Added to the scores, [sequences, 1, time, time]: nobody sees what comes after, nor padding.
    private Tensor Mask(TokenizedExample[] sequences, int longest)
    {
        using var scope = NewDisposeScope();
        var lengths = tensor(sequences.Select(sequence => (long)sequence.Ids.Length).ToArray()).view(-1, 1, 1, 1);
        var places = arange(longest, dtype: ScalarType.Int64);
        var hidden = (places.view(1, 1, 1, -1) > places.view(1, 1, -1, 1)).logical_or(places.view(1, 1, 1, -1) >= lengths);
        return zeros(hidden.shape, compute).masked_fill_(hidden, float.NegativeInfinity).MoveToOuterDisposeScope();
    }

    private static int Longest(IReadOnlyList<TokenizedPair> batch) =>
        batch.Max(pair => Math.Max(pair.Chosen.Ids.Length, pair.Rejected.Ids.Length));

    private static EagerDecoder Copy(DecoderConfig config, ScalarType dtype)
    {
        using var source = Policy(config);
        return new EagerDecoder(source, dtype, config.MaxPositions);
    }
}
