using Plumbline.Configuration;

namespace Plumbline.Gateway;

/// <summary>The model's server, and how patiently it is listened to.</summary>
public sealed record UpstreamOptions : IValidatedOptions
{
    // What tells a server where the message ends, who asks and to whom: never a client's to say.
    private static readonly string[] Reserved =
    [
        "accept-encoding",
        "authorization",
        "api-key",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-api-key",
    ];

    /// <summary>Its address up to the version: <c>http://localhost:8000/v1</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The environment variable that holds the gateway's own key there; clients' keys are never sent on.</summary>
    /// <value>null: no key is sent</value>
    public string? ApiKeyVariable { get; init; }

    /// <summary>How long a connection may take, in seconds.</summary>
    /// <value>10</value>
    public double ConnectTimeoutSeconds { get; init; } = 10;

    /// <summary>How long the server may think before it begins to answer, in seconds.</summary>
    /// <value>300</value>
    public double FirstByteTimeoutSeconds { get; init; } = 300;

    /// <summary>How long the server may be silent within an answer, in seconds.</summary>
    /// <value>60</value>
    public double IdleTimeoutSeconds { get; init; } = 60;

    /// <summary>The longest answer, in bytes as they come.</summary>
    /// <value>67108864</value>
    public int MaxAnswerBytes { get; init; } = 64 << 20;

    /// <summary>The longest event of a stream, in bytes.</summary>
    /// <value>262144</value>
    public int MaxEventBytes { get; init; } = 256 << 10;

    /// <summary>Connections to it at a time; more wait.</summary>
    /// <value>512</value>
    public int MaxConnections { get; init; } = 512;

    /// <summary>The headers of a request that are sent on; no others are.</summary>
    /// <value>x-request-id, idempotency-key</value>
    public IReadOnlyList<string> ForwardedHeaders { get; init; } = ["x-request-id", "idempotency-key"];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (
                Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri)
                    && uri.Scheme is "http" or "https"
                    && uri.UserInfo.Length == 0
                    && uri.Query.Length == 0
                    && uri.Fragment.Length == 0,
                nameof(Endpoint),
                Endpoint,
                "an http or https address without user name and query"
            ),
            (ApiKeyVariable is null || ApiKeyVariable.Trim().Length > 0, nameof(ApiKeyVariable), ApiKeyVariable, "an environment variable"),
            (ConnectTimeoutSeconds is > 0 and <= 3600, nameof(ConnectTimeoutSeconds), ConnectTimeoutSeconds, "above 0 and at most 3600"),
            (
                FirstByteTimeoutSeconds is > 0 and <= 86_400,
                nameof(FirstByteTimeoutSeconds),
                FirstByteTimeoutSeconds,
                "above 0 and at most 86400"
            ),
            (IdleTimeoutSeconds is > 0 and <= 86_400, nameof(IdleTimeoutSeconds), IdleTimeoutSeconds, "above 0 and at most 86400"),
            (MaxAnswerBytes is >= 1024 and <= 1 << 30, nameof(MaxAnswerBytes), MaxAnswerBytes, "between 1024 and 1073741824"),
            (
                MaxEventBytes >= 1024 && MaxEventBytes <= Math.Min(MaxAnswerBytes, 64 << 20),
                nameof(MaxEventBytes),
                MaxEventBytes,
                "between 1024 and max_answer_bytes, and at most 67108864"
            ),
            (MaxConnections is >= 1 and <= 65_536, nameof(MaxConnections), MaxConnections, "between 1 and 65536"),
        ];
        var ranges = from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
        var headers =
            from header in ForwardedHeaders
            where !IsHeader(header) || Reserved.Contains(header, StringComparer.OrdinalIgnoreCase)
            select new OptionProblem(
                nameof(ForwardedHeaders),
                header,
                "names of headers that say nothing of the connection, the body or keys"
            );
        return ranges.Concat(headers);
    }

    private static bool IsHeader(string name) =>
        name.Length is > 0 and <= 128 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
}
