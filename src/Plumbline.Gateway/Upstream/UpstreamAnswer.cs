using System.Buffers;
using System.Text.Json;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Upstream;

/// <summary>An answer of the model's server, of bounded length, read with bounded patience. Disposing of it before its end cancels the request.</summary>
internal sealed class UpstreamAnswer(HttpResponseMessage response, Patience patience, UpstreamOptions options) : IDisposable
{
    private Stream? body;
    private long taken;

    internal int Status => (int)response.StatusCode;

    internal bool Succeeded => response.IsSuccessStatusCode;

    /// <summary>When the server asks to come back, at most a day; null where it does not say.</summary>
    internal TimeSpan? RetryAfter =>
        response.Headers.RetryAfter?.Delta is { } delta && delta >= TimeSpan.Zero && delta <= TimeSpan.FromDays(1) ? delta : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        response.Dispose();
        patience.Dispose();
    }

    /// <summary>Refuses an answer of another type.</summary>
    internal void Expect(string type)
    {
        if (
            !string.Equals(response.Content.Headers.ContentType?.MediaType, type, StringComparison.OrdinalIgnoreCase)
            || response.Content.Headers.ContentEncoding.Count > 0
        )
        {
            throw ApiException.BadGateway("upstream_wrong_type", $"The model's server did not answer with {type}.");
        }
    }

    /// <summary>Whether it is an image.</summary>
    internal bool IsImage => response.Content.Headers.ContentType?.MediaType?.StartsWith("image/", StringComparison.Ordinal) == true;

    /// <summary>Reads the next bytes; 0 at the end.</summary>
    /// <exception cref="ApiException">It breaks off, is too long or takes too long.</exception>
    internal async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        try
        {
            patience.Begin(options.IdleTimeoutSeconds);
            body ??= await response.Content.ReadAsStreamAsync(patience.Token);
            var read = await body.ReadAsync(buffer, patience.Token);
            patience.End();
            taken += read;
            return taken <= options.MaxAnswerBytes
                ? read
                : throw ApiException.BadGateway("upstream_too_long", "The model's server sent more than an answer may have.");
        }
        catch (Exception failure) when (failure is not ApiException)
        {
            throw patience.Translate(failure);
        }
    }

    /// <summary>Reads it to the end.</summary>
    internal async Task<ReadOnlyMemory<byte>> ReadAllAsync()
    {
        var bytes = new ArrayBufferWriter<byte>(16 << 10);
        while (await ReadAsync(bytes.GetMemory(1)) is var read and > 0)
        {
            bytes.Advance(read);
        }

        return bytes.WrittenMemory;
    }

    /// <summary>Reads it as JSON.</summary>
    internal async Task<JsonDocument> ReadJsonAsync(int maxDepth)
    {
        Expect("application/json");
        return Parse(await ReadAllAsync(), maxDepth);
    }

    /// <summary>JSON of the server's.</summary>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> utf8, int maxDepth)
    {
        try
        {
            return StrictJson.Parse(utf8, maxDepth);
        }
        catch (JsonException)
        {
            throw ApiException.BadGateway("upstream_malformed", "The model's server did not answer with valid JSON.");
        }
    }
}
