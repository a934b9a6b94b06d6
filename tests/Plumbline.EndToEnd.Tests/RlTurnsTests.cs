using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Environments;
using Plumbline.Randomness;
using Plumbline.Runs;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

/// <summary>An environment that is not ours, in an assembly that is not ours: this one.</summary>
[Environment("asks_once_more")]
public sealed class AsksOnceMore(IReadOnlyDictionary<string, string> settings) : IEnvironment
{
    private readonly string words = settings["words"];

    public Task<IReadOnlyList<IReadOnlyList<ChatMessage>?>> ReplyAsync(
        IReadOnlyList<AnsweredConversation> conversations,
        CancellationToken cancellation = default
    ) =>
        Task.FromResult<IReadOnlyList<IReadOnlyList<ChatMessage>?>>([
            .. conversations.Select(conversation => conversation.Answers > 1 ? null : new[] { new ChatMessage(ChatRole.User, words) }),
        ]);
}

/// <summary><c>plumb rl</c> where something replies to the policy.</summary>
public sealed class RlTurnsTests
{
    private const string Retry =
        "turns={ max_turns: 2, environment: { kind: retry, retry: { check: { kind: regex, regex: { pattern: stone } } } } }";

    [Theory]
    [InlineData("grpo", Retry, null)]
    [InlineData("ppo", Retry, "sampling.top_p=0.95")]
    [InlineData("dr_grpo", "turns={ environment: { kind: scripted, scripted: { column: more } } }", null)]
    [InlineData("remax", Retry, "sampling.exact=true")]
    [InlineData("xpo", Retry, null)]
    [InlineData("rejection_sampling", Retry, null)]
    public void A_policy_learns_from_conversations(string algorithm, string turns, string? set)
    {
        using var folder = new TemporaryFolder();

        var (code, output, error) = CommandRun.InProcess([
            "rl",
            algorithm,
            Write(folder, "run"),
            "--json",
            "--set",
            turns,
            .. set is null ? Array.Empty<string>() : ["--set", set],
        ]);

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var reward = json.RootElement.GetProperty("reward");
        Assert.True(
            reward.GetProperty("after").GetDouble() > reward.GetProperty("before").GetDouble(),
            $"{reward.GetProperty("before")} to {reward.GetProperty("after")}"
        );
        var rows = RunFolder.ReadMetrics(Path.GetDirectoryName(json.RootElement.GetProperty("model").GetString()!)!);
        Assert.True(rows.Max(row => row.Find("rollout/turns")) > 1);
        if (rows[0].Find("ratio") is { } ratio)
        {
            Assert.Equal(1.0, ratio);
        }

        var report = File.ReadAllText(json.RootElement.GetProperty("report").GetString()!);
        Assert.Contains("Turns of a conversation", report, StringComparison.Ordinal);
        Assert.Contains(algorithm == "dr_grpo" ? "and the cloud?" : "That is not right. Try again.", report, StringComparison.Ordinal);
    }

    [Fact]
    public void An_environment_of_the_user_has_a_name_in_options()
    {
        using var folder = new TemporaryFolder();

        // In a process of its own: what is registered stays.
        var (code, output, error) = CommandRun.Separately(
            "rl",
            "bnpo",
            Write(folder, "run"),
            "--json",
            "--losses",
            typeof(AsksOnceMore).Assembly.Location,
            "--set",
            "turns={ environment: { kind: class, class: asks_once_more, settings: { words: and what else } } }"
        );

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.Contains("and what else", File.ReadAllText(json.RootElement.GetProperty("report").GetString()!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("turns={ max_turns: 1, environment: { kind: scripted } }", "turns.max_turns")]
    [InlineData("turns={ max_turns: 3 }", "environment")]
    [InlineData("turns={ environment: { kind: retry } }", "turns.environment.retry")]
    [InlineData("turns={ environment: { kind: retry, retry: { check: { kind: regex } } } }", "check.regex")]
    [InlineData("turns={ environment: { kind: class, class: nowhere } }", "no environment named 'nowhere'")]
    [InlineData("turns={ environment: { kind: scripted } }", "No row has a column 'follow_ups'")]
    [InlineData(
        "turns={ environment: { kind: retry, retry: { check: { kind: exact_match, exact_match: { column: right } } } } }",
        "No row has a column 'right'"
    )]
    [InlineData("turns={ environment: { kind: scripted, scripted: { column: more } } }; data.path=text", "is plain text")]
    public void What_cannot_be_is_refused_with_the_mend(string set, string named)
    {
        using var folder = new TemporaryFolder();
        var plain = folder.Write(
            "plain.jsonl",
            string.Concat(Enumerable.Range(0, 9).Select(row => $$"""{"prompt": "q {{row}}", "more": "x"}""" + "\n"))
        );
        var parts = set.Replace("data.path=text", $"data.path={plain}", StringComparison.Ordinal).Split("; ");

        var (code, _, error) = CommandRun.InProcess([
            "rl",
            "grpo",
            Write(folder, "run"),
            .. parts.SelectMany(part => new[] { "--set", part }),
        ]);

        Assert.Equal(2, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public void People_are_not_asked_to_compare_conversations()
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = CommandRun.InProcess(
            "rl",
            "grpo",
            Write(folder, "run"),
            "--feedback",
            folder.File("store.db"),
            "--set",
            "feedback={}",
            "--set",
            Retry
        );

        Assert.Equal(2, code);
        Assert.Contains("people compare single answers", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_killed_at_random_moments_ends_in_the_same_bits_as_one_that_was_not()
    {
        using var folder = new TemporaryFolder();
        var straight = CommandRun.InProcess("rl", "ppo", Write(folder, "straight"), "--set", Retry);
        Assert.True(straight.Code == 0, straight.Error);
        var expected = KilledRun.Weights(folder.File("straight"), "rl-*");
        var random = new Seed(23).Source();
        var killed = 0;
        for (var moment = 0; moment < KilledRun.Moments; moment++)
        {
            var output = $"killed-{moment}";
            var file = Write(folder, output, Retry.Replace("turns=", "turns: ", StringComparison.Ordinal));
            var delay = random.NextInt(400);
            killed += KilledRun.AfterCheckpoint("rl ppo", file, folder.File(output), "rl-*", delay) ? 1 : 0;

            var resumed = CommandRun.InProcess("rl", "ppo", file);

            Assert.True(resumed.Code == 0, resumed.Error);
            Assert.True(expected.SequenceEqual(KilledRun.Weights(folder.File(output), "rl-*")), $"killed {delay} ms after a checkpoint");
        }

        Assert.True(killed > 0, "No run could be killed in time: make the stages longer.");
    }

    private static string Data(TemporaryFolder folder) =>
        folder.Write("talks.jsonl", string.Join('\n', Enumerable.Range(0, 80).Select(row => JsonSerializer.Serialize(Row(row)))) + "\n");

    private static object Row(int row) =>
        new
        {
            prompt = new[] { new { role = "user", content = $"question {row}?" } },
            completion = new[]
            {
                new { role = "assistant", content = row % 2 == 0 ? $"yes red stone {row % 5}" : $"no green cloud {row % 5}" },
            },
            more = new[] { "and the cloud?", "and then?" },
        };

    internal static string Write(TemporaryFolder folder, string output, string more = "") =>
        folder.Write(
            $"{output}.yaml",
            $$"""
            name: talks
            seed: 3
            threads: 1
            output: {{folder.File(output)}}
            model:
              tiny: { vocabulary_size: 320, hidden_size: 32, intermediate_size: 64, layers: 2, heads: 2, key_value_heads: 1 }
            data: { path: {{Data(folder)}}, held_out: 0.2 }
            max_length: 256
            pretrain: { epochs: 3, learning_rate: 0.005, batch_size: 4, save_steps: 3 }
            rewards:
              - { kind: regex, weight: 2, regex: { pattern: stone } }
            policy: { max_completion_length: 24 }
            training: { epochs: 2, learning_rate: 0.002, batch_size: 8, logging_steps: 1, save_steps: 3 }
            {{more}}
            """
        );
}
