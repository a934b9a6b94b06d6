using System.Text.Json;
using Plumbline.Data;
using Plumbline.Feedback.Revising;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

public sealed class ConstitutionReviseTests
{
    private const int Prompts = 5;

    [Fact]
    public async Task Prompts_become_a_fine_tuning_set_and_a_preference_set_with_every_text_between()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(Written);
        var file = Write(folder, server);

        var (code, output, error) = CommandRun.InProcess("constitution", "revise", file, "--json");

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(
            (Prompts, Prompts),
            (json.RootElement.GetProperty("revised").GetInt32(), json.RootElement.GetProperty("preferences").GetInt32())
        );
        // One of two.
        Assert.Equal(Prompts, json.RootElement.GetProperty("mixed").GetInt32());
        Assert.Equal(5 * Prompts, server.Requests.Count);
        string In(string name) => Path.Combine(folder.File("out"), name);
        var taught = DatasetReader.Open(new DatasetOptions(In("sft.jsonl"))).ReadPromptCompletions().ToList();
        Assert.Equal(2 * Prompts, taught.Count);
        Assert.Equal(Prompts, taught.Count(row => row.Completion.ToString().Contains("better", StringComparison.Ordinal)));
        var pairs = DatasetReader.Open(new DatasetOptions(In("preferences.jsonl"))).ReadPreferences().ToList();
        Assert.All(pairs, pair => Assert.Contains("better", pair.Chosen.ToString(), StringComparison.Ordinal));
        Assert.All(pairs, pair => Assert.Contains("first", pair.Rejected.ToString(), StringComparison.Ordinal));
        var lineage = File.ReadAllLines(In("revisions.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Prompts, lineage.Count);
        Assert.All(lineage, row => Assert.Equal(2, row.GetProperty("rounds").GetArrayLength()));
        Assert.Equal(
            ["honesty", "kindness"],
            lineage[0].GetProperty("rounds").EnumerateArray().Select(round => round.GetProperty("clause").GetString()!).Order()
        );
    }

    [Fact]
    public async Task A_server_that_fails_now_and_then_loses_nothing()
    {
        using var folder = new TemporaryFolder();
        var healthy = false;
        await using var server = new ModelServer(request =>
            healthy || request.Number % 4 != 2 ? Written(request) : new Reply("{\"choices\": ")
        );
        var file = Write(folder, server);

        var first = CommandRun.InProcess("constitution", "revise", file, "--json");
        var answered = server.Requests.Count - JsonDocument.Parse(first.Output).RootElement.GetProperty("failed").GetInt32();
        var asked = server.Requests.Count;
        healthy = true;
        var second = CommandRun.InProcess("constitution", "revise", file);

        Assert.Equal((1, 0), (first.Code, second.Code));
        Assert.Contains("the same command asks for them again", first.Error, StringComparison.Ordinal);
        Assert.Equal((5 * Prompts) - answered, server.Requests.Count - asked);
    }

    [Fact]
    public async Task A_changed_clause_has_revised_anew_what_it_touches_and_nothing_else()
    {
        const int many = 30;
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(Written);
        var file = Write(folder, server, prompts: many);
        var output = folder.File("out");
        Assert.Equal(0, CommandRun.InProcess("constitution", "revise", file, "--set", "revision.rounds=1").Code);
        var before = RevisionFile.Read(Path.Combine(output, "revisions.jsonl")).ToList();
        var kind = before.Where(answer => answer.Rounds[0].Clause == "kindness").Select(answer => answer.Id).ToList();
        Assert.InRange(kind.Count, 1, many - 1);
        var changed = folder.Write(
            "new.yaml",
            "name: small\nclauses: { honesty: { text: Be honest. }, kindness: { text: Be kind to all., tests: [{ prompt: Am I ugly?, expect: comply }] } }\n"
        );
        string[] diff = ["constitution", "diff", folder.File("c.yaml"), changed, "--workspace", output];
        var asked = server.Requests.Count;

        var told = CommandRun.InProcess([.. diff, "--json"]);

        Assert.True(told.Code == 0, told.Error);
        using var json = JsonDocument.Parse(told.Output);
        var reach = json.RootElement.GetProperty("reach").GetProperty("kindness");
        Assert.Equal(kind, Texts(reach.GetProperty("items")));
        // A revision to learn and a preference of each.
        Assert.Equal(2 * kind.Count, reach.GetProperty("training_rows").GetArrayLength());
        var rows = new[] { "sft.jsonl", "preferences.jsonl" }
            .SelectMany(name => DatasetReader.Open(new DatasetOptions(Path.Combine(output, name))).Read())
            .Select(row => row.Id)
            .ToHashSet();
        Assert.All(Texts(reach.GetProperty("training_rows")), row => Assert.Contains(row, rows));
        Assert.Equal(["Am I ugly?"], Texts(reach.GetProperty("tests")));
        Assert.Equal(asked, server.Requests.Count);

        var done = CommandRun.InProcess([.. diff, "--relabel"]);

        Assert.True(done.Code == 0, done.Error);
        // A critique and a revision of each; the answers are there.
        Assert.Equal(asked + (2 * kind.Count), server.Requests.Count);
        Assert.Contains($"Revised anew: {2 * many} training rows before and {2 * many} now, ", done.Output, StringComparison.Ordinal);
        Assert.All(server.Requests.Skip(asked), request => Assert.Contains("Be kind to all.", request.Body, StringComparison.Ordinal));
        var after = RevisionFile.Read(Path.Combine(output, "revisions.jsonl")).ToList();
        Assert.Equal(before.Select(answer => answer.Rounds[0].Clause), after.Select(answer => answer.Rounds[0].Clause));
        Assert.Contains($"0 of {many} revised answers are touched", CommandRun.InProcess(diff).Output, StringComparison.Ordinal);

        static List<string> Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];
    }

    [Fact]
    public async Task A_policy_is_walked_back_over_reward_pair_revision_and_critique_to_the_clause()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(Written);
        var revised = folder.File("out");
        Assert.Equal(0, CommandRun.InProcess("constitution", "revise", Write(folder, server, prompts: 40)).Code);
        var pairs = $"data.path={Path.Combine(revised, "preferences.jsonl")}";
        var reward = CommandRun.InProcess("reward", SmallPipeline.WriteReward(folder, "rm"), "--json", "--set", pairs);
        Assert.True(reward.Code == 0, reward.Error);
        using var rewardJson = JsonDocument.Parse(reward.Output);
        var model = rewardJson.RootElement.GetProperty("models")[0].GetString();
        var rl = CommandRun.InProcess(
            "rl",
            "grpo",
            RlTests.Write(folder, "rl"),
            "--json",
            "--set",
            pairs,
            "--set",
            $"rewards=[{{ kind: reward_model, reward_model: {{ paths: [{model}] }} }}]"
        );
        Assert.True(rl.Code == 0, rl.Error);
        using var rlJson = JsonDocument.Parse(rl.Output);
        var policy = rlJson.RootElement.GetProperty("model").GetString()!;
        string[] ledgers = ["--in", folder.File("rl"), "--in", folder.File("rm"), "--in", revised];

        var (code, output, error) = CommandRun.InProcess(["ledger", "why", policy, .. ledgers]);

        Assert.True(code == 0, error);
        foreach (var step in new[] { "rl ", "reward ", "preferences.jsonl", "constitution small" })
        {
            Assert.Contains(step, output, StringComparison.Ordinal);
        }

        var row = DatasetReader.Open(new DatasetOptions(Path.Combine(revised, "preferences.jsonl"))).ReadPreferences().First();
        var why = CommandRun.InProcess(["ledger", "why", row.Id, .. ledgers]);
        Assert.True(why.Code == 0, why.Error);
        foreach (
            var step in new[]
            {
                "This is not so good.",
                "A better answer",
                "first answer to question 0",
                "kindness",
                "honesty",
                "constitution small",
            }
        )
        {
            Assert.Contains(step, why.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("no ledger here knows it", why.Output, StringComparison.Ordinal);
        Assert.Equal(0, CommandRun.InProcess("ledger", "verify", revised).Code);
        var entries = File.ReadAllLines(Path.Combine(revised, "ledger.jsonl")).Length;
        Assert.Equal(0, CommandRun.InProcess("constitution", "revise", Write(folder, server, prompts: 40)).Code);
        Assert.Equal(entries, File.ReadAllLines(Path.Combine(revised, "ledger.jsonl")).Length);
    }

    [Fact]
    public async Task A_policy_that_a_judge_rewards_by_clauses_names_the_constitution()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(request =>
            request.Body.Contains("Be honest.", StringComparison.Ordinal) && request.Body.Contains("Be kind.", StringComparison.Ordinal)
                ? Reply.Chat(request.Body.Contains("stone", StringComparison.Ordinal) ? "Rating: 9" : "Rating: 2")
                : Reply.Refusal(400, "no clauses")
        );
        var constitution = folder.Write(
            "c.yaml",
            "name: small\nclauses: { honesty: { text: Be honest. }, kindness: { text: Be kind. } }\n"
        );

        var rl = CommandRun.InProcess(
            "rl",
            "grpo",
            RlTests.Write(folder, "rl"),
            "--json",
            "--set",
            $"rewards=[{{ kind: judge, judge: {{ model: '{server.Endpoint}', model_id: tiny, constitution: '{constitution}' }} }}]",
            "--set",
            "training.max_steps=4"
        );

        Assert.True(rl.Code == 0, rl.Error);
        using var json = JsonDocument.Parse(rl.Output);
        var why = CommandRun.InProcess("ledger", "why", json.RootElement.GetProperty("model").GetString()!, "--in", folder.File("rl"));
        Assert.Contains("constitution small", why.Output, StringComparison.Ordinal);
    }

    // First an answer, then a critique, then something better.
    private static Reply Written(Received request)
    {
        var messages = request.Json.GetProperty("messages");
        var last = messages[messages.GetArrayLength() - 1].GetProperty("content").GetString()!;
        return Reply.Chat(
            last.StartsWith("question", StringComparison.Ordinal) ? $"first answer to {last}"
            : last.Contains("quoting the passages", StringComparison.Ordinal) ? "This is not so good."
            : $"A better answer, number {messages[0].GetProperty("content").GetString()}"
        );
    }

    private static string Write(TemporaryFolder folder, ModelServer server, int prompts = Prompts)
    {
        var helpful = Enumerable
            .Range(0, 20)
            .Select(i => JsonSerializer.Serialize(new { prompt = $"help {i}?", completion = $"help {i}." }));
        return folder.Write(
            "revise.yaml",
            $$"""
            name: revise
            output: {{folder.File("out")}}
            constitution: {{folder.Write(
                "c.yaml",
                "name: small\nclauses: { honesty: { text: Be honest. }, kindness: { text: Be kind. } }\n"
            )}}
            data:
              path: {{folder.Write(
                "prompts.jsonl",
                string.Concat(Enumerable.Range(0, prompts).Select(i => $"{{\"prompt\":\"question {i}\"}}\n"))
            )}}
            reviser:
              remote:
                endpoint: {{server.Endpoint}}
                model: tiny
            limits: { parallel: 2, max_failures_in_a_row: 100 }
            mix:
              data:
                path: {{folder.Write("helpful.jsonl", string.Join('\n', helpful) + "\n")}}
            """
        );
    }
}
