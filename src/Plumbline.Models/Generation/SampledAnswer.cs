using Plumbline.Tokenization;

namespace Plumbline.Models.Generation;

/// <summary>One sampled answer, token by token as it was drawn: never encode its text again to train on it.</summary>
public sealed class SampledAnswer
{
    /// <summary>The request it answers.</summary>
    public required SamplingRequest Request { get; init; }

    /// <summary>Which of the request's answers, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The drawn tokens, end token and tokens of a stop string included.</summary>
    public required int[] Ids { get; init; }

    /// <summary>
    /// Per token, the log of the probability with which it was drawn, in nats: log(w / Σ w) with w = exp(z / temperature), z the logits after bias, penalties and
    /// bans, and the sum over the tokens that top-k, top-p and min-p left. 0 at temperature 0, which draws one token for certain.
    /// </summary>
    public required double[] LogProbabilities { get; init; }

    /// <summary>
    /// Per token, log softmax(logits)[token] in nats: the model's own log-probability over the whole vocabulary, at temperature 1, without bias, penalties, bans
    /// and filters. For an exact engine this is what training computes.
    /// </summary>
    public required double[] UnfilteredLogProbabilities { get; init; }

    /// <summary>
    /// Per token, what top-k, top-p and min-p left of the vocabulary when it was drawn, ascending; null for a token that was drawn from all of it. Null as a whole
    /// where nobody asked.
    /// </summary>
    public IReadOnlyList<int[]?>? Kept { get; init; }

    /// <summary>Why it ended.</summary>
    public required FinishReason FinishReason { get; init; }

    /// <summary>The stop string that ended it; null otherwise.</summary>
    public string? StopString { get; init; }

    /// <summary>Where the stop string begins in the decoded text, in UTF-16 units; the text ends before it. Null otherwise.</summary>
    public int? StopTextPosition { get; init; }

    /// <summary>The end token that ended it; null otherwise.</summary>
    public int? EndToken => FinishReason == FinishReason.EndToken ? Ids[^1] : null;

    /// <summary>Whether it was cut rather than ended.</summary>
    public bool IsTruncated => FinishReason is FinishReason.Length or FinishReason.Cancelled;

    /// <summary>The tokens without the end token.</summary>
    public ReadOnlySpan<int> ContentIds => Ids.AsSpan(0, EndToken is null ? Ids.Length : Ids.Length - 1);

    /// <summary>The text, without special tokens, up to the stop string.</summary>
    /// <param name="tokenizer">The model's.</param>
    public string Text(Tokenizer tokenizer)
    {
        var text = tokenizer.Decode(ContentIds);
        return StopTextPosition is { } end ? text[..end] : text;
    }
}
