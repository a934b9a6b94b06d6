using System.Globalization;
using System.Text.Json;
using Plumbline.Models.Generation;
using Plumbline.Models.HuggingFace;
using Plumbline.Randomness;
using Plumbline.Runs;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

/// <summary>A policy whose answers come from a server: here one that serves what was last published, by the sampler of this house.</summary>
public sealed class RemoteRolloutTests
{
    [Fact]
    public async Task A_served_policy_learns_and_its_mismatch_is_measured()
    {
        using var folder = new TemporaryFolder();
        var published = folder.File("published");
        await using var server = new ModelServer(received => new Reply(Serve(published, received.Body)));

        var (code, output, error) = await Run(folder, server, $"sampling.publish={published}");

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var reward = json.RootElement.GetProperty("reward");
        Assert.True(reward.GetProperty("after").GetDouble() > reward.GetProperty("before").GetDouble());
        var rows = RunFolder.ReadMetrics(Path.GetDirectoryName(json.RootElement.GetProperty("model").GetString()!)!);
        // What is served is what is trained, but for the kernels' bf16.
        Assert.All(rows, row => Assert.InRange(row.Find("sampling/mismatch")!.Value, 0, 0.05));
        Assert.All(rows, row => Assert.Equal(1.0, row.Find("ratio")!.Value));
    }

    [Fact]
    public async Task A_served_policy_holds_conversations_and_is_published_once_a_round()
    {
        using var folder = new TemporaryFolder();
        var (published, prompts, versions) = (folder.File("published"), new List<string>(), new List<DateTime>());
        await using var server = new ModelServer(received =>
        {
            using var asked = JsonDocument.Parse(received.Body);
            prompts.Add(asked.RootElement.GetProperty("prompt").GetRawText());
            versions.Add(File.GetLastWriteTimeUtc(Path.Combine(published, "model.safetensors")));
            return new Reply(Serve(published, received.Body));
        });

        var (code, output, error) = await Run(
            folder,
            server,
            $"sampling.publish={published}",
            RlTurnsTests.Write(
                folder,
                "run",
                "turns: { max_turns: 2, environment: { kind: scripted, scripted: { column: more } } }\nrollout: { answers_per_prompt: 2 }"
            ),
            maxSteps: 3
        );

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var rows = RunFolder.ReadMetrics(Path.GetDirectoryName(json.RootElement.GetProperty("model").GetString()!)!);
        Assert.All(rows, row => Assert.True(row.Find("rollout/turns") > 1));
        Assert.All(rows, row => Assert.InRange(row.Find("sampling/mismatch")!.Value, 0, 0.05));
        Assert.All(rows, row => Assert.Equal(1.0, row.Find("ratio")!.Value));
        // A second turn goes there as the tokens of the first and all that came of it, from the same weights.
        var first = prompts[0][..^1] + ",";
        Assert.Contains(prompts, prompt => prompt.StartsWith(first, StringComparison.Ordinal));
        Assert.Equal(rows.Count, versions.Distinct().Count());
    }

    [Fact]
    public async Task A_server_that_stays_behind_is_seen_to()
    {
        using var folder = new TemporaryFolder();
        var published = folder.File("published");
        string? first = null;
        await using var server = new ModelServer(received =>
        {
            // The first policy for ever.
            if (first is null)
            {
                Copy(published, first = folder.File("first"));
            }

            return new Reply(Serve(first, received.Body));
        });

        var (code, output, error) = await Run(folder, server, $"sampling.publish={published}");

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var rows = RunFolder.ReadMetrics(Path.GetDirectoryName(json.RootElement.GetProperty("model").GetString()!)!);
        Assert.True(
            rows[^1].Find("sampling/kl") > 10 * rows[0].Find("sampling/kl"),
            $"{rows[0].Find("sampling/kl")} to {rows[^1].Find("sampling/kl")}"
        );
    }

    [Fact]
    public async Task What_a_server_cannot_do_is_refused_with_the_mend()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(_ => new Reply("""{ "choices": [ { "text": "yes", "finish_reason": "stop" } ] }"""));

        var (filters, _, aboutFilters) = await Run(folder, server, "sampling.top_p=0.9");
        var (ids, _, aboutIds) = await Run(folder, server, "rollout={ answers_per_prompt: 1, advantage_type: reinforce_plus_plus }");

        Assert.Equal(2, filters);
        Assert.Contains("what its filters left", aboutFilters, StringComparison.Ordinal);
        Assert.Equal(1, ids);
        Assert.Contains("token ids", aboutIds, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Output, string Error)> Run(
        TemporaryFolder folder,
        ModelServer server,
        string set,
        string? file = null,
        int maxSteps = 0
    ) =>
        Task.Run(() =>
            CommandRun.InProcess(
                "rl",
                "bnpo",
                file ?? RlTests.Write(folder, "run"),
                "--json",
                "--set",
                $"sampling.remote={{ endpoint: \"{server.Endpoint}\", model: policy, max_concurrent_requests: 1 }}",
                "--set",
                "probe=null",
                "--set",
                $"training.max_steps={maxSteps}",
                "--set",
                set
            )
        );

    private static string Serve(string folder, string body)
    {
        using var asked = JsonDocument.Parse(body);
        var root = asked.RootElement;
        using var model = ModelFolder.Load(folder);
        int[] prompt = [.. root.GetProperty("prompt").EnumerateArray().Select(id => id.GetInt32())];
        using var engine = DecodeEngines.For(model, new DecodeEngineOptions { Slots = 8, SequenceCapacity = model.Config.ContextLength });
        var request = new SamplingRequest
        {
            Prompt = prompt,
            Seed = new Seed((ulong)root.GetProperty("seed").GetInt64()),
            Answers = root.TryGetProperty("n", out var count) ? count.GetInt32() : 1,
            Options = new SamplingOptions
            {
                MaxNewTokens = root.GetProperty("max_tokens").GetInt32(),
                EndTokens = [.. root.GetProperty("stop_token_ids").EnumerateArray().Select(id => id.GetInt32())],
            },
        };
        var choices = new Sampler(engine)
            .Generate([request])
            .Select(answer => new
            {
                index = answer.Index,
                text = string.Empty,
                finish_reason = answer.IsTruncated ? "length" : "stop",
                token_ids = answer.Ids,
                logprobs = new
                {
                    tokens = answer.Ids.Select(id => string.Create(CultureInfo.InvariantCulture, $"token_id:{id}")),
                    token_logprobs = answer.UnfilteredLogProbabilities,
                },
            });
        return JsonSerializer.Serialize(new { choices });
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
