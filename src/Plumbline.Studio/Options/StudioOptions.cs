using System.Net;
using Plumbline.Configuration;

namespace Plumbline.Studio.Options;

/// <summary>How the pages are served.</summary>
public sealed record StudioOptions : IValidatedOptions
{
    /// <summary>Where judgements are kept: a path for SQLite, an address or connection string for PostgreSQL (docs/feedback.md).</summary>
    /// <value>studio.db</value>
    public string Store { get; init; } = "studio.db";

    /// <summary>The IP address to listen on.</summary>
    /// <value>127.0.0.1</value>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port to listen on; 0 for any that is free.</summary>
    /// <value>7180</value>
    public int Port { get; init; } = 7180;

    /// <summary>
    /// The address by which people reach the pages, such as <c>https://studio.example.org</c>: links name it, and whoever is connected is believed what it says of the client, so nobody but the proxy may reach the address. Null where people reach the
    /// address itself.
    /// </summary>
    public string? PublicUrl { get; init; }

    /// <summary>A PEM file with the certificate, and the ones above it, by which the address speaks TLS; null for plain HTTP.</summary>
    public string? Certificate { get; init; }

    /// <summary>The PEM file with the certificate's key.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>
    /// The constitution from which guidelines and criteria of new projects can be taken: a file, or the name of a shipped one; null for none.
    /// </summary>
    public string? Constitution { get; init; }

    /// <summary>Overlays of the constitution, in order.</summary>
    /// <value>none</value>
    public IReadOnlyList<string> Overlays { get; init; } = [];

    /// <summary>How much one client may ask.</summary>
    public StudioLimits Limits { get; init; } = new();

    /// <summary>Whether people reach the pages by TLS, here or at the proxy in front.</summary>
    public bool IsSecure => Certificate is not null || PublicUrl?.StartsWith("https://", StringComparison.Ordinal) == true;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (!IPAddress.TryParse(Address, out var address))
        {
            yield return new OptionProblem(nameof(Address), Address, "an IP address, such as 127.0.0.1");
        }
        else if (!IPAddress.IsLoopback(address) && !IsSecure)
        {
            yield return new OptionProblem(
                nameof(Address),
                Address,
                "a loopback address where nothing encrypts",
                "Passwords would cross the network in the clear: set certificate and certificate_key, or public_url to the https:// address of the proxy in front."
            );
        }

        if (Port is < 0 or > 65535)
        {
            yield return new OptionProblem(nameof(Port), Port, "from 0 to 65535");
        }

        if (
            PublicUrl is not null
            && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.PathAndQuery == "/")
        )
        {
            yield return new OptionProblem(nameof(PublicUrl), PublicUrl, "an http:// or https:// address without a path");
        }

        if (Certificate is null != CertificateKey is null)
        {
            yield return new OptionProblem(nameof(CertificateKey), CertificateKey ?? "missing", "given together with certificate");
        }
    }
}

/// <summary>How much one client may ask.</summary>
public sealed record StudioLimits : IValidatedOptions
{
    /// <summary>Requests of one account, or of one address that has not signed in, per minute, 10 to 1,000,000.</summary>
    /// <value>1200</value>
    public int RequestsPerMinute { get; init; } = 1200;

    /// <summary>Attempts to sign in, to join or to appeal from one address per minute, 1 to 1,000.</summary>
    /// <value>20</value>
    public int AttemptsPerMinute { get; init; } = 20;

    /// <summary>The largest form or request, in bytes, 10,000 to 1,000,000,000. Imports and pictures count too.</summary>
    /// <value>67108864</value>
    public long MaxBodyBytes { get; init; } = 64 << 20;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (RequestsPerMinute is < 10 or > 1_000_000)
        {
            yield return new OptionProblem(nameof(RequestsPerMinute), RequestsPerMinute, "from 10 to 1,000,000");
        }

        if (AttemptsPerMinute is < 1 or > 1_000)
        {
            yield return new OptionProblem(nameof(AttemptsPerMinute), AttemptsPerMinute, "from 1 to 1,000");
        }

        if (MaxBodyBytes is < 10_000 or > 1_000_000_000)
        {
            yield return new OptionProblem(nameof(MaxBodyBytes), MaxBodyBytes, "from 10,000 to 1,000,000,000");
        }
    }
}
