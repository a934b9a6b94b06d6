using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>
/// Causal attention inside each of the packed sequences. Sequences of like length are attended in one batch, the shorter ones filled up with zeros behind their
/// last token, where no token of theirs looks; only attention sees the filling, all other layers work on the packed tokens. No sequence can see another.
/// </summary>
internal sealed class PackedCausalAttention : IAttention
{
    // A sequence joins a batch whose longest is at most a third longer: at most this share of the batch is filling.
    private const double ShortestShare = 0.75;

    private readonly DecoderConfig config;
    private readonly bool uniform;
    private readonly (int[] Rows, int Sequences)[] batches;
    private readonly int[] back;

    /// <param name="config">The heads in a row, and each layer's rule.</param>
    /// <param name="lengths">Tokens of each sequence.</param>
    internal PackedCausalAttention(DecoderConfig config, int[] lengths)
    {
        this.config = config;
        uniform = Array.TrueForAll(lengths, length => length == lengths[0]);
        batches = uniform ? [([], lengths.Length)] : Batches(lengths);
        back = uniform ? [] : Inverse(batches, lengths.Sum());
    }

    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor rows)
    {
        var (layout, rule) = (config.Layout, config.AttentionOf(layer));
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
