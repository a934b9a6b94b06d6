using Microsoft.Extensions.AI;
using Plumbline.Feedback.Judging;
using Plumbline.Models.Chat;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Models.Scoring;
using Plumbline.Models.Tokenization;
using Plumbline.Remote;
using Plumbline.Remote.Completions;
using Plumbline.Scoring;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>The model behind a judge, with what it needs. Owns these.</summary>
internal sealed class JudgeModel : IDisposable
{
    private readonly RemoteConnection? connection;
    private readonly Decoder? decoder;
    private readonly IChatClient writer;

    private JudgeModel(JudgeModelOptions options, int maxTokens, JudgeLimits limits, AnswerCache cache, TimeProvider clock)
    {
        IOptionScorer scorer;
        if (options.Remote is { } remote)
        {
            connection = new RemoteConnection(
                remote with
                {
                    MaxConcurrentRequests = Math.Min(remote.MaxConcurrentRequests, limits.Parallel),
                },
                clock
            );
            writer = RemoteChatClient.Open(connection);
            scorer = options.Completions
                ? new TranscriptOptionScorer(new RemoteScorer(new RemoteCompletions(connection)), remote.Model)
                : new RemoteOptionScorer(connection);
        }
        else
        {
            var tokenizer = Tokenizer.Load(options.Model!);
            decoder = ModelFolder.Load(options.Model!);
            var encoder = tokenizer.ChatTemplate is null ? TrainingStage.Chat(tokenizer) : ChatEncoder.For(tokenizer);
            var local = new LocalChatOptions
            {
                Slots = limits.Parallel,
                Sampling = new() { MaxNewTokens = maxTokens },
            };
            writer = new LocalChatClient(decoder, encoder, local);
            scorer = new ChatOptionScorer(decoder, tokenizer, encoder, NameOf(options));
        }

        Judge = new Judge(NameOf(options), writer, scorer, cache, limits);
    }

    /// <summary>The judge.</summary>
    internal Judge Judge { get; }

    /// <summary>Loads the model, or prepares the connection.</summary>
    /// <param name="options">The model.</param>
    /// <param name="maxTokens">Tokens that it writes at a time, at most.</param>
    /// <param name="limits">How much it may be asked.</param>
    /// <param name="cache">Keeps its answers; not owned.</param>
    /// <param name="clock">The time.</param>
    internal static JudgeModel Open(JudgeModelOptions options, int maxTokens, JudgeLimits limits, AnswerCache cache, TimeProvider clock) =>
        new(options, maxTokens, limits, cache, clock);

    /// <summary>Which model it is: the hash of a folder, or a server's address and the model's name there.</summary>
    internal static string NameOf(JudgeModelOptions options) =>
        options.Remote is { } remote
            ? $"{remote.Model} at {remote.Endpoint}"
            : $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(options.Model!))} {StartingModel.Hash(options.Model!)[..16]}";

    /// <inheritdoc/>
    public void Dispose()
    {
        Judge.Dispose();
        // The client before the model that it reads.
        writer.Dispose();
        decoder?.Dispose();
        connection?.Dispose();
    }
}
