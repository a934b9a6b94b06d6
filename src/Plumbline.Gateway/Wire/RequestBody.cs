using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Plumbline.Gateway.Wire;

/// <summary>The JSON object that a client sent. It is sent on byte by byte where no check changed it.</summary>
internal sealed class RequestBody
{
    private readonly ReadOnlyMemory<byte> bytes;

    private RequestBody(ReadOnlyMemory<byte> bytes, JsonObject root, LimitOptions limits)
    {
        this.bytes = bytes;
        Root = root;
        Limits = limits;
    }

    /// <summary>Its fields.</summary>
    internal JsonObject Root { get; }

    /// <summary>What it may hold.</summary>
    internal LimitOptions Limits { get; }

    /// <summary>Whether a check changed it.</summary>
    internal bool HasChanged { get; set; }

    /// <summary>What the model's server gets.</summary>
    internal ReadOnlyMemory<byte> ToSend()
    {
        if (!HasChanged)
        {
            return bytes;
        }

        var written = new ArrayBufferWriter<byte>(bytes.Length);
        using (var json = new Utf8JsonWriter(written, GuardJson.Plain))
        {
            Root.WriteTo(json);
        }

        return written.WrittenMemory;
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="ApiException">It is not JSON, or not an object; names the fault.</exception>
    internal static async Task<RequestBody> ReadAsync(HttpContext context, LimitOptions limits)
    {
        CheckType(context.Request);
        return Of(await ReadBytesAsync(context.Request, limits.MaxBodyBytes, context.RequestAborted), limits);
    }

    internal static RequestBody Of(ReadOnlyMemory<byte> bytes, LimitOptions limits)
    {
        try
        {
            return StrictJson.ParseNode(bytes, limits.MaxJsonDepth) is JsonObject root
                ? new RequestBody(bytes, root, limits)
                : throw ApiException.BadRequest("The body must be a JSON object.");
        }
        catch (JsonException failure)
        {
            throw ApiException.BadRequest($"The body {failure.Message}.");
        }
    }

    // A form or plain text can be sent by any web page without being asked about; JSON cannot (CORS), so it must be called what it is.
    private static void CheckType(HttpRequest request)
    {
        var type = request.ContentType.AsSpan();
        var end = type.IndexOf(';');
        if (!(end < 0 ? type : type[..end]).Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiException(415, "unsupported_media_type", "The body must be of type application/json.");
        }

        if (!StringValues.IsNullOrEmpty(request.Headers.ContentEncoding) && request.Headers.ContentEncoding != "identity")
        {
            throw new ApiException(415, "unsupported_media_type", "The body must not be compressed.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, int limit, CancellationToken cancellation)
    {
        if (request.ContentLength > limit)
        {
            throw TooLong(limit);
        }

        // A length that is only promised is not worth memory yet.
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(request.ContentLength ?? 4096, 64 << 10) + 1);
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.GetMemory(1), cancellation);
            if (read == 0)
            {
                return buffer.WrittenMemory;
            }

            buffer.Advance(read);
            if (buffer.WrittenCount > limit)
            {
                throw TooLong(limit);
            }
        }
    }

    private static ApiException TooLong(int limit) => new(413, "request_too_large", $"The body must have at most {limit} bytes.");
}
