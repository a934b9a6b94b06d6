using Plumbline.Runs;

namespace Plumbline.Cli.Progress;

/// <summary>Says nothing before some time has passed: short work needs no progress.</summary>
/// <param name="sink">Who is told from then on.</param>
/// <param name="clock">The time.</param>
/// <param name="delay">How long it is silent.</param>
internal sealed class DelayedProgress(IProgressSink sink, TimeProvider clock, TimeSpan delay) : IProgressSink
{
    private readonly long started = clock.GetTimestamp();

    /// <inheritdoc/>
    public void Report(ProgressUpdate update)
    {
        if (clock.GetElapsedTime(started) >= delay)
        {
            sink.Report(update);
        }
    }
}
