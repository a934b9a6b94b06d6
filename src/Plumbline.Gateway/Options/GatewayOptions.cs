using System.Net;
using Plumbline.Configuration;
using Plumbline.Constitutions;

namespace Plumbline.Gateway;

/// <summary>How the gateway listens, whom it lets in, what it checks and where it connects.</summary>
public sealed record GatewayOptions : IValidatedOptions
{
    /// <summary>The address it listens on. Others than this machine's own need <see cref="Clients"/>.</summary>
    /// <value>127.0.0.1</value>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port it listens on; 0 for any that is free.</summary>
    /// <value>8080</value>
    public int Port { get; init; } = 8080;

    /// <summary>
    /// The host names that requests may ask for (without port). Empty: on an address of this machine's own the names of this machine, so that no web page reaches it under a name of its own
    /// (DNS rebinding); elsewhere any.
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>The model's server. Nothing that a request says changes where the gateway connects.</summary>
    public required UpstreamOptions Upstream { get; init; }

    /// <summary>Who may ask. Empty: anybody who reaches the address.</summary>
    public IReadOnlyList<ClientOptions> Clients { get; init; } = [];

    /// <summary>What is checked beside what users, tools and models say.</summary>
    public CheckOptions Checks { get; init; } = new();

    /// <summary>How much a request may take.</summary>
    public LimitOptions Limits { get; init; } = new();

    /// <summary>How decisions are handed to people, where the caller keeps reviews.</summary>
    public ReviewOptions Reviews { get; init; } = new();

    /// <summary>What operators see.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>Where requests are made, as far as it is known.</summary>
    public Situation Situation { get; init; } = new();

    /// <summary>Whether only this machine reaches the address.</summary>
    internal bool IsLocal => IPAddress.TryParse(Address, out var address) && IPAddress.IsLoopback(address);

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (!IPAddress.TryParse(Address, out _))
        {
            yield return new OptionProblem(nameof(Address), Address, "an IP address, such as 127.0.0.1 or 0.0.0.0");
        }
        else if (!IsLocal && Clients.Count == 0)
        {
            yield return new OptionProblem(
                nameof(Address),
                Address,
                "an address of this machine's own where there are no clients",
                "List who may ask in clients, each with the hash of an API key, or listen on 127.0.0.1."
            );
        }

        if (Port is < 0 or > 65_535)
        {
            yield return new OptionProblem(nameof(Port), Port, "between 0 and 65535");
        }

        if (Hosts.FirstOrDefault(host => Uri.CheckHostName(host) == UriHostNameType.Unknown) is { } unknown)
        {
            yield return new OptionProblem(nameof(Hosts), unknown, "a list of host names without ports");
        }

        if (Clients.GroupBy(client => client.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            yield return new OptionProblem(nameof(Clients), twice.Key, "clients with names of their own");
        }

        if (Clients.Count > 10_000)
        {
            yield return new OptionProblem(nameof(Clients), Clients.Count, "at most 10000 clients");
        }
    }
}
