using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Plumbline.Configuration;
using Plumbline.Scoring;

namespace Plumbline.Feedback.Judging;

/// <summary>
/// A model that judges: it writes texts, says how likely options are, or both. Answers are kept by what was asked; how many are asked for at a time, and in all, is bounded. Thread-safe.
/// </summary>
public sealed class Judge : IDisposable
{
    private readonly IChatClient? writer;
    private readonly IOptionScorer? scorer;
    private readonly AnswerCache cache;
    private readonly JudgeLimits limits;
    private readonly SemaphoreSlim places;
    private long asked;
    private long fromCache;
    private long failed;
    private int failedInARow;

    /// <summary>A judge over a model.</summary>
    /// <param name="name">Which model it is, to the version: answers are kept under this name.</param>
    /// <param name="writer">Writes texts; not owned. Null where none are asked for.</param>
    /// <param name="scorer">Says how likely options are; not owned. Null where the judge only writes.</param>
    /// <param name="cache">Keeps the answers; not owned.</param>
    /// <param name="limits">How much it may be asked; null for the defaults.</param>
    public Judge(string name, IChatClient? writer, IOptionScorer? scorer, AnswerCache cache, JudgeLimits? limits = null)
    {
        (Name, this.writer, this.scorer, this.cache) = (name, writer, scorer, cache);
        this.limits = OptionsValidation.ThrowIfInvalid(limits ?? new JudgeLimits());
        places = new SemaphoreSlim(this.limits.Parallel);
    }

    /// <summary>Which model it is.</summary>
    public string Name { get; }

    /// <summary>Whether it says how likely options are.</summary>
    public bool Scores => scorer is not null;

    /// <summary>Whether it writes.</summary>
    public bool Writes => writer is not null;

    /// <summary>What it was asked so far.</summary>
    public JudgeUsage Usage => new(Interlocked.Read(ref asked), Interlocked.Read(ref fromCache), Interlocked.Read(ref failed));

    /// <summary>The probability of each option among them, softmax over their log-probabilities; null where the judge would begin with none of them.</summary>
    /// <param name="messages">The conversation, ending with the user.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellation">Gives the question up.</param>
    /// <exception cref="ModelFailureException">The model did not answer, or the conversation is longer than it.</exception>
    /// <exception cref="JudgeStoppedException">It may not be asked any more.</exception>
    public async Task<double[]?> ChooseAsync(
        IReadOnlyList<ChatMessage> messages,
        IReadOnlyList<string> options,
        CancellationToken cancellation
    )
    {
        var question = Question("choose", messages);
        question["options"] = new JsonArray([.. options.Select(option => (JsonNode)option)]);
        var answer = await AskAsync(
                question,
                async token =>
                    await scorer!.ScoreOptionsAsync(new OptionQuestion(messages, options), token).ConfigureAwait(false) is { } scores
                        ? new JsonArray([.. scores.Select(score => (JsonNode)score)])
                        : new JsonArray(),
                cancellation
            )
            .ConfigureAwait(false);
        var scores = answer.AsArray().Select(score => (double)score!).ToArray();
        return scores.Length == 0 ? null : OptionProbabilities.Of(scores);
    }

    /// <summary>What the model writes.</summary>
    /// <param name="messages">The conversation, ending with the user.</param>
    /// <param name="sampling">How it is drawn.</param>
    /// <param name="cancellation">Gives the question up.</param>
    /// <exception cref="ModelFailureException">The model did not answer, or the conversation is longer than it.</exception>
    /// <exception cref="JudgeStoppedException">It may not be asked any more.</exception>
    public async Task<string> WriteAsync(IReadOnlyList<ChatMessage> messages, WritingOptions sampling, CancellationToken cancellation)
    {
        var question = Question("write", messages);
        question["temperature"] = sampling.Temperature;
        question["max_tokens"] = sampling.MaxTokens;
        question["seed"] = sampling.Seed;
        var answer = await AskAsync(
                question,
                async token =>
                {
                    var options = new ChatOptions
                    {
                        Temperature = (float)sampling.Temperature,
                        MaxOutputTokens = sampling.MaxTokens,
                        // Servers take seeds as signed numbers.
                        Seed = (long)(sampling.Seed >> 1),
                    };
                    return (await writer!.GetResponseAsync(messages, options, token).ConfigureAwait(false)).Text;
                },
                cancellation
            )
            .ConfigureAwait(false);
        return (string)answer!;
    }

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    private JsonObject Question(string kind, IEnumerable<ChatMessage> messages) =>
        new()
        {
            ["judge"] = Name,
            ["kind"] = kind,
            ["messages"] = new JsonArray([.. messages.Select(message => (JsonNode)new JsonArray(message.Role.Value, message.Text))]),
        };

    private async Task<JsonNode> AskAsync(JsonObject question, Func<CancellationToken, Task<JsonNode>> ask, CancellationToken cancellation)
    {
        if (cache.Find(question) is { } known)
        {
            Interlocked.Increment(ref fromCache);
            return known;
        }

        await places.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (Interlocked.Increment(ref asked) > limits.MaxRequests && limits.MaxRequests > 0)
            {
                Interlocked.Decrement(ref asked);
                throw new JudgeStoppedException(
                    $"The judge was asked {limits.MaxRequests} questions, as many as limits.max_requests allows. The answers are kept: the same command with a higher limit goes on from there."
                );
            }

            var answer = await ask(cancellation).ConfigureAwait(false);
            cache.Add(question, answer);
            Interlocked.Exchange(ref failedInARow, 0);
            return answer;
        }
        catch (ContextExceededException failure)
        {
            // The question's own fault, which says nothing of the model: the next one may fit.
            Interlocked.Increment(ref failed);
            throw new ModelFailureException(failure.Message, failure);
        }
        catch (ModelFailureException failure)
        {
            Interlocked.Increment(ref failed);
            if (Interlocked.Increment(ref failedInARow) >= limits.MaxFailuresInARow)
            {
                throw new JudgeStoppedException(
                    $"The judge failed {limits.MaxFailuresInARow} times in a row. The answers so far are kept: the same command goes on from there. {failure.Message}",
                    failure
                );
            }

            throw;
        }
        finally
        {
            places.Release();
        }
    }
}

/// <summary>How a judge's text is drawn.</summary>
/// <param name="Temperature">0 for the likeliest tokens.</param>
/// <param name="MaxTokens">Tokens at most.</param>
/// <param name="Seed">The seed: another one is another question.</param>
public sealed record WritingOptions(double Temperature, int MaxTokens, ulong Seed);
