using Plumbline.Models.Language;
using Plumbline.Torch.Functions;

namespace Plumbline.Models.Scoring;

/// <summary>Sequences that are computed side by side, what they begin with once.</summary>
/// <param name="Sequences">At least one.</param>
/// <param name="Shared">Tokens that all of them begin with and that stand once, none of them a continuation's; 0 where nothing is shared.</param>
internal sealed record ScoredGroup(IReadOnlyList<ScoredSequence> Sequences, int Shared)
{
    /// <summary>Tokens to compute.</summary>
    internal int Tokens => Shared + Sequences.Sum(sequence => sequence.Ids.Length - Shared);

    /// <summary>Tokens of the longest sequence.</summary>
    internal int Longest => Sequences.Max(sequence => sequence.Ids.Length);

    /// <summary>Groups sequences after one prompt, the shorter first.</summary>
    /// <param name="decoder">Whether its rotations allow sharing.</param>
    /// <param name="sequences">At least one.</param>
    /// <param name="mostTokens">Tokens of a group at most; a longer sequence is a group by itself.</param>
    internal static IEnumerable<ScoredGroup> Of(Decoder decoder, IReadOnlyList<ScoredSequence> sequences, int mostTokens)
    {
        var common = sequences[0].Ids.AsSpan(0, sequences.Min(sequence => sequence.First));
        foreach (var sequence in sequences)
        {
            common = common[..common.CommonPrefixLength(sequence.Ids)];
        }

        var shared =
            sequences.Count > 1 && decoder.MayShareBeginning([.. sequences.Select(sequence => sequence.Ids.Length)]) ? common.Length : 0;
        return shared == 0
            ? sequences.Select(sequence => new ScoredGroup([sequence], 0))
            : Cut([.. sequences.OrderBy(sequence => sequence.Ids.Length)], shared, mostTokens);
    }

    /// <summary>Lays the group out behind what is there.</summary>
    /// <param name="ids">Receives its tokens.</param>
    /// <param name="spans">Receives who sees whom.</param>
    /// <param name="rows">Receives, of each token of a continuation, the row that predicts it.</param>
    /// <param name="targets">Receives these tokens.</param>
    internal void AddTo(List<int> ids, List<AttentionSpan> spans, List<long> rows, List<long> targets)
    {
        var prompt = ids.Count;
        if (Shared > 0)
        {
            spans.Add(new AttentionSpan(prompt, Shared));
            ids.AddRange(Sequences[0].Ids.AsSpan(0, Shared));
        }

        foreach (var sequence in Sequences)
        {
            var start = ids.Count;
            spans.Add(new AttentionSpan(start, sequence.Ids.Length - Shared, Shared > 0 ? prompt : 0, Shared));
            ids.AddRange(sequence.Ids.AsSpan(Shared));
            for (var i = sequence.First; i < sequence.Ids.Length; i++)
            {
                rows.Add(i > Shared ? start + i - 1 - Shared : prompt + i - 1);
                targets.Add(sequence.Ids[i]);
            }
        }
    }

    private static IEnumerable<ScoredGroup> Cut(List<ScoredSequence> sequences, int shared, int mostTokens)
    {
        for (var at = 0; at < sequences.Count; )
        {
            var tokens = shared;
            var end = at;
            do
            {
                tokens += sequences[end++].Ids.Length - shared;
            } while (end < sequences.Count && tokens + sequences[end].Ids.Length - shared <= mostTokens);

            yield return new ScoredGroup(sequences[at..end], shared);
            at = end;
        }
    }
}
