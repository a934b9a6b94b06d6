namespace Plumbline.Gateway.Hosting;

/// <summary>Who may use an endpoint that is not for everybody.</summary>
internal sealed class Access
{
    /// <summary>Whoever has a key, where there are keys.</summary>
    internal static readonly Access Clients = new();

    /// <summary>The same, unless telemetry is open.</summary>
    internal static readonly Access Operators = new();

    private Access() { }
}
