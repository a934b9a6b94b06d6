using System.Runtime.InteropServices;
using Plumbline.Configuration;
using Plumbline.Tokenization;

namespace Plumbline.Models.Generation;

/// <summary>
/// Answers prompts with continuous batching (Orca, OSDI 2022): a finished answer leaves at once and a waiting request takes its place, long prompts are computed
/// chunk by chunk between the steps of running answers, and several answers of one prompt are forked from one computed prompt. Not thread-safe.
/// </summary>
/// <remarks>
/// A request enters when its prompt and all tokens it may grow by fit, in the order of arrival, so the engine is never over-committed and nobody waits for ever.
/// After an exception in <see cref="Step"/> or <see cref="Generate"/> all requests are forgotten and the sampler can be used anew.
/// </remarks>
public sealed class Sampler
{
    private readonly IDecodeEngine engine;
    private readonly SamplerOptions options;
    private readonly Tokenizer? tokenizer;
    private readonly SequenceSchedule schedule;
    private readonly RowDraws draws;
    private readonly List<AnswerInProgress> stepped = [];
    private readonly Dictionary<SamplingRequest, int> unfinished = new(ReferenceEqualityComparer.Instance);
    private readonly int[] slots;
    private readonly int[] tokens;
    private readonly List<SampledToken> events = [];

    /// <summary>A sampler over an engine.</summary>
    /// <param name="engine">Not owned; no slot may be in use, and nobody else may use it meanwhile.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="tokenizer">Needed for stop strings only.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public Sampler(IDecodeEngine engine, SamplerOptions? options = null, Tokenizer? tokenizer = null)
    {
        (this.engine, this.tokenizer) = (engine, tokenizer);
        this.options = OptionsValidation.ThrowIfInvalid(options ?? new SamplerOptions());
        schedule = new SequenceSchedule(engine);
        // As many as libtorch has.
        var threads = TorchSharp.torch.get_num_threads();
        draws = new RowDraws(engine.VocabularySize, engine.Slots, threads);
        (slots, tokens) = (new int[engine.Slots], new int[engine.Slots]);
        var bytes = engine.MemoryBytes + RowDraws.BytesFor(engine.VocabularySize, threads);
        Plan = new SamplerPlan(engine.Slots, engine.SequenceCapacity, engine.TokenCapacity, bytes);
    }

    /// <summary>What is held at most, whatever is asked.</summary>
    public SamplerPlan Plan { get; }

    /// <summary>Whether a request waits or runs.</summary>
    public bool HasWork => unfinished.Count > 0;

    /// <summary>Puts a request into the queue.</summary>
    /// <param name="request">Each object at most once at a time.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range, the prompt is empty or longer than fits with its answer, or a token is outside the vocabulary.
    /// </exception>
    /// <exception cref="InvalidOperationException">The request is in here already, or has stop strings and the sampler no tokenizer.</exception>
    public void Add(SamplingRequest request)
    {
        if (request.Options.StopStrings.Count > 0 && tokenizer is null)
        {
            throw new InvalidOperationException("Stop strings are looked for in the decoded text: give the sampler the model's tokenizer.");
        }

        RequestValidation.ThrowIfUnfit(request, engine, schedule.SequenceTokens(request));
        if (!unfinished.TryAdd(request, request.Answers))
        {
            throw new InvalidOperationException("The request is being sampled already: make another object of it.");
        }

        schedule.Enqueue(request);
    }

    /// <summary>One token for every running answer; then waiting requests enter as they fit, and a chunk of their prompts is computed.</summary>
    /// <returns>The drawn tokens, at most one for each answer; valid until the next call.</returns>
    /// <exception cref="InvalidInputException">The model's scores are not numbers, or a request bans every token.</exception>
    public IReadOnlyList<SampledToken> Step()
    {
        events.Clear();
        try
        {
            Decode();
            schedule.Fill();
            Prefill();
            schedule.StartComputed();
        }
        catch
        {
            Abandon();
            throw;
        }

        return events;
    }

    /// <summary>Takes a request out, whether it waits or runs.</summary>
    /// <param name="request">One that was added; nothing happens where it has finished.</param>
    /// <returns>Its unfinished answers as far as they came, without tokens where they had not begun; in order.</returns>
    public IReadOnlyList<SampledAnswer> Cancel(SamplingRequest request)
    {
        if (!unfinished.Remove(request))
        {
            return [];
        }

        var (begun, unbegun) = schedule.Remove(request);
        return
        [
            .. begun
                .Concat(unbegun.SelectMany(group => group.NewAnswers(tokenizer)))
                .Select(answer => answer.Finish(FinishReason.Cancelled))
                .OrderBy(answer => answer.Index),
        ];
    }

    /// <summary>Answers requests to the end.</summary>
    /// <param name="requests">Any number.</param>
    /// <param name="progress">Called after every step.</param>
    /// <param name="cancellation">Polled between steps.</param>
    /// <returns>All answers of the first request, then those of the second, and so on.</returns>
    /// <exception cref="InvalidInputException">As for <see cref="Add"/> (before anything is computed) and <see cref="Step"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Other requests are in here.</exception>
    public IReadOnlyList<SampledAnswer> Generate(
        IReadOnlyList<SamplingRequest> requests,
        Action<SamplingProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        if (HasWork)
        {
            throw new InvalidOperationException("The sampler has requests in it: finish or cancel them first.");
        }

        try
        {
            return Run(requests, progress, cancellation);
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    private SampledAnswer[] Run(IReadOnlyList<SamplingRequest> requests, Action<SamplingProgress>? progress, CancellationToken cancellation)
    {
        var first = new Dictionary<SamplingRequest, int>(ReferenceEqualityComparer.Instance);
        var count = 0;
        foreach (var request in requests)
        {
            Add(request);
            first.Add(request, count);
            count += request.Answers;
        }

        var answers = new SampledAnswer[count];
        var state = new SamplingProgress(0, count, 0);
        while (HasWork)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var drawn in Step())
            {
                if (drawn.Finished is { } answer)
                {
                    answers[first[answer.Request] + answer.Index] = answer;
                }
            }

            var finished = events.Count(drawn => drawn.Finished is not null);
            state = state with { Tokens = state.Tokens + events.Count, Finished = state.Finished + finished };
            progress?.Invoke(state);
        }

        return answers;
    }

    private void Decode()
    {
        stepped.Clear();
        for (var slot = 0; slot < engine.Slots; slot++)
        {
            if (schedule.Running[slot] is { } answer)
            {
                (slots[stepped.Count], tokens[stepped.Count]) = (slot, answer.LastToken);
                stepped.Add(answer);
            }
        }

        if (stepped.Count == 0)
        {
            return;
        }

        var drawn = draws.Draw(engine.Step(slots.AsSpan(0, stepped.Count), tokens.AsSpan(0, stepped.Count)), stepped);
        for (var row = 0; row < drawn.Length; row++)
        {
            if (!GoesOn(stepped[row], drawn[row]))
            {
                schedule.Leave(slots[row]);
            }
        }
    }

    // Computes prompts, oldest first, and draws the first token of every answer whose prompt is complete.
    private void Prefill()
    {
        var left = options.PrefillChunk;
        foreach (var group in schedule.Admitted)
        {
            if (left == 0 || group.IsPrefilled)
            {
                continue;
            }

            var prompt = group.Request.Prompt.AsSpan(group.Prefilled);
            var count = Math.Min(left, prompt.Length);
            var logits = engine.Append(group.PromptSlot, prompt[..count]);
            group.Prefilled += count;
            left -= count;
            if (group.IsPrefilled)
            {
                Begin(group, logits);
            }
        }
    }

    private void Begin(SequenceGroup group, ReadOnlySpan<float> logits)
    {
        // Nothing is said yet, so all answers draw from one distribution.
        var answers = group.NewAnswers(tokenizer);
        draws.Own.Set(logits, group.Request.Options, answers[0].Processor);
        foreach (var answer in answers)
        {
            if (GoesOn(answer, answer.Draw(draws.Own)))
            {
                group.Waiting.Enqueue(answer);
            }
        }
    }

    private bool GoesOn(AnswerInProgress answer, DrawnToken token)
    {
        var drawn = answer.Accept(token);
        events.Add(drawn);
        if (drawn.Finished is null)
        {
            return true;
        }

        if (--CollectionsMarshal.GetValueRefOrNullRef(unfinished, drawn.Request) == 0)
        {
            unfinished.Remove(drawn.Request);
        }

        return false;
    }

    private void Abandon()
    {
        schedule.Clear();
        unfinished.Clear();
    }
}
