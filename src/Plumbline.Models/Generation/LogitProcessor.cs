namespace Plumbline.Models.Generation;

/// <summary>
/// Changes a sequence's logits before the softmax: bias, penalties for what was already said, bans. Remembers the sequence only where an option asks for it.
/// </summary>
internal sealed class LogitProcessor
{
    private readonly SamplingOptions options;
    private readonly TokenBias[] biases;
    private readonly int[] banned;
    private readonly int[] ends;

    // Times each token was generated; 0 for tokens of the prompt alone. Null where no penalty is set.
    private readonly Dictionary<int, int>? counts;
    private int generated;

    /// <summary>A processor for the first new token after a prompt.</summary>
    internal LogitProcessor(SamplingOptions options, ReadOnlySpan<int> prompt)
    {
        this.options = options;
        (biases, banned, ends) = ([.. options.LogitBias], [.. options.BannedTokens], [.. options.EndTokens]);
        if (options.RepetitionPenalty == 1 && options.PresencePenalty == 0 && options.FrequencyPenalty == 0)
        {
            return;
        }

        counts = [];
        foreach (var token in options.RepetitionPenalty == 1 ? [] : prompt)
        {
            counts[token] = 0;
        }
    }

    private LogitProcessor(LogitProcessor other)
    {
        (options, biases, banned, ends, generated) = (other.options, other.biases, other.banned, other.ends, other.generated);
        counts = other.counts is null ? null : new(other.counts);
    }

    /// <summary>Whether <see cref="Process"/> would change anything.</summary>
    internal bool IsActive => counts is { Count: > 0 } || biases.Length > 0 || banned.Length > 0 || EndIsBanned;

    private bool EndIsBanned => generated < options.MinNewTokens && ends.Length > 0;

    /// <summary>A processor that goes on apart from this one.</summary>
    internal LogitProcessor Copy() => new(this);

    /// <summary>Notes a drawn token.</summary>
    internal void Accept(int token)
    {
        generated++;
        if (counts is not null)
        {
            counts[token] = counts.GetValueOrDefault(token) + 1;
        }
    }

    /// <summary>Changes the logits of the next token in place.</summary>
    internal void Process(Span<float> logits)
    {
        foreach (var (token, bias) in biases)
        {
            logits[token] += (float)bias;
        }

        if (counts is not null)
        {
            Penalise(logits, counts);
        }

        foreach (var token in banned)
        {
            logits[token] = float.NegativeInfinity;
        }

        foreach (var token in EndIsBanned ? ends : [])
        {
            logits[token] = float.NegativeInfinity;
        }
    }

    private void Penalise(Span<float> logits, Dictionary<int, int> counts)
    {
        var repetition = (float)options.RepetitionPenalty;
        foreach (var (token, count) in counts)
        {
            var score = logits[token];
            score = score < 0 ? score * repetition : score / repetition;
            logits[token] = count == 0 ? score : score - (float)((count * options.FrequencyPenalty) + options.PresencePenalty);
        }
    }
}
