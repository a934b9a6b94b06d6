using System.Text.Json;
using Plumbline.Randomness;
using Plumbline.Runs;
using Plumbline.Testing;

namespace Plumbline.Tests.Runs;

public sealed class AlarmsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualClock clock = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Alarms_are_on_disk_at_once_and_read_back()
    {
        using var run = RunFolder.Open(folder.Path, clock);
        Assert.Empty(RunFolder.ReadAlarms(folder.Path));

        run.AppendAlarm(Alarm(7, "warn", null));
        run.AppendAlarm(Alarm(9, "roll_back", 4));

        var alarms = RunFolder.ReadAlarms(folder.Path);
        Assert.Equal([7L, 9], alarms.Select(alarm => alarm.Step));
        Assert.Equal(Alarm(9, "roll_back", 4) with { Time = alarms[1].Time }, alarms[1]);
        using var line = JsonDocument.Parse(File.ReadLines(folder.File("alarms.jsonl")).Last());
        Assert.Equal(4, line.RootElement.GetProperty("weights_from").GetInt64());
        Assert.Equal(clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, line.RootElement.GetProperty("time").GetDouble());
    }

    [Fact]
    public void Going_back_to_a_step_forgets_the_alarms_after_it()
    {
        using var run = RunFolder.Open(folder.Path, clock);
        run.AppendAlarm(Alarm(7, "warn", null));
        run.AppendAlarm(Alarm(9, "warn", null));

        run.RewindTo(8);

        Assert.Equal(7, Assert.Single(RunFolder.ReadAlarms(folder.Path)).Step);
    }

    [Fact]
    public void A_line_torn_by_a_kill_is_dropped_and_a_foreign_one_refused_by_its_place()
    {
        using (var run = RunFolder.Open(folder.Path, clock))
        {
            run.AppendAlarm(Alarm(7, "warn", null));
        }

        File.AppendAllText(folder.File("alarms.jsonl"), "{\"name\":\"kl_bud");
        using (var run = RunFolder.Open(folder.Path, clock))
        {
            run.AppendAlarm(Alarm(9, "warn", null));
            Assert.Equal([7L, 9], RunFolder.ReadAlarms(folder.Path).Select(alarm => alarm.Step));
        }

        File.AppendAllText(folder.File("alarms.jsonl"), "{\"name\":\"kl_budget\"}\n");
        var refusal = Assert.Throws<InvalidInputException>(() => RunFolder.Open(folder.Path, clock));
        Assert.Contains("alarms.jsonl:3", refusal.Message);
    }

    [Fact]
    public void Whatever_the_bytes_a_file_of_alarms_is_read_or_refused()
    {
        var path = folder.File("fuzzed.jsonl");
        AlarmsFile.Append(path, Alarm(7, "warn", null), 1);
        AlarmsFile.Append(path, Alarm(9, "stop", 9), 2);

        ByteFuzzer.Run(
            [File.ReadAllBytes(path)],
            rounds: 1500,
            new Seed(20),
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                AlarmsFile.Read(path);
            }
        );
    }

    private static AlarmRow Alarm(long step, string action, long? weightsFrom) =>
        new("kl_budget", step, step - 2, "The policy is 0.7 nats per token away.", 0.7, 0.5, "Far.", "Raise β.", action, weightsFrom);
}
