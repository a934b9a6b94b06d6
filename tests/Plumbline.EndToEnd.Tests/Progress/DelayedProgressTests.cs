using Plumbline.Cli.Progress;
using Plumbline.Runs;

namespace Plumbline.EndToEnd.Tests.Progress;

public sealed class DelayedProgressTests
{
    [Fact]
    public void Short_work_is_silent_and_long_work_is_not()
    {
        var (clock, told) = (new Clock(), new List<ProgressUpdate>());
        var progress = new DelayedProgress(new Sink(told), clock, TimeSpan.FromSeconds(2));

        progress.Report(new ProgressUpdate("work", 1, 3, 1, "rows"));
        clock.Seconds = 2;
        progress.Report(new ProgressUpdate("work", 2, 3, 2, "rows"));

        Assert.Equal(2, Assert.Single(told).Done);
    }

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    private sealed class Sink(List<ProgressUpdate> told) : IProgressSink
    {
        public void Report(ProgressUpdate update) => told.Add(update);
    }
}
