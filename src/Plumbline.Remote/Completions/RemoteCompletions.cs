using System.Net.Http.Headers;
using Plumbline.Configuration;
using Plumbline.Scoring;

namespace Plumbline.Remote.Completions;

/// <summary>
/// A thin client of <c>/v1/completions</c>, for what chat endpoints cannot do: token ids in and out, log-probabilities of what was written and of what was
/// sent. Thread-safe.
/// </summary>
/// <param name="connection">Where the model is; stays the caller's.</param>
public sealed class RemoteCompletions(RemoteConnection connection)
{
    private readonly Uri address = new(connection.Endpoint, "completions");

    /// <summary>Where the model is.</summary>
    public RemoteConnection Connection => connection;

    /// <summary>Asks for completions of a prompt.</summary>
    /// <param name="prompt">The prompt, best as tokens: text is cut into tokens by the server, with a start token of its choice. Not empty.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="cancellation">Gives the request up.</param>
    /// <exception cref="InvalidInputException">The prompt is empty, or an option out of its range.</exception>
    /// <exception cref="RemoteModelException">The server cannot be reached, refuses, takes too long, or answers something else.</exception>
    public async Task<CompletionResult> CompleteAsync(TokenText prompt, CompletionOptions options, CancellationToken cancellation = default)
    {
        if (prompt.IsEmpty)
        {
            throw new InvalidInputException("The prompt is empty.", "Give it at least a start token.");
        }

        var body = OptionsValidation.ThrowIfInvalid(options).ToJson(connection.Options.Model, prompt);
        var answer = await connection.RunAsync(token => Send(body, token), cancellation).ConfigureAwait(false);
        var result = new CompletionReader(address, prompt.Ids, options).Read(answer);
        connection.Meter.CountAnswer(result.PromptTokens, result.CompletionTokens);
        return result;
    }

    private async Task<byte[]> Send(byte[] body, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await connection.Http.SendAsync(message, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
    }
}
