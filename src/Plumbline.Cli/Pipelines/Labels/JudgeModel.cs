using Microsoft.Extensions.AI;
using Plumbline.Feedback.Judging;
using Plumbline.Models.Chat;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Scoring;
using Plumbline.Models.Tokenization;
using Plumbline.Remote;
using Plumbline.Remote.Completions;
using Plumbline.Scoring;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>The model behind a judge, with what it needs. Owns these.</summary>
internal sealed class JudgeModel : IDisposable
{
    // In the order in which they are made: clients after the models that they read.
    private readonly List<IDisposable> owned = [];

    private JudgeModel(JudgeModelOptions options, JudgeNeeds needs, JudgeLimits limits, AnswerCache cache, TimeProvider clock)
    {
        try
        {
            var name = NameOf(options);
            var (writer, scorer) = options.Remote is { } remote ? At(remote, options, limits, clock) : Here(options, name, needs, limits);
            Judge = Own(new Judge(name, writer, scorer, cache, limits));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The judge.</summary>
    internal Judge Judge { get; }

    /// <summary>Loads the model, or prepares the connection.</summary>
    /// <param name="options">The model.</param>
    /// <param name="needs">What it is to do.</param>
    /// <param name="limits">How much it may be asked.</param>
    /// <param name="cache">Keeps its answers; not owned.</param>
    /// <param name="clock">The time.</param>
    internal static JudgeModel Open(
        JudgeModelOptions options,
        JudgeNeeds needs,
        JudgeLimits limits,
        AnswerCache cache,
        TimeProvider clock
    ) => new(options, needs, limits, cache, clock);

    /// <summary>Which model it is: the hash of a folder, or a server's address and the model's name there.</summary>
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

    private (IChatClient, IOptionScorer) At(RemoteOptions remote, JudgeModelOptions options, JudgeLimits limits, TimeProvider clock)
    {
        var bounded = remote with { MaxConcurrentRequests = Math.Min(remote.MaxConcurrentRequests, limits.Parallel) };
        var connection = Own(new RemoteConnection(bounded, clock));
        return (
            Own(RemoteChatClient.Open(connection)),
            options.Completions
                ? new TranscriptOptionScorer(new RemoteScorer(new RemoteCompletions(connection)), remote.Model)
                : new RemoteOptionScorer(connection)
        );
    }

    // One that writes and scores is loaded for each: the two compute at the same time.
    private (IChatClient?, IOptionScorer?) Here(JudgeModelOptions options, string name, JudgeNeeds needs, JudgeLimits limits)
    {
        var tokenizer = Tokenizer.Load(options.Model!);
        var encoder = tokenizer.ChatTemplate is null ? TrainingStage.Chat(tokenizer) : ChatEncoder.For(tokenizer);
        IChatClient? writer = null;
        if (needs.Writes)
        {
            var decoder = Own(ModelFolder.Load(options.Model!));
            var local = new LocalChatOptions
            {
                Slots = limits.Parallel,
                ContextLength = Math.Min(options.ContextLength, decoder.Config.ContextLength),
                Sampling = new() { MaxNewTokens = needs.MaxTokens },
            };
            writer = Own(new LocalChatClient(decoder, encoder, local));
        }

        return (writer, needs.Scores ? new ChatOptionScorer(Own(ModelFolder.Load(options.Model!)), tokenizer, encoder, name) : null);
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
        new(
            options.ChainOfThought || options.Method == JudgeMethod.Samples,
            options.Method == JudgeMethod.LogProbabilities,
            options.MaxTokens
        );
}
