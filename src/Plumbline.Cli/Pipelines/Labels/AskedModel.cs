using Microsoft.Extensions.AI;
using Plumbline.Feedback.Judging;
using Plumbline.Models.Chat;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Scoring;
using Plumbline.Remote;
using Plumbline.Remote.Completions;
using Plumbline.Scoring;
using Plumbline.Tokenization;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>A model that is asked, in a folder or at a server, with what it needs. Owns these.</summary>
internal sealed class AskedModel : IDisposable
{
    // In the order in which they are made: clients after the models that they read.
    private readonly List<IDisposable> owned = [];

    /// <summary>Loads the model, or prepares the connection.</summary>
    /// <param name="options">The model.</param>
    /// <param name="needs">What it is to do.</param>
    /// <param name="parallel">Questions on their way at a time.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="InvalidInputException">The folder or the address is not usable.</exception>
    internal AskedModel(JudgeModelOptions options, JudgeNeeds needs, int parallel, TimeProvider clock)
    {
        try
        {
            Name = NameOf(options);
            (Writer, Scorer) = options.Remote is { } remote ? At(remote, options, parallel, clock) : Here(options, needs, parallel);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Which model it is: the hash of a folder, or a server's address and the model's name there.</summary>
    internal string Name { get; }

    /// <summary>Writes texts; null where a model here is not to.</summary>
    internal IChatClient? Writer { get; }

    /// <summary>Says how likely options are; null likewise.</summary>
    internal IOptionScorer? Scorer { get; }

    /// <summary>What a model is called.</summary>
    internal static string NameOf(JudgeModelOptions options) =>
        options.Remote is { } remote
            ? $"{remote.Model} at {remote.Endpoint}"
            : $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(options.Model!))} {StartingModel.Hash(options.Model!)[..16]}";

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var each in Enumerable.Reverse(owned))
        {
            each.Dispose();
        }
    }

    private (IChatClient, IOptionScorer) At(RemoteOptions remote, JudgeModelOptions options, int parallel, TimeProvider clock)
    {
        var bounded = remote with { MaxConcurrentRequests = Math.Min(remote.MaxConcurrentRequests, parallel) };
        var connection = Own(new RemoteConnection(bounded, clock));
        return (
            Own(RemoteChatClient.Open(connection)),
            options.Completions
                ? new TranscriptOptionScorer(new RemoteScorer(new RemoteCompletions(connection)), remote.Model)
                : new RemoteOptionScorer(connection)
        );
    }

    // One that writes and scores is loaded for each: the two compute at the same time.
    private (IChatClient?, IOptionScorer?) Here(JudgeModelOptions options, JudgeNeeds needs, int parallel)
    {
        var tokenizer = Tokenizer.Load(options.Model!);
        var encoder = TrainingStage.Chat(tokenizer);
        IChatClient? writer = null;
        if (needs.Writes)
        {
            var decoder = Own(ModelFolder.Load(options.Model!));
            var local = new LocalChatOptions
            {
                Slots = parallel,
                ContextLength = Math.Min(options.ContextLength, decoder.Config.ContextLength),
                Sampling = new() { MaxNewTokens = needs.MaxTokens },
            };
            writer = Own(new LocalChatClient(decoder, encoder, local));
        }

        return (writer, needs.Scores ? new ChatOptionScorer(Own(ModelFolder.Load(options.Model!)), tokenizer, encoder, Name) : null);
    }

    private T Own<T>(T part)
        where T : IDisposable
    {
        owned.Add(part);
        return part;
    }
}

/// <summary>What a model is to do.</summary>
/// <param name="Writes">Whether it writes.</param>
/// <param name="Scores">Whether it says how likely options are.</param>
/// <param name="MaxTokens">Tokens that it writes at a time, at most.</param>
internal sealed record JudgeNeeds(bool Writes, bool Scores, int MaxTokens)
{
    /// <summary>What comparing needs.</summary>
    internal static JudgeNeeds Of(ComparisonOptions options) =>
        new(options.ChainOfThought || options.Method == JudgeMethod.Samples, options.Method != JudgeMethod.Samples, options.MaxTokens);
}
