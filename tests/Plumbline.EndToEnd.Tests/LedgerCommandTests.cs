using System.Text.Json;
using Plumbline.Lineage;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

public sealed class LedgerCommandTests
{
    [Fact]
    public void A_pipelines_model_is_walked_back_to_the_data_and_the_same_command_again_records_nothing()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.Write(folder, "run");
        var run = folder.File("run");
        Done(CommandRun.InProcess("align", file));
        var ledger = File.ReadAllBytes(Ledger.PathIn(run));

        Assert.Equal(["data", "tokenizer", "pretrain", "sft", "dpo"], Kinds(run));
        var model = Path.Combine(Directory.GetDirectories(run, "dpo-*").Single(), "model");
        var why = Why(model);
        Assert.Equal(ArtifactId.OfFolder(model), why.GetProperty("id").GetString());
        Assert.Equal("plumb align", why.GetProperty("facts").GetProperty("command").GetString());
        Assert.Equal(3, why.GetProperty("facts").GetProperty("seed").GetInt32());
        Assert.Equal(
            ArtifactId.OfFile(Path.Combine(model, "..", "options.yaml")),
            why.GetProperty("facts").GetProperty("options").GetString()
        );
        var kinds = new List<string>();
        for (var node = why; ; node = node.GetProperty("from")[0])
        {
            kinds.Add(node.GetProperty("kind").GetString()!);
            if (!node.TryGetProperty("from", out _))
            {
                Assert.Equal(ArtifactId.OfFile(folder.File("pairs.jsonl")), node.GetProperty("id").GetString());
                break;
            }
        }

        Assert.Equal(["dpo", "sft", "pretrain", "tokenizer", "data"], kinds);
        Done(CommandRun.InProcess("align", file));
        Assert.Equal(ledger, File.ReadAllBytes(Ledger.PathIn(run)));

        Done(CommandRun.InProcess("align", file, "--set", "steps.dpo.beta=0.3"));
        Assert.Equal(["data", "tokenizer", "pretrain", "sft", "dpo", "dpo"], Kinds(run));
        Assert.Equal(0, CommandRun.InProcess("ledger", "verify", run).Code);
    }

    [Fact]
    public void A_killed_run_is_recorded_once_and_ends_with_the_ledger_of_one_that_was_not()
    {
        using var folder = new TemporaryFolder();
        Done(CommandRun.InProcess("align", SmallPipeline.Write(folder, "straight")));
        var file = SmallPipeline.Write(folder, "killed");
        var kills = new[] { "pretrain-*", "sft-*", "dpo-*" }.Count(stage =>
            KilledRun.AfterCheckpoint("align", file, folder.File("killed"), stage)
        );
        Assert.True(kills > 0, "No run could be killed in time: make the stages longer.");

        Done(CommandRun.InProcess("align", file));

        IEnumerable<(string, string)> Artifacts(string run) =>
            Ledger.Open(folder.File(run), TimeProvider.System).Entries.Select(entry => (entry.Artifact.Kind, entry.Artifact.Id));
        Assert.Equal(Artifacts("straight"), Artifacts("killed"));
    }

    [Fact]
    public void A_stage_killed_after_it_was_recorded_is_computed_again_and_not_recorded_again()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.Write(folder, "run");
        var run = folder.File("run");
        Done(CommandRun.InProcess("align", file));
        var ledger = File.ReadAllBytes(Ledger.PathIn(run));
        File.Delete(Path.Combine(Directory.GetDirectories(run, "sft-*").Single(), "finished"));

        Done(CommandRun.InProcess("align", file));

        Assert.Equal(ledger, File.ReadAllBytes(Ledger.PathIn(run)));
    }

    [Fact]
    public void Stages_that_were_finished_without_a_ledger_are_recorded_when_they_are_found()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.Write(folder, "run");
        var run = folder.File("run");
        Done(CommandRun.InProcess("align", file));
        foreach (
            var path in Directory.GetFiles(run, "ledger.*").Concat(Directory.GetFiles(run, "model.sha256", SearchOption.AllDirectories))
        )
        {
            File.Delete(path);
        }

        Done(CommandRun.InProcess("align", file));

        Assert.Equal(["data", "tokenizer", "pretrain", "sft", "dpo"], Kinds(run));
    }

    [Fact]
    public void A_changed_ledger_is_named_by_line_and_stops_a_pipeline_before_it_computes()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.Write(folder, "run");
        var run = folder.File("run");
        Done(CommandRun.InProcess("align", file));
        var path = Ledger.PathIn(run);
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"kind\":\"pretrain\"", "\"kind\":\"elsewhere\""));

        var (code, output, _) = CommandRun.InProcess("ledger", "verify", run);
        Assert.Equal(1, code);
        Assert.StartsWith($"{path}:3: changed: ", output);
        var (jsonCode, json, _) = CommandRun.InProcess("ledger", "verify", run, "--json");
        Assert.Equal((1, 3), (jsonCode, JsonDocument.Parse(json).RootElement.GetProperty("fault").GetProperty("line").GetInt32()));
        var again = CommandRun.InProcess("align", file, "--set", "steps.dpo.beta=0.3");
        Assert.Equal(2, again.Code);
        Assert.Contains($"{path}:3", again.Error);
        Assert.Single(Directory.GetDirectories(run, "dpo-*"));
    }

    [Fact]
    public void Preferences_name_their_reference_and_lead_on_into_the_ledger_their_model_came_from()
    {
        using var folder = new TemporaryFolder();
        Done(CommandRun.InProcess("align", SmallPipeline.Write(folder, "first")));
        string Model(string stage) => Path.Combine(Directory.GetDirectories(folder.File("first"), stage).Single(), "model");
        Done(
            CommandRun.InProcess(
                "prefer",
                PreferTests.Write(folder, "second"),
                "--set",
                $"model.path={Model("sft-*")}",
                "--set",
                $"reference.path={Model("pretrain-*")}",
                "--set",
                "sft=null"
            )
        );

        Assert.Equal(["model", "model", "data", "prefer"], Kinds(folder.File("second")));
        var model = Path.Combine(Directory.GetDirectories(folder.File("second"), "prefer-*").Single(), "model");
        Assert.Equal(["model", "model", "data"], Parents(Why(model)));
        Assert.Equal(["sft", "pretrain", "data"], Parents(Why(model, "--in", folder.File("second"), "--in", folder.File("first"))));
    }

    [Fact]
    public void Reward_models_and_the_policy_they_judge_are_one_road()
    {
        using var folder = new TemporaryFolder();
        Done(CommandRun.InProcess("reward", SmallPipeline.WriteReward(folder, "judges"), "--set", "ensemble=2"));
        Assert.Equal(["data", "tokenizer", "pretrain", "sft", "reward", "reward"], Kinds(folder.File("judges")));
        var paths = string.Join(
            ", ",
            Directory.GetDirectories(folder.File("judges"), "reward-*").Order().Select(path => Path.Combine(path, "model"))
        );
        Done(
            CommandRun.InProcess(
                "rl",
                "grpo",
                RlTests.Write(folder, "policy"),
                "--set",
                $"rewards=[{{ kind: reward_model, reward_model: {{ paths: [{paths}] }} }}]",
                "--set",
                "training.max_steps=1"
            )
        );

        Assert.Equal(["data", "tokenizer", "pretrain", "model", "model", "rl"], Kinds(folder.File("policy")));
        var model = Path.Combine(Directory.GetDirectories(folder.File("policy"), "rl-*").Single(), "model");
        Assert.Equal(
            ["pretrain", "reward", "reward", "data"],
            Parents(Why(model, "--in", folder.File("policy"), "--in", folder.File("judges")))
        );
    }

    [Fact]
    public void A_row_of_the_data_leads_to_the_clause_and_the_words_of_its_critique()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.Write(folder, "run");
        RowLineageFile.Write(
            folder.File("pairs.jsonl"),
            [new("row-0001", [new("critique", "c-1") { Clause = "no_harm", Text = "First\n\u001b[31mred " + new string('x', 200) }])]
        );
        Done(CommandRun.InProcess("align", file));

        var (code, output, error) = CommandRun.InProcess("ledger", "why", "row-00", "--in", folder.File("run"));

        Assert.True(code == 0, error);
        Assert.Contains("[1] row row-0001", output);
        Assert.Contains("critique c-1, clause no_harm: no ledger here knows it", output);
        Assert.Contains("\"First \\u001b[31mred xxx", output);
        Assert.Contains("xxx…\"", output);
        Assert.Contains("in: data pairs.jsonl", output);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public void What_cannot_be_found_says_so()
    {
        using var folder = new TemporaryFolder();
        var ledger = Ledger.Open(folder.File("run"), TimeProvider.System);
        ledger.Append(new Artifact("data", ArtifactId.OfText("a"), "a\u001b[2J\nforged"));
        var other = folder.Write("run/other.txt", "b");

        Refused(["why", other], "changed since");
        Refused(["why", "nobody", "--in", folder.File("run")], "No ledger here knows 'nobody'");
        Refused(["why", "nobody", "--in", folder.Path], "There is no ledger here");
        Refused(["list", folder.Path], "There is no ledger here");
        Refused(["verify", folder.Path], "There is no ledger here");
        var (code, list, _) = CommandRun.InProcess("ledger", "list", folder.File("run"));
        Assert.Equal(0, code);
        Assert.EndsWith("a\\u001b[2J forged", Assert.Single(list.TrimEnd().Split(Environment.NewLine)));
        var head = ledger.Verify().Head;
        Assert.Equal(0, CommandRun.InProcess("ledger", "verify", folder.File("run"), "--head", head).Code);
        Assert.Equal(1, CommandRun.InProcess("ledger", "verify", folder.File("run"), "--head", new string('0', 64)).Code);

        void Refused(string[] arguments, string problem)
        {
            var (code, _, error) = CommandRun.InProcess(["ledger", .. arguments]);
            Assert.Equal(2, code);
            Assert.Contains(problem, error);
        }
    }

    private static void Done((int Code, string Output, string Error) run) => Assert.True(run.Code == 0, run.Error);

    private static JsonElement Why(params string[] arguments)
    {
        var run = CommandRun.InProcess(["ledger", "why", .. arguments, "--json"]);
        Done(run);
        return JsonDocument.Parse(run.Output).RootElement;
    }

    private static IEnumerable<string> Kinds(string run)
    {
        var (code, output, error) = CommandRun.InProcess("ledger", "list", run, "--json");
        Assert.True(code == 0, error);
        return
        [
            .. JsonDocument
                .Parse(output)
                .RootElement.GetProperty("entries")
                .EnumerateArray()
                .Select(entry => entry.GetProperty("kind").GetString()!),
        ];
    }

    private static IEnumerable<string> Parents(JsonElement node) =>
        [.. node.GetProperty("from").EnumerateArray().Select(parent => parent.GetProperty("kind").GetString()!)];
}
