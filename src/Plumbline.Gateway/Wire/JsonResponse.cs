using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Plumbline.Gateway.Wire;

/// <summary>Writes whole answers.</summary>
internal static class JsonResponse
{
    internal static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json, int status = 200)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Length;
        response.Headers.CacheControl = "no-store";
        return ClientFlush.WriteAsync(context, json).AsTask();
    }

    internal static Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write, int status = 200)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, GuardJson.Plain))
        {
            write(json);
        }

        return WriteAsync(context, bytes.WrittenMemory, status);
    }
}
