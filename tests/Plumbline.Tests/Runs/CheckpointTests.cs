using Plumbline.Runs;
using Plumbline.Testing;

namespace Plumbline.Tests.Runs;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualClock clock = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_checkpoint_holds_what_was_written_into_it()
    {
        using var run = RunFolder.Open(folder.Path, clock);

        var saved = run.SaveCheckpoint(
            12,
            path =>
            {
                Directory.CreateDirectory(Path.Combine(path, "adapter"));
                File.WriteAllText(Path.Combine(path, "adapter", "weights"), "w");
            }
        );

        Assert.Equal(new Checkpoint(12, folder.File("checkpoints/step-12")), saved);
        Assert.Equal("w", File.ReadAllText(Path.Combine(saved.Path, "adapter", "weights")));
        Assert.Equal(saved, RunFolder.LatestCheckpoint(folder.Path));
    }

    [Fact]
    public void Metrics_are_on_disk_before_the_checkpoint_that_follows_them()
    {
        using var run = RunFolder.Open(folder.Path, clock);
        run.AppendMetrics(3, [new("loss", 1)]);

        run.SaveCheckpoint(3, _ => Assert.Single(RunFolder.ReadMetrics(folder.Path)));

        Assert.NotNull(run.LatestCheckpoint());
    }

    [Fact]
    public void The_latest_checkpoint_is_the_one_of_the_highest_step_not_of_the_last_name()
    {
        using var run = RunFolder.Open(folder.Path, clock);
        foreach (var step in new long[] { 0, 9, 100, 20 })
        {
            run.SaveCheckpoint(step, Write("s"), keep: 10);
        }

        Assert.Equal(100, run.LatestCheckpoint()!.Step);
    }

    [Fact]
    public void Only_the_last_ones_are_kept()
    {
        using var run = RunFolder.Open(folder.Path, clock);
        for (var step = 1; step <= 5; step++)
        {
            run.SaveCheckpoint(step, Write("s"), keep: 2);
        }

        Assert.Equal(["step-4", "step-5"], Names());
    }

    [Fact]
    public void Those_from_a_given_step_on_are_kept_beside_the_last_ones()
    {
        using var run = RunFolder.Open(folder.Path, clock);
        foreach (var step in new long[] { 2, 4, 6, 8 })
        {
            run.SaveCheckpoint(step, Write("s"), keep: 1, keepFrom: Math.Min(step, 4));
        }

        Assert.Equal(["step-4", "step-6", "step-8"], Names());
        Assert.Equal(run.CheckpointAt(8), run.LatestCheckpoint());
        Assert.Null(run.CheckpointAt(2));
    }

    [Fact]
    public void A_failure_while_saving_leaves_the_earlier_checkpoint_the_latest()
    {
        using var run = RunFolder.Open(folder.Path, clock);
        run.SaveCheckpoint(1, Write("one"));

        Assert.Throws<IOException>(() =>
            run.SaveCheckpoint(
                2,
                path =>
                {
                    Write("half")(path);
                    throw new IOException("No space left on device");
                }
            )
        );

        Assert.Equal(1, run.LatestCheckpoint()!.Step);
        run.SaveCheckpoint(2, Write("two"));
        Assert.Equal("two", Read(run.LatestCheckpoint()));
    }

    [Fact]
    public void A_checkpoint_of_the_same_step_is_replaced()
    {
        using var run = RunFolder.Open(folder.Path, clock);
        run.SaveCheckpoint(1, Write("old"));

        run.SaveCheckpoint(1, Write("new"));

        Assert.Equal("new", Read(run.LatestCheckpoint()));
        Assert.Equal(["step-1"], Names());
    }

    [Fact]
    public void What_a_kill_left_behind_is_never_taken_for_a_checkpoint_and_is_cleared_away()
    {
        folder.Write("checkpoints/step-5/state", "five");
        folder.Write("checkpoints/.step-9.partial/state", "ni");
        folder.Write("checkpoints/.step-3.deleted/state", "th");
        folder.Write("checkpoints/.step-5.replaced/state", "old five");
        folder.Write("checkpoints/step-010/state", "not ours");
        folder.Write("checkpoints/step-x/state", "not ours");

        using var run = RunFolder.Open(folder.Path, clock);

        Assert.Equal("five", Read(run.LatestCheckpoint()));
        Assert.Equal(["step-010", "step-5", "step-x"], Names());
    }

    [Fact]
    public void A_kill_between_the_two_renames_of_a_replacement_loses_nothing()
    {
        folder.Write("checkpoints/step-4/state", "four");
        folder.Write("checkpoints/.step-5.replaced/state", "old five");
        folder.Write("checkpoints/.step-5.partial/state", "new five");

        using var run = RunFolder.Open(folder.Path, clock);

        Assert.Equal(new Checkpoint(5, folder.File("checkpoints/step-5")), run.LatestCheckpoint());
        Assert.Equal("old five", Read(run.LatestCheckpoint()));
    }

    [Fact]
    public void A_folder_without_checkpoints_has_no_latest_one() => Assert.Null(RunFolder.LatestCheckpoint(folder.Path));

    private static Action<string> Write(string text) => path => File.WriteAllText(Path.Combine(path, "state"), text);

    private static string Read(Checkpoint? checkpoint) => File.ReadAllText(Path.Combine(checkpoint!.Path, "state"));

    private string[] Names() =>
        [.. Directory.GetDirectories(folder.File("checkpoints")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
