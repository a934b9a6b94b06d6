using Plumbline.Randomness;

namespace Plumbline.Models.Generation;

/// <summary>One prompt to answer, once or several times. Told apart by identity.</summary>
public sealed class SamplingRequest
{
    /// <summary>Token ids, at least one.</summary>
    public required int[] Prompt { get; init; }

    /// <summary>How the tokens are drawn.</summary>
    public SamplingOptions Options { get; init; } = new();

    /// <summary>
    /// The seed of the draws. Each answer has a stream of its own, so its tokens do not depend on what else is sampled beside it, but for the rounding of the
    /// matrix multiplies.
    /// </summary>
    public required Seed Seed { get; init; }

    /// <summary>The stream of the first answer; the others follow. Requests that share a seed must not overlap, or they draw the same numbers.</summary>
    /// <value>0</value>
    public long FirstStream { get; init; }

    /// <summary>Answers to draw, each on its own; the prompt is computed once for all of them.</summary>
    /// <value>1</value>
    public int Answers { get; init; } = 1;

    /// <summary>
    /// Whether <see cref="SampledAnswer.Kept"/> is written down: whoever trains on the answers needs the distribution that each token was drawn from.
    /// </summary>
    /// <value>false</value>
    public bool RecordsKept { get; init; }

    internal RandomSource Stream(int answer) => Seed.Derive("sampling", FirstStream + answer).Source();
}

/// <summary>Why an answer ended.</summary>
public enum FinishReason
{
    /// <summary>One of the end tokens was drawn; it is the answer's last token.</summary>
    EndToken,

    /// <summary>The text came to hold a stop string.</summary>
    StopString,

    /// <summary>It has as many tokens as it may have: cut, not ended.</summary>
    Length,

    /// <summary>The request was cancelled: cut, not ended.</summary>
    Cancelled,
}

/// <summary>A token that a step drew.</summary>
/// <param name="Request">The request it belongs to.</param>
/// <param name="Answer">Which of the request's answers, from 0.</param>
/// <param name="Id">The token.</param>
/// <param name="LogProbability">As in <see cref="SampledAnswer.LogProbabilities"/>.</param>
/// <param name="UnfilteredLogProbability">As in <see cref="SampledAnswer.UnfilteredLogProbabilities"/>.</param>
/// <param name="FinishReason">Why the answer ends with this token; null while it goes on.</param>
/// <param name="Finished">The whole answer, with its last token; null while it goes on.</param>
public readonly record struct SampledToken(
    SamplingRequest Request,
    int Answer,
    int Id,
    double LogProbability,
    double UnfilteredLogProbability,
    FinishReason? FinishReason,
    SampledAnswer? Finished
);
