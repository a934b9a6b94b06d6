using Plumbline.Configuration;

namespace Plumbline.Gateway;

/// <summary>How much a request may take.</summary>
public sealed record LimitOptions : IValidatedOptions
{
    /// <summary>The longest body, in bytes.</summary>
    /// <value>8388608</value>
    public int MaxBodyBytes { get; init; } = 8 << 20;

    /// <summary>How deep JSON may nest, in requests and in answers.</summary>
    /// <value>64</value>
    public int MaxJsonDepth { get; init; } = 64;

    /// <summary>Messages, prompts or inputs in a request.</summary>
    /// <value>2048</value>
    public int MaxMessages { get; init; } = 2048;

    /// <summary>Answers that one request may ask for (<c>n</c>).</summary>
    /// <value>16</value>
    public int MaxChoices { get; init; } = 16;

    /// <summary>Tool calls in one answer.</summary>
    /// <value>64</value>
    public int MaxToolCalls { get; init; } = 64;

    /// <summary>All headers of a request together, in bytes.</summary>
    /// <value>16384</value>
    public int MaxHeaderBytes { get; init; } = 16 << 10;

    /// <summary>How many headers a request may have.</summary>
    /// <value>64</value>
    public int MaxHeaders { get; init; } = 64;

    /// <summary>How long a client may take for its headers, in seconds.</summary>
    /// <value>10</value>
    public double HeadersTimeoutSeconds { get; init; } = 10;

    /// <summary>How long a connection stays open without a request, in seconds.</summary>
    /// <value>60</value>
    public double KeepAliveSeconds { get; init; } = 60;

    /// <summary>How slow a client may send or read, in bytes a second; slower ones are cut off after <see cref="GraceSeconds"/>.</summary>
    /// <value>240</value>
    public double MinBytesPerSecond { get; init; } = 240;

    /// <summary>How long a client may be slower than <see cref="MinBytesPerSecond"/>, in seconds; above 1.</summary>
    /// <value>5</value>
    public double GraceSeconds { get; init; } = 5;

    /// <summary>How long a client may leave an answer unread that fills its buffer, in seconds; then its connection ends.</summary>
    /// <value>30</value>
    public double ReadTimeoutSeconds { get; init; } = 30;

    /// <summary>Open connections; more are closed at once.</summary>
    /// <value>4096</value>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>Requests at a time, of all clients together; more are answered with 429.</summary>
    /// <value>512</value>
    public int MaxConcurrentRequests { get; init; } = 512;

    /// <summary>How long one check may take, in seconds. What was not checked by then does not pass.</summary>
    /// <value>60</value>
    public double CheckTimeoutSeconds { get; init; } = 60;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (double Value, string Option, double Least, double Most)[] ranges =
        [
            (MaxBodyBytes, nameof(MaxBodyBytes), 1024, 1 << 30),
            (MaxJsonDepth, nameof(MaxJsonDepth), 8, 512),
            (MaxMessages, nameof(MaxMessages), 1, 1_000_000),
            (MaxChoices, nameof(MaxChoices), 1, 1024),
            (MaxToolCalls, nameof(MaxToolCalls), 1, 4096),
            (MaxHeaderBytes, nameof(MaxHeaderBytes), 1024, 1 << 20),
            (MaxHeaders, nameof(MaxHeaders), 8, 1024),
            (HeadersTimeoutSeconds, nameof(HeadersTimeoutSeconds), 0.1, 3600),
            (KeepAliveSeconds, nameof(KeepAliveSeconds), 1, 86_400),
            (MinBytesPerSecond, nameof(MinBytesPerSecond), 1, 1e9),
            (GraceSeconds, nameof(GraceSeconds), 1.001, 3600),
            (ReadTimeoutSeconds, nameof(ReadTimeoutSeconds), 0.1, 3600),
            (MaxConnections, nameof(MaxConnections), 1, 1_000_000),
            (MaxConcurrentRequests, nameof(MaxConcurrentRequests), 1, 1_000_000),
            (CheckTimeoutSeconds, nameof(CheckTimeoutSeconds), 0.01, 3600),
        ];
        return from range in ranges
            where !(range.Value >= range.Least && range.Value <= range.Most)
            select new OptionProblem(range.Option, range.Value, $"between {range.Least} and {range.Most}");
    }
}
