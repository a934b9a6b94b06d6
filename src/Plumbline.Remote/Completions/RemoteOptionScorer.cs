using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Scoring;

namespace Plumbline.Remote.Completions;

/// <summary>
/// Scores options by what a chat endpoint says of the first token of its answer: <c>logprobs</c> with the likeliest <see cref="MostLikely"/> tokens. Every token that writes an option,
/// with or without a space before it, counts for it. An option that is not among them is given the log-probability of the least likely of them, which it does not exceed. Thread-safe.
/// </summary>
/// <param name="connection">Where the model is; stays the caller's.</param>
public sealed class RemoteOptionScorer(RemoteConnection connection) : IOptionScorer
{
    /// <summary>How many tokens are asked for: the most that the protocol allows.</summary>
    public const int MostLikely = 20;

    private readonly Uri address = new(connection.Endpoint, "chat/completions");

    /// <inheritdoc/>
    public string Name => connection.Options.Model;

    /// <inheritdoc/>
    /// <exception cref="RemoteModelException">The server cannot be reached, refuses, takes too long, answers something else, or names no log-probabilities.</exception>
    public async Task<IReadOnlyList<double>?> ScoreOptionsAsync(OptionQuestion question, CancellationToken cancellation = default)
    {
        var body = Body(question);
        var answer = await connection.RunAsync(token => Send(body, token), cancellation).ConfigureAwait(false);
        return Read(answer, question.Options);
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
                ["max_tokens"] = 1,
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

    private double[]? Read(byte[] answer, IReadOnlyList<string> options)
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
                given.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array && content.GetArrayLength() > 0
                ? Options(content[0].GetProperty("top_logprobs"), options)
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

    // Of each option the sum over the tokens that write it; null where no token writes any.
    private static double[]? Options(JsonElement top, IReadOnlyList<string> options)
    {
        var sums = new double[options.Count];
        var least = double.PositiveInfinity;
        foreach (var entry in top.EnumerateArray())
        {
            var (token, logProbability) = (entry.GetProperty("token").GetString()!.Trim(), entry.GetProperty("logprob").GetDouble());
            least = Math.Min(least, logProbability);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += token == options[i] ? Math.Exp(logProbability) : 0;
            }
        }

        return Array.Exists(sums, sum => sum > 0) ? Array.ConvertAll(sums, sum => sum > 0 ? Math.Log(sum) : least) : null;
    }

    private static long? Count(JsonElement usage, string name) =>
        usage.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count)
            ? Math.Max(0, count)
            : null;

    private RemoteModelException Refused(string problem, string mend, Exception? inner = null) =>
        new(address, $"The server's answer cannot be used: {problem}.", mend, inner: inner);
}
