namespace Plumbline.Cli.Commands;

/// <summary>What the process says to its caller.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    internal const int Done = 0;

    /// <summary>Something failed, or was interrupted.</summary>
    internal const int Failed = 1;

    /// <summary>The command line or an input is not usable.</summary>
    internal const int BadInput = 2;
}
