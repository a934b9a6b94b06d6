using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>
/// Causal attention inside each of the packed sequences, which may share prompts. Sequences of like length are attended in one batch, the shorter ones filled up with zeros behind their
/// last token, where no token of theirs looks; only attention sees the filling, all other layers work on the packed tokens. No sequence can see another.
/// </summary>
internal sealed class PackedAttention : IAttention
{
    // A sequence joins a batch whose longest is at most a third longer: at most this share of the batch is filling.
    private const double ShortestShare = 0.75;

    private readonly DecoderConfig config;
    private readonly IReadOnlyList<AttentionSpan>? spans;
    private readonly bool uniform;
    private readonly (int[] Rows, int Sequences)[] batches;
    private readonly int[] back;

    /// <param name="config">The heads in a row, and each layer's rule.</param>
    /// <param name="spans">Who sees whom.</param>
    internal PackedAttention(DecoderConfig config, IReadOnlyList<AttentionSpan> spans)
    {
        this.config = config;
        if (spans.Any(span => span.PromptLength > 0))
        {
            this.spans = spans;
            (batches, back) = ([], []);
            return;
        }

        int[] lengths = [.. spans.Select(span => span.Length)];
        uniform = Array.TrueForAll(lengths, length => length == lengths[0]);
        batches = uniform ? [([], lengths.Length)] : Batches(lengths);
        back = uniform ? [] : Inverse(batches, lengths.Sum());
    }

    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor rows)
    {
        var (layout, rule) = (config.Layout, config.AttentionOf(layer));
        if (spans is not null)
        {
            return AttendSpans(rows, layout, rule);
        }

        if (uniform)
        {
            return FusedLayers.CausalAttention(rows, layout, batches[0].Sequences, rule);
        }

        var attended = Array.ConvertAll(
            batches,
            batch => FusedLayers.CausalAttention(FusedLayers.GatherRows(rows, batch.Rows), layout, batch.Sequences, rule)
        );
        return FusedLayers.GatherRows(attended.Length == 1 ? attended[0] : cat(attended), back);
    }

    private Tensor AttendSpans(Tensor rows, HeadLayout layout, AttentionRule rule)
    {
        var parts = rows.split([layout.QuerySize, layout.KeyValueSize, layout.KeyValueSize], -1);
        Tensor Heads(Tensor part) => part.view(1, part.shape[0], -1, layout.HeadSize).transpose(1, 2);
        Tensor Seen(Tensor part, AttentionSpan span) =>
            Heads(
                span.PromptLength == 0
                    ? part.narrow(0, span.Start, span.Length)
                    : cat([part.narrow(0, span.PromptStart, span.PromptLength), part.narrow(0, span.Start, span.Length)])
            );
        return cat([
            .. spans!.Select(span =>
                FusedLayers
                    .ContinuedAttention(
                        Heads(parts[0].narrow(0, span.Start, span.Length)),
                        Seen(parts[1], span),
                        Seen(parts[2], span),
                        rule
                    )
                    .transpose(1, 2)
                    .reshape(span.Length, layout.QuerySize)
            ),
        ]);
    }

    private static (int[] Rows, int Sequences)[] Batches(int[] lengths)
    {
        var starts = new int[lengths.Length];
        for (var i = 1; i < lengths.Length; i++)
        {
            starts[i] = starts[i - 1] + lengths[i - 1];
        }

        var result = new List<(int[], int)>();
        var members = new List<int>();
        foreach (var sequence in Enumerable.Range(0, lengths.Length).OrderByDescending(i => lengths[i]).ThenBy(i => i))
        {
            if (members.Count > 0 && lengths[sequence] < ShortestShare * lengths[members[0]])
            {
                result.Add(Filled(members, starts, lengths));
                members.Clear();
            }

            members.Add(sequence);
        }

        result.Add(Filled(members, starts, lengths));
        return [.. result];
    }

    private static (int[] Rows, int Sequences) Filled(List<int> members, int[] starts, int[] lengths)
    {
        var time = lengths[members[0]];
        var rows = new int[members.Count * time];
        Array.Fill(rows, -1);
        for (var i = 0; i < members.Count; i++)
        {
            for (var t = 0; t < lengths[members[i]]; t++)
            {
                rows[(i * time) + t] = starts[members[i]] + t;
            }
        }

        return (rows, members.Count);
    }

    private static int[] Inverse((int[] Rows, int Sequences)[] batches, int tokens)
    {
        var inverse = new int[tokens];
        var at = 0;
        foreach (var row in batches.SelectMany(batch => batch.Rows))
        {
            if (row >= 0)
            {
                inverse[row] = at;
            }

            at++;
        }

        return inverse;
    }
}
