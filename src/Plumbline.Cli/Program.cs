using Plumbline.Cli.Commands;
using Plumbline.Cli.Progress;
using Plumbline.Torch.Allocation;

NativeAllocator.KeepFreedMemory();
using var cancel = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first Ctrl-C asks the run to save and stop; a second one ends the process.
    pressed.Cancel = !cancel.IsCancellationRequested;
    cancel.Cancel();
};
var environment = new CommandEnvironment(
    Console.Out,
    Console.Error,
    TimeProvider.System,
    // Standard output belongs to the answers where a machine reads them, and where the command writes them there.
    ProgressReporter.ForProcess(args.Contains("--json") || args is ["generate", ..], TimeProvider.System),
    new CommandInput(Console.In, !Console.IsInputRedirected),
    cancel.Token
);
return PlumbCommandLine.Run(args, environment);
