namespace Plumbline.Torch.Functions;

/// <summary>Who sees whom in a packing, and in which batches it is computed: made once per pass, used by all its layers.</summary>
public sealed class AttentionPlan
{
    private AttentionPlan(IReadOnlyList<AttentionSpan> spans)
    {
        Spans = spans;
        Tokens = spans.Sum(span => span.Length);
        SharesPrompts = spans.Any(span => span.PromptLength > 0);
        Batches = AttentionBatch.Of(spans);
    }

    /// <summary>The spans, in the order of the rows.</summary>
    public IReadOnlyList<AttentionSpan> Spans { get; }

    /// <summary>Rows in all.</summary>
    public int Tokens { get; }

    /// <summary>Whether some span sees a prompt, whose keys then collect gradients from several spans.</summary>
    internal bool SharesPrompts { get; }

    /// <summary>The batches, in a fixed order.</summary>
    internal IReadOnlyList<AttentionBatch> Batches { get; }

    /// <summary>A plan for spans that lie end to end.</summary>
    /// <param name="spans">In the order of the rows; a prompt is a span without a prompt of its own that stands before those that see it.</param>
    /// <exception cref="ArgumentException">The spans leave a gap, are empty, or name a prompt that does not end before them.</exception>
    public static AttentionPlan Of(IReadOnlyList<AttentionSpan> spans)
    {
        var end = 0;
        foreach (var span in spans)
        {
            if (span.Start != end || span.Length < 1)
            {
                throw new ArgumentException($"Spans must be positive and follow each other: {span} stands after row {end}.", nameof(spans));
            }

            if (span.PromptStart < 0 || span.PromptLength < 0 || span.PromptStart + span.PromptLength > span.Start)
            {
                throw new ArgumentException($"The prompt of {span} does not end before it.", nameof(spans));
            }

            end += span.Length;
        }

        return end > 0 ? new AttentionPlan(spans) : throw new ArgumentException("There is no span.", nameof(spans));
    }
}
