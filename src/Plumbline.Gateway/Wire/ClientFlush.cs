using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Plumbline.Gateway.Endpoints;

namespace Plumbline.Gateway.Wire;

/// <summary>Sends what was written, and waits until the client took most of it: not for ever, because an answer that nobody reads holds its place, its memory and the model.</summary>
internal static class ClientFlush
{
    // Less than the server's buffer, so that each piece is waited for by itself.
    private const int Piece = 32 << 10;

    /// <summary>Sends what was written.</summary>
    /// <exception cref="OperationCanceledException">The client left, or did not read; its connection is ended.</exception>
    internal static async ValueTask FlushAsync(HttpContext context)
    {
        var flushing = context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        if (flushing.IsCompleted)
        {
            await flushing;
        }
        else
        {
            var services = context.RequestServices.GetRequiredService<GatewayServices>();
            var limit = TimeSpan.FromSeconds(services.Options.Limits.ReadTimeoutSeconds);
            try
            {
                await flushing.AsTask().WaitAsync(limit, services.Time, context.RequestAborted);
            }
            catch (TimeoutException late)
            {
                services.Metrics.CountFailure("client_does_not_read");
                context.Abort();
                throw new OperationCanceledException("The client does not read.", late, context.RequestAborted);
            }
        }

        context.RequestAborted.ThrowIfCancellationRequested();
    }

    /// <summary>Writes and sends a whole body.</summary>
    internal static async ValueTask WriteAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        while (body.Length > 0)
        {
            var piece = body[..Math.Min(Piece, body.Length)];
            piece.Span.CopyTo(context.Response.BodyWriter.GetSpan(piece.Length));
            context.Response.BodyWriter.Advance(piece.Length);
            await FlushAsync(context);
            body = body[piece.Length..];
        }
    }
}
