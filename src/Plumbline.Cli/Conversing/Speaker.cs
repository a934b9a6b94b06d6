using Microsoft.Extensions.AI;
using Plumbline.Models.Chat;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Generation;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Remote;
using Plumbline.Remote.Usage;
using Plumbline.Tokenization;
using Plumbline.Torch.Machine;

namespace Plumbline.Cli.Conversing;

/// <summary>A model that is ready to answer, wherever it runs.</summary>
internal sealed class Speaker : IDisposable
{
    private const int LongestConversation = 8192;
    private readonly SpeakerOptions options;
    private readonly Decoder? decoder;
    private readonly RemoteConnection? connection;

    private Speaker(SpeakerOptions options, int width, IReadOnlyList<IReadOnlyList<ChatMessage>>? prompts, TimeProvider clock)
    {
        this.options = options;
        Width = width;
        if (options.Remote is { } remote)
        {
            RefuseUnknown(options.Sampling);
            connection = new RemoteConnection(remote, clock);
            (Client, Name) = (RemoteChatClient.Open(connection), remote.Model);
            return;
        }

        ThreadSettings.Apply(options.Threads == 0 ? null : options.Threads);
        var tokenizer = Tokenizer.Load(options.Model!);
        decoder = ModelFolder.Load(options.Model!);
        try
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Model!)));
            var encoder = Encoder(tokenizer, options.Raw);
            var wanted = options.ContextLength ?? Math.Min(decoder.Config.ContextLength, Needed(encoder, prompts));
            var client = new LocalChatClient(decoder, encoder, Local(width, wanted));
            Client = client;
            Notes = [.. options.Raw ? [] : client.Warnings, $"{Name}: {client.Plan}"];
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    /// <summary>Answers.</summary>
    internal IChatClient Client { get; }

    /// <summary>What the model is called.</summary>
    internal string Name { get; }

    /// <summary>How many requests are worth sending at a time.</summary>
    internal int Width { get; }

    /// <summary>What the user should know before the first answer.</summary>
    internal IReadOnlyList<string> Notes { get; } = [];

    /// <summary>What a remote model was used for; null for a local one.</summary>
    internal UsageTotals? Usage => connection?.Meter.Totals;

    /// <summary>Loads the model, or prepares the connection.</summary>
    /// <param name="options">Who answers.</param>
    /// <param name="width">Requests at a time, of a local model.</param>
    /// <param name="prompts">All that will be asked; null where nobody knows yet.</param>
    /// <param name="clock">The time.</param>
    internal static Speaker Open(
        SpeakerOptions options,
        int width,
        IReadOnlyList<IReadOnlyList<ChatMessage>>? prompts,
        TimeProvider clock
    ) => new(options, options.Remote?.MaxConcurrentRequests ?? width, prompts, clock);

    /// <summary>The options of one request.</summary>
    /// <param name="number">Its number: each has a seed of its own.</param>
    internal ChatOptions Request(long number)
    {
        // Servers take seeds as signed numbers.
        var seed = (long)(options.Seed.Derive("answer", number).Value >> 1);
        var sampling = options.Sampling;
        if (decoder is not null)
        {
            // Everything else is the client's default.
            return new ChatOptions { Seed = seed };
        }

        return new ChatOptions
        {
            Seed = seed,
            MaxOutputTokens = sampling.MaxNewTokens,
            Temperature = (float)sampling.Temperature,
            TopP = (float)sampling.TopP,
            TopK = sampling.TopK == 0 ? null : sampling.TopK,
            FrequencyPenalty = sampling.FrequencyPenalty == 0 ? null : (float)sampling.FrequencyPenalty,
            PresencePenalty = sampling.PresencePenalty == 0 ? null : (float)sampling.PresencePenalty,
            StopSequences = sampling.StopStrings.Count == 0 ? null : [.. sampling.StopStrings],
            AdditionalProperties = sampling.MinP == 0 ? null : Property("min_p", sampling.MinP),
        };
    }

    /// <summary>A conversation that begins with the system message, where there is one.</summary>
    internal List<ChatMessage> Conversation(IEnumerable<ChatMessage> messages) =>
        options.System is { } system ? [new ChatMessage(ChatRole.System, system), .. messages] : [.. messages];

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        decoder?.Dispose();
        connection?.Dispose();
    }

    private static ChatEncoder Encoder(Tokenizer tokenizer, bool raw)
    {
        if (raw)
        {
            // The prompt as it is, behind the token that the model expects before a text.
            return new ChatEncoder(
                tokenizer,
                ChatTemplate.Parse((tokenizer.AddBos ? "{{ bos_token }}" : string.Empty) + "{{ messages[0].content }}")
            );
        }

        return tokenizer.ChatTemplate is null
            ? throw new InvalidInputException(
                "The model has no chat template: it may be a base model.",
                "Use an instruction-tuned model, or let it go on with the bare prompt (--set raw=true)."
            )
            : ChatEncoder.For(tokenizer);
    }

    // A model may have far more positions than are asked for, and the cache has room for all that it is told.
    private int Needed(ChatEncoder encoder, IReadOnlyList<IReadOnlyList<ChatMessage>>? prompts) =>
        prompts is null
            ? LongestConversation
            : prompts.Max(prompt => encoder.EncodePrompt(Conversation(prompt)).Length) + options.Sampling.MaxNewTokens;

    private LocalChatOptions Local(int width, int contextLength) =>
        new()
        {
            ModelId = Name,
            Sampling = options.Sampling,
            Seed = options.Seed,
            Slots = width,
            ContextLength = contextLength,
        };

    private static AdditionalPropertiesDictionary Property(string name, object value) => new() { [name] = value };

    private static void RefuseUnknown(SamplingOptions sampling)
    {
        (bool IsAsked, string Option)[] unknown =
        [
            (sampling.RepetitionPenalty != 1, "repetition_penalty"),
            (sampling.MinNewTokens > 0, "min_new_tokens"),
            (sampling.LogitBias.Count > 0, "logit_bias"),
            (sampling.BannedTokens.Count > 0, "banned_tokens"),
            (sampling.EndTokens.Count > 0, "end_tokens"),
        ];
        if (Array.Find(unknown, option => option.IsAsked) is { Option: not null } refused)
        {
            throw new InvalidInputException(
                $"A remote model cannot be asked for sampling.{refused.Option}.",
                "Leave it out, or use a local model."
            );
        }
    }
}
