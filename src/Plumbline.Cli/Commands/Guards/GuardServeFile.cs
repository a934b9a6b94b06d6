using Plumbline.Gateway;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>What <c>plumb guard serve</c> reads.</summary>
internal sealed record GuardServeFile
{
    /// <summary>The guard.</summary>
    public GuardFile Guard { get; init; } = new();

    /// <summary>How the gateway listens, whom it lets in, where it connects.</summary>
    public required GatewayOptions Gateway { get; init; }
}
