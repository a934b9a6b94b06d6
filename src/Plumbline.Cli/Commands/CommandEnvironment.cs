using Plumbline.Runs;

namespace Plumbline.Cli.Commands;

/// <summary>What a command uses of the world outside; tests give their own.</summary>
/// <param name="Output">What the user asked for.</param>
/// <param name="Error">Progress and problems.</param>
/// <param name="Clock">The time.</param>
/// <param name="Progress">Where long work tells how far it is.</param>
/// <param name="Input">Standard input.</param>
/// <param name="Cancellation">Ctrl-C.</param>
internal sealed record CommandEnvironment(
    TextWriter Output,
    TextWriter Error,
    TimeProvider Clock,
    IProgressSink Progress,
    CommandInput Input,
    CancellationToken Cancellation
);

/// <summary>What the user types or pipes in.</summary>
/// <param name="Reader">The lines.</param>
/// <param name="IsTerminal">Whether a person types them, who wants to be asked.</param>
internal sealed record CommandInput(TextReader Reader, bool IsTerminal);
