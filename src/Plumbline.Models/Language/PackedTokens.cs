using Plumbline.Torch.Functions;

namespace Plumbline.Models.Language;

/// <summary>
/// Sequences laid end to end without padding. Attention never crosses from one into another, but for prompts that several sequences share: a prompt stands once,
/// what follows it in each sequence stands after it, and each of these sees the prompt and itself, none of the others.
/// </summary>
public sealed class PackedTokens
{
    /// <summary>Lays out <paramref name="ids"/>, cut into sequences of the given lengths.</summary>
    /// <param name="ids">All tokens, sequence after sequence.</param>
    /// <param name="lengths">Tokens of each sequence, each at least 1; they sum to the number of ids.</param>
    /// <exception cref="ArgumentException">A length is below 1 or the sum differs.</exception>
    public PackedTokens(int[] ids, int[] lengths)
        : this(ids, EndToEnd(lengths)) { }

    /// <summary>Lays out <paramref name="ids"/>, cut into spans.</summary>
    /// <param name="ids">All tokens, span after span.</param>
    /// <param name="spans">One after the other; a prompt is a span without a prompt of its own that stands before those that see it.</param>
    /// <exception cref="ArgumentException">The spans do not cover the ids, or name a prompt that is none.</exception>
    public PackedTokens(int[] ids, IReadOnlyList<AttentionSpan> spans)
    {
        ThrowIfMisfit(ids.Length, spans);
        (Ids, Spans) = (ids, spans);
    }

    /// <summary>All tokens, span after span.</summary>
    public int[] Ids { get; }

    /// <summary>Who sees whom, in the order of the tokens.</summary>
    public IReadOnlyList<AttentionSpan> Spans { get; }

    /// <summary>Tokens of each span.</summary>
    public int[] Lengths => [.. Spans.Select(span => span.Length)];

    /// <summary>Tokens in all.</summary>
    public int Count => Ids.Length;

    /// <summary>Packs sequences in order.</summary>
    public static PackedTokens Of(IReadOnlyList<int[]> sequences) =>
        new([.. sequences.SelectMany(ids => ids)], [.. sequences.Select(ids => ids.Length)]);

    /// <summary>Where each token stands in its sequence, prompt included, and how long that sequence is: the longest, for a token that several share.</summary>
    internal (long[] Positions, long[] SequenceLengths) Places()
    {
        var (positions, lengths) = (new long[Count], new long[Count]);
        foreach (var span in Spans)
        {
            for (var i = 0; i < span.Length; i++)
            {
                positions[span.Start + i] = span.PromptLength + i;
            }

            lengths.AsSpan(span.Start, span.Length).Fill(span.Keys);
            var prompt = lengths.AsSpan(span.PromptStart, span.PromptLength);
            if (prompt.Length > 0 && prompt[0] < span.Keys)
            {
                prompt.Fill(span.Keys);
            }
        }

        return (positions, lengths);
    }

    private static AttentionSpan[] EndToEnd(int[] lengths)
    {
        var start = 0;
        var spans = new AttentionSpan[lengths.Length];
        for (var i = 0; i < lengths.Length; i++)
        {
            spans[i] = new AttentionSpan(start, lengths[i]);
            start += lengths[i];
        }

        return spans;
    }

    private static void ThrowIfMisfit(int count, IReadOnlyList<AttentionSpan> spans)
    {
        var prompts = new Dictionary<int, int>();
        var end = 0L;
        foreach (var span in spans)
        {
            if (span.Start != end || span.Length < 1)
            {
                throw new ArgumentException($"Spans must be positive and follow each other: {span} stands after row {end}.");
            }

            if (span.PromptLength == 0)
            {
                prompts.Add(span.Start, span.Length);
            }
            else if (prompts.GetValueOrDefault(span.PromptStart) != span.PromptLength)
            {
                throw new ArgumentException($"{span} names a prompt that is no span before it.");
            }

            end += span.Length;
        }

        if (spans.Count == 0 || end != count)
        {
            throw new ArgumentException(
                $"Lengths [{string.Join(", ", spans.Select(span => span.Length))}] must be positive and sum to the {count} ids."
            );
        }
    }
}
