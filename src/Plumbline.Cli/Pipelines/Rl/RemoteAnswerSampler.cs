using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Remote;
using Plumbline.Remote.Completions;
using Plumbline.Scoring;
using Plumbline.Tokenization;
using Plumbline.Training.Policies.Rollouts;

namespace Plumbline.Cli.Pipelines.Rl;

/// <summary>
/// Lets a server answer (vLLM and others that speak OpenAI's protocol): token ids go there and come back, with the server's log-probabilities. The present weights are
/// written into a folder before every round, for the server to take over; how far its policy is from the one in training is measured, and corrected by importance weights.
/// Owns the connection.
/// </summary>
internal sealed class RemoteAnswerSampler : IAnswerSampler, IDisposable
{
    private readonly RemoteConnection connection;
    private readonly RemoteCompletions completions;
    private readonly Decoder policy;
    private readonly Tokenizer tokenizer;
    private readonly RlOptions options;

    /// <summary>Prepares the connection.</summary>
    /// <param name="options">The run's; its sampling names the server.</param>
    /// <param name="policy">The model in training; not owned.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="clock">The time.</param>
    internal RemoteAnswerSampler(RlOptions options, Decoder policy, Tokenizer tokenizer, TimeProvider clock)
    {
        (this.options, this.policy, this.tokenizer) = (options, policy, tokenizer);
        connection = new RemoteConnection(options.Sampling.Remote!, clock);
        completions = new RemoteCompletions(connection);
    }

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<RolloutAnswer>> Draw(
        IReadOnlyList<PolicyPrompt> prompts,
        AnswerDraw draw,
        CancellationToken cancellation = default
    )
    {
        if (!draw.GoesOn)
        {
            Publish();
        }

        // The connection lets as many through at a time as its options say.
        var answers = prompts.Select((prompt, i) => AskAsync(prompt, draw, draw.NumberOf(i), cancellation)).ToArray();
        return Task.WhenAll(answers).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    // Beside, then by rename: the server never sees half a model.
    private void Publish()
    {
        if (options.Sampling.Publish is not { } folder)
        {
            return;
        }

        var beside = folder + ".partial";
        if (Directory.Exists(beside))
        {
            Directory.Delete(beside, recursive: true);
        }

        if (policy.Adapters.All.Count == 0)
        {
            ModelFolder.Save(beside, policy);
        }
        else
        {
            using var merged = policy.MergedCopy();
            ModelFolder.Save(beside, merged);
        }

        tokenizer.Save(beside);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.Move(beside, folder);
    }

    private async Task<IReadOnlyList<RolloutAnswer>> AskAsync(
        PolicyPrompt prompt,
        AnswerDraw draw,
        int number,
        CancellationToken cancellation
    )
    {
        var result = await completions.CompleteAsync(
            TokenText.Of(prompt.Ids),
            new CompletionOptions
            {
                MaxTokens = options.Policy.MaxCompletionLength,
                Choices = draw.Answers,
                Temperature = draw.IsGreedy ? 0 : 1,
                StopTokenIds = policy.Config.EosTokenIds,
                // Servers take seeds as signed numbers.
                Seed = (long)(draw.Seed.Derive("prompt", number).Value >> 1),
                LogProbabilities = true,
                TokenIds = true,
            },
            cancellation
        );
        return [.. result.Choices.Select(Answer)];
    }

    private RolloutAnswer Answer(CompletionChoice choice)
    {
        var (ids, logProbabilities) = (choice.RequireIds(), choice.RequireLogProbabilities());
        if (ids.Count == 0 || ids.Any(id => id < 0 || id >= policy.Config.VocabularySize) || logProbabilities.Any(value => value is null))
        {
            throw new RemoteModelException(
                choice.Endpoint,
                $"The server answered {ids.Count} tokens, of which some are outside of the policy's vocabulary of {policy.Config.VocabularySize} or without a log-probability.",
                "Serve the model that is trained: its tokens go into training as they are."
            );
        }

        int[] content = [.. ids.Where((id, i) => i < ids.Count - 1 || !policy.Config.EosTokenIds.Contains(id))];
        return new RolloutAnswer([.. ids], [.. ids.Select(_ => true)], tokenizer.Decode(content))
        {
            IsTruncated = choice.FinishReason == "length",
            LogProbabilities = [.. logProbabilities.Select(value => (float)value!.Value)],
        };
    }
}
