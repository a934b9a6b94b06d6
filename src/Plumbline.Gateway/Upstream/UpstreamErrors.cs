using System.Text.Json;
using Plumbline.Findings;
using Plumbline.Gateway.Guarding;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Upstream;

/// <summary>Errors of the model's server, as the client may see them.</summary>
internal static class UpstreamErrors
{
    private const int LongestMessage = 500;

    /// <summary>The error for the client: with the server's status where it concerns the client, and its message where that passes the guard.</summary>
    internal static async Task<ApiException> OfAsync(
        UpstreamAnswer answer,
        GuardSession? session,
        UpstreamClient upstream,
        CancellationToken cancellation
    )
    {
        switch (answer.Status)
        {
            case >= 300 and < 400:
                return ApiException.BadGateway("upstream_redirect", "The model's server points elsewhere, which is not followed.");
            case 401 or 403 or 407:
                return ApiException.BadGateway("upstream_unauthorized", "The model's server refuses the gateway's own key.");
            case < 400:
                return ApiException.BadGateway("upstream_malformed", $"The model's server answered with status {answer.Status}.");
        }

        // Without a session there is nobody to check it.
        var message = session is null ? null : await MessageAsync(answer, upstream.Key);
        if (message is not null)
        {
            // Servers quote what they were asked and what their models said.
            var decision = await session!.CheckAsync(GuardedPart.Answer, message, cancellation);
            message = decision.Passes ? decision.Text ?? message : null;
        }

        return new ApiException(answer.Status, "upstream_error", message ?? $"The model's server answered with status {answer.Status}.")
        {
            RetryAfter = answer.RetryAfter,
        };
    }

    private static async Task<string?> MessageAsync(UpstreamAnswer answer, string? key)
    {
        try
        {
            using var json = await answer.ReadJsonAsync(maxDepth: 16);
            if (
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("error", out var error)
                && error.ValueKind == JsonValueKind.Object
                && error.TryGetProperty("message", out var message)
                && message.ValueKind == JsonValueKind.String
            )
            {
                var text = message.GetString()!;
                text = key is null ? text : text.Replace(key, "***", StringComparison.Ordinal);
                return text.Length > LongestMessage ? text[..LongestMessage] : text;
            }
        }
        catch (ApiException)
        {
            // An error without a readable reason is still that error.
        }

        return null;
    }
}
