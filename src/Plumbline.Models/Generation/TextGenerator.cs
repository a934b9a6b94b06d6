using System.Runtime.InteropServices;
using Plumbline.Configuration;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using static TorchSharp.torch;

namespace Plumbline.Models.Generation;

/// <summary>
/// Answers prompts with a decoder: the prompts in one packed pass, then one token per sequence and step over cached keys and values. Every prompt draws from a
/// stream of its own, so an answer does not depend on what else is in the batch, but for the rounding of the matrix multiplies.
/// </summary>
/// <param name="decoder">The model; not owned.</param>
public sealed class TextGenerator(Decoder decoder)
{
    /// <summary>One answer to each prompt, in order.</summary>
    /// <param name="prompts">Token ids, each at least one.</param>
    /// <param name="endTokens">Tokens that end an answer.</param>
    /// <param name="options">How to sample.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="finished">Called with the number of answers finished so far.</param>
    /// <param name="cancellation">Polled between steps.</param>
    /// <exception cref="InvalidInputException">An option is out of range, a prompt is empty, or prompt and answer exceed the model's positions.</exception>
    public IReadOnlyList<GeneratedTokens> Generate(
        IReadOnlyList<int[]> prompts,
        IReadOnlyCollection<int> endTokens,
        GenerationOptions options,
        Seed seed,
        Action<int>? finished = null,
        CancellationToken cancellation = default
    )
    {
        OptionsValidation.ThrowIfInvalid(options);
        if (prompts.Any(prompt => prompt.Length == 0))
        {
            throw new InvalidInputException("A prompt has no tokens.", "Give every prompt at least one token (a start token will do).");
        }

        var answers = new GeneratedTokens[prompts.Count];
        var done = 0;
        // Prompts of like length share a batch: less of the cache is hidden.
        var byLength = Enumerable.Range(0, prompts.Count).OrderBy(i => prompts[i].Length).ToArray();
        foreach (var batch in byLength.Chunk(options.BatchSize))
        {
            new Batch(decoder, prompts, batch, endTokens, options, seed, answers).Run(cancellation);
            done += batch.Length;
            finished?.Invoke(done);
        }

        return answers;
    }

    private sealed class Batch(
        Decoder decoder,
        IReadOnlyList<int[]> prompts,
        int[] members,
        IReadOnlyCollection<int> endTokens,
        GenerationOptions options,
        Seed seed,
        GeneratedTokens[] answers
    )
    {
        private readonly List<int>[] drawn = [.. members.Select(_ => new List<int>())];
        private readonly RandomSource[] streams = [.. members.Select(member => seed.Derive("sampling", member).Source())];
        private readonly TokenSampler sampler = new(options, decoder.Config.VocabularySize);

        // The rows of the cache, as indices into members.
        private int[] active = [.. Enumerable.Range(0, members.Length)];

        internal void Run(CancellationToken cancellation)
        {
            using var noGradients = no_grad();
            using var inference = inference_mode();
            var tokens = PackedTokens.Of([.. members.Select(member => prompts[member])]);
            using var cache = new KeyValueCache(decoder.Config, tokens.Lengths, options.MaxNewTokens - 1, decoder.Device);
            var next = Sample(() => LastHidden(tokens, cache));
            for (var step = 1; active.Length > 0; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                Drop(next, cache, last: step == options.MaxNewTokens);
                if (active.Length == 0)
                {
                    break;
                }

                var ids = Array.ConvertAll(active, row => drawn[row][^1]);
                var positions = Array.ConvertAll(active, row => (long)prompts[members[row]].Length + drawn[row].Count - 1);
                cache.Advance();
                next = Sample(() => decoder.HiddenStates(ids, positions, new CachedAttention(cache)));
            }
        }

        private Tensor LastHidden(PackedTokens tokens, KeyValueCache cache)
        {
            var positions = tokens.Lengths.SelectMany(length => Enumerable.Range(0, length)).Select(position => (long)position).ToArray();
            var attention = new PromptAttention(new PackedCausalAttention(decoder.Config, tokens.Lengths), cache, tokens.Lengths);
            var hidden = decoder.HiddenStates(tokens.Ids, positions, attention);
            var last = new long[tokens.Lengths.Length];
            var end = 0L;
            for (var i = 0; i < last.Length; i++)
            {
                end += tokens.Lengths[i];
                last[i] = end - 1;
            }

            return hidden.index_select(0, tensor(last, device: decoder.Device));
        }

        // One drawn token per active row.
        private int[] Sample(Func<Tensor> hidden)
        {
            using var scope = NewDisposeScope();
            var logits = decoder.Logits(hidden()).to(ScalarType.Float32).cpu();
            var values = MemoryMarshal.Cast<byte, float>(logits.contiguous().bytes);
            var vocabulary = decoder.Config.VocabularySize;
            var ids = new int[active.Length];
            for (var row = 0; row < ids.Length; row++)
            {
                ids[row] = sampler.Sample(values.Slice(row * vocabulary, vocabulary), streams[active[row]]);
            }

            return ids;
        }

        // Notes the drawn tokens, and takes finished rows out of the batch and the cache.
        private void Drop(int[] next, KeyValueCache cache, bool last)
        {
            var kept = new List<int>();
            for (var i = 0; i < active.Length; i++)
            {
                var row = active[i];
                var ended = endTokens.Contains(next[i]);
                if (!ended)
                {
                    drawn[row].Add(next[i]);
                }

                if (ended || last)
                {
                    answers[members[row]] = new GeneratedTokens([.. drawn[row]], ended);
                }
                else
                {
                    kept.Add(i);
                }
            }

            if (kept.Count < active.Length)
            {
                cache.Keep([.. kept]);
                active = [.. kept.Select(i => active[i])];
            }
        }
    }
}
