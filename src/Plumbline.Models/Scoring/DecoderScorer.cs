using Plumbline.Models.Language;
using Plumbline.Scoring;
using Plumbline.Tokenization;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Scoring;

/// <summary>
/// Scores continuations with a local model, many in one packed pass: log p(continuation | prompt) token by token, by the engine that training uses. Continuations of one
/// <see cref="TokenText"/> object share its rows. Calls from several threads wait for each other.
/// </summary>
public sealed class DecoderScorer : IScorer
{
    private readonly Decoder decoder;
    private readonly Tokenizer? tokenizer;
    private readonly int tokensPerPass;
    private readonly Lock gate = new();

    /// <summary>A scorer over a model.</summary>
    /// <param name="decoder">The model; not owned, and not used by anybody else while a call runs.</param>
    /// <param name="tokenizer">Needed for requests in text; null where only tokens come.</param>
    /// <param name="tokensPerPass">Tokens computed at a time; bounds the memory. A longer request has a pass to itself.</param>
    public DecoderScorer(Decoder decoder, Tokenizer? tokenizer = null, int tokensPerPass = 8192)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokensPerPass, 1);
        (this.decoder, this.tokenizer, this.tokensPerPass) = (decoder, tokenizer, tokensPerPass);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">A request is empty, of mixed kinds, or in text without a tokenizer.</exception>
    /// <exception cref="ContextExceededException">A request is longer than the model.</exception>
    public Task<IReadOnlyList<ContinuationScore>> ScoreAsync(
        IReadOnlyList<ScoringRequest> requests,
        CancellationToken cancellation = default
    ) => Task.Run(() => Score(requests, cancellation), cancellation);

    /// <summary>As <see cref="ScoreAsync"/>, on the caller's thread.</summary>
    /// <param name="requests">Prompts with continuations.</param>
    /// <param name="cancellation">Polled between passes.</param>
    public IReadOnlyList<ContinuationScore> Score(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellation = default)
    {
        var groups = requests
            .Select((request, index) => ScoredSequence.Of(request, index, tokenizer))
            .GroupBy(sequence => requests[sequence.Index].Prompt, ReferenceEqualityComparer.Instance)
            .SelectMany(sharing => ScoredGroup.Of(decoder, [.. sharing], tokensPerPass))
            // Attention batches sequences of like length.
            .OrderBy(group => group.Longest)
            .ToList();
        var scores = new ContinuationScore[requests.Count];
        lock (gate)
        {
            for (var at = 0; at < groups.Count; )
            {
                cancellation.ThrowIfCancellationRequested();
                var pass = new List<ScoredGroup>();
                for (var tokens = 0; at < groups.Count; at++)
                {
                    tokens += groups[at].Tokens;
                    if (pass.Count > 0 && tokens > tokensPerPass)
                    {
                        break;
                    }

                    pass.Add(groups[at]);
                }

                Score(pass, scores);
            }
        }

        return scores;
    }

    private void Score(List<ScoredGroup> groups, ContinuationScore[] scores)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var (ids, spans) = (new List<int>(), new List<AttentionSpan>());
        var (rows, targets) = (new List<long>(), new List<long>());
        foreach (var group in groups)
        {
            group.AddTo(ids, spans, rows, targets);
        }

        var pass = groups.SelectMany(group => group.Sequences);
        var hidden = decoder.HiddenStates(new PackedTokens([.. ids], spans));
        var selected = hidden.index_select(0, tensor(rows.ToArray(), device: decoder.Device));
        var logProbabilities = decoder.LogProbabilities(selected, tensor(targets.ToArray(), device: decoder.Device)).LogProbabilities;
        var values = logProbabilities.to(ScalarType.Float32).cpu().data<float>().ToArray();
        var at = 0;
        foreach (var sequence in pass)
        {
            var count = sequence.Ids.Length - sequence.First;
            scores[sequence.Index] = new ContinuationScore(
                [.. values.AsSpan(at, count).ToArray().Select(value => (double)value)],
                sequence.Ids[sequence.First..]
            );
            at += count;
        }
    }
}
