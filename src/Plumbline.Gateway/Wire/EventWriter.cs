using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Plumbline.Gateway.Wire;

/// <summary>Writes server-sent events. Each waits until the client took most of what came before, so a slow client slows the model's server down and fills no memory. For one caller at a time.</summary>
internal sealed class EventWriter(HttpContext context)
{
    private readonly ArrayBufferWriter<byte> written = new(1024);
    private Utf8JsonWriter? writer;

    /// <summary>Begins the stream.</summary>
    internal void Begin()
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        // Proxies in between are to pass each event on at once.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    /// <summary>Writes an event, in one piece.</summary>
    internal async ValueTask WriteAsync(Action<Utf8JsonWriter> write)
    {
        written.ResetWrittenCount();
        written.Write("data: "u8);
        writer ??= new Utf8JsonWriter(written, GuardJson.Plain);
        writer.Reset(written);
        write(writer);
        writer.Flush();
        written.Write("\n\n"u8);
        context.Response.BodyWriter.Write(written.WrittenSpan);
        await FlushAsync();
    }

    /// <summary>Writes the event that ends every stream that ended well.</summary>
    internal async ValueTask EndAsync()
    {
        context.Response.BodyWriter.Write("data: [DONE]\n\n"u8);
        await FlushAsync();
    }

    /// <summary>Sends what was written, first of all the headers.</summary>
    internal ValueTask FlushAsync() => ClientFlush.FlushAsync(context);
}
