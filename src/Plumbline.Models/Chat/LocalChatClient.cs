using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Plumbline.Configuration;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Scoring;

namespace Plumbline.Models.Chat;

/// <summary>
/// A local model to talk to: conversations go through the model's own template, answers are sampled on one thread that serves all requests in one batch, and
/// text is streamed as soon as it is certain. Thread-safe.
/// </summary>
/// <remarks>
/// The last update's <see cref="ChatResponseUpdate.RawRepresentation"/> is the <see cref="SampledAnswer"/>: token ids and log-probabilities as they were drawn.
/// Beside the options of <see cref="ChatOptions"/> the additional properties <c>min_p</c>, <c>repetition_penalty</c>, <c>continue_final_message</c> and
/// <c>chat_template_kwargs</c> (variables for the template) are followed; what cannot be followed is refused.
/// </remarks>
public sealed class LocalChatClient : IChatClient
{
    private readonly ChatEncoder encoder;
    private readonly LocalChatOptions options;
    private readonly IReadOnlyList<int> endTokens;
    private readonly GenerationWorker worker;
    private readonly ChatClientMetadata metadata;
    private long answered;

    /// <summary>A client over a model; allocates its cache.</summary>
    /// <param name="decoder">The model; not owned, used by nobody else meanwhile, and disposed after the client.</param>
    /// <param name="encoder">Its tokenizer and template.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or tokenizer and model do not belong together.</exception>
    public LocalChatClient(Decoder decoder, ChatEncoder encoder, LocalChatOptions? options = null)
        : this(Engine(decoder, encoder, options ?? new LocalChatOptions()), encoder, decoder.Config.EosTokenIds, options) { }

    /// <summary>A client over an engine.</summary>
    /// <param name="engine">Owned from here on.</param>
    /// <param name="encoder">The model's tokenizer and template.</param>
    /// <param name="endTokens">Tokens that end an answer.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public LocalChatClient(IDecodeEngine engine, ChatEncoder encoder, IReadOnlyList<int> endTokens, LocalChatOptions? options = null)
    {
        this.options = OptionsValidation.ThrowIfInvalid(options ?? new LocalChatOptions());
        (this.encoder, this.endTokens) = (encoder, endTokens);
        Warnings = StopTokenCheck.Warnings(encoder, endTokens);
        Capacity = engine.SequenceCapacity;
        metadata = new ChatClientMetadata("plumbline", defaultModelId: this.options.ModelId);
        worker = new GenerationWorker(engine, encoder.Tokenizer);
    }

    /// <summary>What the user should know before talking: end tokens that the template never writes, and their mend. Empty where all is well.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>What generation holds at most.</summary>
    public SamplerPlan Plan => worker.Plan;

    /// <summary>Tokens of prompt and answer together.</summary>
    public int Capacity { get; }

    /// <summary>Cancelled when disposal begins.</summary>
    internal CancellationToken Stopping => worker.Stopping;

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">As for <see cref="GetStreamingResponseAsync"/>.</exception>
    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">
    /// An option cannot be followed, the template refuses the conversation, or the conversation is longer than the context (a <see cref="ContextExceededException"/>).
    /// </exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var request = Request(messages, options, out var id);
        var text = new AnswerText(encoder.Tokenizer, request.Options.StopStrings);
        // Ends the sampling, too, when the reader leaves in the middle.
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await foreach (var token in worker.Start(request, left.Token).ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                var piece = text.Append(token);
                if (piece.Length > 0)
                {
                    yield return Update(id, new TextContent(piece));
                }

                if (token.Finished is { } answer)
                {
                    yield return Last(id, request, answer);
                }
            }
        }
        finally
        {
            await left.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? metadata
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <summary>Ends the answers on their way and frees the cache.</summary>
    public void Dispose() => worker.Dispose();

    private static IDecodeEngine Engine(Decoder decoder, ChatEncoder encoder, LocalChatOptions options)
    {
        OptionsValidation.ThrowIfInvalid(options);
        if (encoder.Tokenizer.VocabularySize > decoder.Config.VocabularySize)
        {
            throw new InvalidInputException(
                $"The tokenizer has {encoder.Tokenizer.VocabularySize} tokens, the model {decoder.Config.VocabularySize}.",
                "Use the tokenizer that belongs to this model."
            );
        }

        return DecodeEngines.For(
            decoder,
            new DecodeEngineOptions { Slots = options.Slots, SequenceCapacity = options.ContextFor(decoder.Config) }
        );
    }

    private SamplingRequest Request(IEnumerable<ChatMessage> messages, ChatOptions? asked, out string id)
    {
        var sampling = ChatSampling.Of(asked, options.Sampling, options.ModelId);
        var conversation = messages.ToList();
        if (asked?.Instructions is { } instructions)
        {
            conversation.Insert(0, new ChatMessage(ChatRole.System, instructions));
        }

        var prompt = encoder.EncodePrompt(conversation, sampling.Render);
        if (prompt.Length >= Capacity)
        {
            throw new ContextExceededException(
                $"The conversation has {prompt.Length} tokens, and prompt and answer together may have {Capacity}.",
                "Leave out earlier messages, or use a model (or a context length) with more positions."
            );
        }

        var number = Interlocked.Increment(ref answered);
        id = $"{options.ModelId}-{number}";
        // The engine never stores the last token, so one more fits.
        var room = Capacity - prompt.Length + 1;
        return new SamplingRequest
        {
            Prompt = prompt,
            Options = sampling.Sampling with
            {
                // A request's own limit is kept to, or refused; the default gives way.
                MaxNewTokens = asked?.MaxOutputTokens is null
                    ? Math.Min(sampling.Sampling.MaxNewTokens, room)
                    : sampling.Sampling.MaxNewTokens,
                EndTokens = [.. endTokens.Union(sampling.Sampling.EndTokens)],
            },
            Seed = sampling.Seed ?? options.Seed.Derive("chat", number),
        };
    }

    private ChatResponseUpdate Update(string id, params IList<AIContent> contents) =>
        new(ChatRole.Assistant, contents)
        {
            ResponseId = id,
            MessageId = id,
            ModelId = options.ModelId,
        };

    private ChatResponseUpdate Last(string id, SamplingRequest request, SampledAnswer answer)
    {
        var usage = new UsageDetails
        {
            InputTokenCount = request.Prompt.Length,
            OutputTokenCount = answer.Ids.Length,
            TotalTokenCount = request.Prompt.Length + answer.Ids.Length,
        };
        var update = Update(id, new UsageContent(usage));
        update.FinishReason = answer.IsTruncated ? ChatFinishReason.Length : ChatFinishReason.Stop;
        update.RawRepresentation = answer;
        return update;
    }
}
