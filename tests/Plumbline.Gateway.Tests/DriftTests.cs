using Plumbline.Moderation.Calibration;

namespace Plumbline.Gateway.Tests;

/// <summary>What operators see of traffic that is no longer like the texts of calibration.</summary>
public sealed class DriftTests
{
    [Fact]
    public async Task An_alarm_stands_in_the_metrics_and_beside_readiness()
    {
        var guard = new WordGuard
        {
            Drift =
            [
                new DriftStatus("text", "S1", "default", Seen: 900, Capital: double.PositiveInfinity, IsAlarmed: true),
                new DriftStatus("text", "S1", "de", Seen: 90, Capital: 0.5, IsAlarmed: false),
            ],
        };
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("Hello"), guard: guard);
        using var ready = await gateway.Http.GetAsync("/readyz");
        using var counted = await gateway.Http.GetAsync("/metrics");
        using var chat = await gateway.ChatAsync("Hi");

        var root = await ready.JsonAsync();
        Assert.Equal(
            (200, "ready", true),
            ((int)ready.StatusCode, root.GetProperty("status").GetString(), root.GetProperty("drifting").GetBoolean())
        );
        var alarm = root.GetProperty("drift").EnumerateArray().Single();
        Assert.Equal(
            ("text", "S1", "default", 900),
            (
                alarm.GetProperty("detector").GetString(),
                alarm.GetProperty("hazard").GetString(),
                alarm.GetProperty("language").GetString(),
                alarm.GetProperty("texts").GetInt32()
            )
        );
        var metrics = await counted.Content.ReadAsStringAsync();
        Assert.Matches("""drift_alarm\{[^}]*detector="text",hazard="S1",language="default"\} 1""", metrics);
        Assert.Matches("""drift_alarm\{[^}]*detector="text",hazard="S1",language="de"\} 0""", metrics);
        Assert.Matches("""drift_capital\{[^}]*language="de"\} 0\.5""", metrics);
        Assert.Equal(200, (int)chat.StatusCode);
    }

    [Fact]
    public async Task Where_nothing_is_compared_nothing_drifts()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("Hello"));
        using var ready = await gateway.Http.GetAsync("/readyz");
        using var counted = await gateway.Http.GetAsync("/metrics");

        Assert.False((await ready.JsonAsync()).GetProperty("drifting").GetBoolean());
        Assert.DoesNotContain("drift_alarm{", await counted.Content.ReadAsStringAsync());
    }
}
