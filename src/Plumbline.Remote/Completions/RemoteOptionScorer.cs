using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Scoring;

namespace Plumbline.Remote.Completions;

/// <summary>
/// Scores options by what a chat endpoint says of the first token of its answer: <c>logprobs</c> with the likeliest <see cref="MostLikely"/> tokens. Every token that writes an option,
/// with or without a space before it, counts for it. An option that is not among them is given the log-probability of the least likely of them, which it does not exceed; where all such options
/// together may have more than <see cref="OptionQuestion.Tolerance"/> of what is likely, there is no score. Thread-safe.
/// </summary>
/// <remarks>
/// Nothing is known of what would follow the first token, so options of which one begins another are refused: some tokenizers write 10 as 1 and 0. Of whole options the likeliest answer is looked at
/// for two tokens: where it goes on with a letter or a digit, as 1 does in 10, it is none of the options, and there is no score.
/// </remarks>
/// <param name="connection">Where the model is; stays the caller's.</param>
public sealed class RemoteOptionScorer(RemoteConnection connection) : IOptionScorer
{
    /// <summary>How many tokens are asked for: the most that the protocol allows.</summary>
    public const int MostLikely = 20;

    private readonly Uri address = new(connection.Endpoint, "chat/completions");

    /// <inheritdoc/>
    public string Name => connection.Options.Model;

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">One option begins another.</exception>
    /// <exception cref="RemoteModelException">The server cannot be reached, refuses, takes too long, answers something else, or names no log-probabilities.</exception>
    public async Task<IReadOnlyList<double>?> ScoreOptionsAsync(OptionQuestion question, CancellationToken cancellation = default)
    {
        question.ThrowIfOneBeginsAnother();
        var body = Body(question);
        var answer = await connection.RunAsync(token => Send(body, token), cancellation).ConfigureAwait(false);
        return Read(answer, question);
    }

    private byte[] Body(OptionQuestion question) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["model"] = connection.Options.Model,
                ["messages"] = new JsonArray([
                    .. question.Messages.Select(message =>
                        (JsonNode)new JsonObject { ["role"] = message.Role.Value, ["content"] = message.Text }
                    ),
                ]),
                ["max_tokens"] = question.Whole ? 2 : 1,
                ["temperature"] = 0,
                ["logprobs"] = true,
                ["top_logprobs"] = MostLikely,
            }
        );

    private async Task<byte[]> Send(byte[] body, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await connection.Http.SendAsync(message, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
    }

    private double[]? Read(byte[] answer, OptionQuestion question)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            var root = json.RootElement;
            if (
                root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("usage", out var usage)
                && usage.ValueKind == JsonValueKind.Object
            )
            {
                connection.Meter.CountAnswer(Count(usage, "prompt_tokens"), Count(usage, "completion_tokens"));
            }

            var choice = root.GetProperty("choices")[0];
            if (!choice.TryGetProperty("logprobs", out var given) || given.ValueKind != JsonValueKind.Object)
            {
                throw Refused(
                    "it names no log-probabilities",
                    "Ask a server that does (vLLM, SGLang, llama.cpp and OpenAI do, not for every model), or judge by samples."
                );
            }

            return
                given.TryGetProperty("content", out var content)
                && content.ValueKind == JsonValueKind.Array
                && content.GetArrayLength() > 0
                && !(question.Whole && GoesOn(content, question.Options))
                ? Options(content[0].GetProperty("top_logprobs"), question)
                : null;
        }
        catch (Exception failure)
            when (failure
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or IndexOutOfRangeException
                        or FormatException
            )
        {
            throw Refused(
                $"it is not what the protocol says ({failure.Message})",
                "Check that the address is an OpenAI-compatible endpoint.",
                failure
            );
        }
    }

    // Whether the likeliest answer begins with an option and is a longer word or number.
    private static bool GoesOn(JsonElement content, IReadOnlyList<string> options) =>
        content.GetArrayLength() > 1
        && options.Contains(Written(content[0]).Trim(), StringComparer.Ordinal)
        && Written(content[1]) is { Length: > 0 } next
        && char.IsLetterOrDigit(next[0]);

    private static string Written(JsonElement entry) => entry.GetProperty("token").GetString()!;

    // Of each option the sum over the tokens that write it; null where no token writes any, or where too much is only bounded.
    private static double[]? Options(JsonElement top, OptionQuestion question)
    {
        var sums = new double[question.Options.Count];
        var least = double.PositiveInfinity;
        foreach (var entry in top.EnumerateArray())
        {
            var (token, logProbability) = (Written(entry).Trim(), entry.GetProperty("logprob").GetDouble());
            least = Math.Min(least, logProbability);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += token == question.Options[i] ? Math.Exp(logProbability) : 0;
            }
        }

        var (named, bounded) = (sums.Sum(), sums.Count(sum => sum == 0) * Math.Exp(least));
        return named > 0 && bounded <= question.Tolerance * (named + bounded)
            ? Array.ConvertAll(sums, sum => sum > 0 ? Math.Log(sum) : least)
            : null;
    }

    private static long? Count(JsonElement usage, string name) =>
        usage.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count)
            ? Math.Max(0, count)
            : null;

    private RemoteModelException Refused(string problem, string mend, Exception? inner = null) =>
        new(address, $"The server's answer cannot be used: {problem}.", mend, inner: inner);
}
