using System.Text.Json;
using Plumbline.Cli.Commands;
using Plumbline.Cli.Pipelines.Demo;
using Plumbline.Cli.Pipelines.Demo.Constitutional;
using Plumbline.Cli.Progress;
using Plumbline.Feedback.Judging;
using Plumbline.Feedback.Revising;
using Plumbline.Lineage;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.TinyWorld;

namespace Plumbline.EndToEnd.Tests;

public sealed class DemoTests
{
    private static readonly DemoOptions Small = new()
    {
        Corpus = new DirtyCorpusOptions { Rows = 400 },
        World = new WorldOptions
        {
            HarmfulPrompts = 6,
            HelpfulPrompts = 12,
            GroupPairs = 6,
            PrivatePrompts = 3,
            CuratedExamples = 30,
        },
        Model = new()
        {
            VocabularySize = 400,
            HiddenSize = 32,
            IntermediateSize = 64,
            Layers = 2,
            Heads = 2,
            KeyValueHeads = 1,
        },
        Pretrain = new()
        {
            MaxSteps = 12,
            BatchSize = 16,
            LearningRate = 5e-3,
        },
        Sft = new() { MaxSteps = 6, BatchSize = 16 },
        Dpo = new() { MaxSteps = 3, BatchSize = 8 },
        PreferencePrompts = 12,
        MaxLength = 320,
    };

    [Fact]
    public void A_small_demo_runs_the_whole_loop_and_the_same_seed_gives_the_same_numbers()
    {
        using var folder = new TemporaryFolder();

        var (first, second) = (Run(Small, folder.File("a")), Run(Small, folder.File("b")));

        string[] keys = ["harmful_before", "harmful_after", "helpful_before", "helpful_after", "bias_gap_before", "bias_gap_after"];
        Assert.All(keys, key => Assert.Equal(first.GetProperty(key).GetDouble(), second.GetProperty(key).GetDouble()));
        Assert.Equal([.. keys, "report", "seconds", "peak_mib"], first.EnumerateObject().Select(property => property.Name));
        var report = File.ReadAllText(first.GetProperty("report").GetString()!);
        Assert.Contains("simulated", report);
        Assert.DoesNotContain("http://", report.Replace("http://www.w3.org", string.Empty));
        Assert.DoesNotContain("<script", report);
        foreach (var stage in new[] { "pretrain-*", "sft-*", "dpo-*" })
        {
            string Weights(string run) =>
                Path.Combine(Directory.GetDirectories(folder.File(run), stage).Single(), "model", "model.safetensors");
            Assert.Equal(File.ReadAllBytes(Weights("a")), File.ReadAllBytes(Weights("b")));
        }
    }

    [Fact]
    public void Over_several_seeds_it_prints_what_each_found_and_how_models_differ()
    {
        using var folder = new TemporaryFolder();
        var options = Small with
        {
            Pretrain = Small.Pretrain with { MaxSteps = 4 },
            Sft = Small.Sft with { MaxSteps = 2 },
            Dpo = Small.Dpo with { MaxSteps = 1 },
            Rlhf = new DemoRlhfOptions
            {
                Algorithms = [new DemoAlgorithm("grpo") { Set = ["policy.beta=0.1"] }],
                Prompts = 8,
                Members = 1,
                Reward = new() { MaxSteps = 1, BatchSize = 8 },
                Training = new() { MaxSteps = 1, BatchSize = 4 },
            },
        };

        var both = Run(options, folder.File("both"), seeds: 2);
        var alone = Run(options with { Seed = new Seed(18) }, folder.File("alone"));

        var seeds = both.GetProperty("seeds").EnumerateArray().ToArray();
        Assert.Equal([17, 18], seeds.Select(seed => seed.GetProperty("seed").GetInt32()));
        double Rate(int seed, int model, string rate) => seeds[seed].GetProperty("models")[model].GetProperty(rate).GetDouble();
        Assert.Equal(alone.GetProperty("helpful_after").GetDouble(), Rate(1, 2, "helpful"));
        Assert.Equal(alone.GetProperty("after_grpo").GetProperty("harmful").GetDouble(), Rate(1, 3, "harmful"));
        var changes = both.GetProperty("changes").EnumerateArray().ToArray();
        Assert.Equal(
            [
                ("after fine-tuning", "dirty corpus"),
                ("after preferences", "after fine-tuning"),
                ("after grpo", "after fine-tuning"),
                ("after grpo", "after preferences"),
            ],
            changes.Select(change => (change.GetProperty("model").GetString()!, change.GetProperty("from").GetString()!))
        );
        var helpful = changes[3].GetProperty("helpful");
        double[] each = [Rate(0, 3, "helpful") - Rate(0, 2, "helpful"), Rate(1, 3, "helpful") - Rate(1, 2, "helpful")];
        Assert.Equal(each.Average(), helpful.GetProperty("mean").GetDouble(), 1e-12);
        Assert.InRange(each.Average(), helpful.GetProperty("low").GetDouble(), helpful.GetProperty("high").GetDouble());
        Assert.Contains("after grpo", File.ReadAllText(both.GetProperty("report").GetString()!));
        Assert.True(File.Exists(Path.Combine(folder.File("both"), "seed-18", "report.html")));
        // Each seed has a ledger of its own, and each policy is walked back to the world.
        var ledger = Ledger.Open(Path.Combine(folder.File("both"), "seed-18"), TimeProvider.System);
        Assert.Equal(
            ["world", "pretrain", "sft", "rankings", "dpo", "reward", "grpo", "answers", "answers", "answers", "answers"],
            ledger.Entries.Select(entry => entry.Artifact.Kind)
        );
        using var graph = new LineageGraph(ledger);
        var policy = graph.Why(ledger.Entries[6].Artifact.Id);
        Assert.Equal(["sft", "reward", "world"], policy.From.Select(step => step.Node.Kind));
        Assert.Equal(["sft", "rankings"], policy.From[1].Node.From.Select(step => step.Node.Kind));
    }

    [Fact]
    public void By_a_constitution_an_answer_is_walked_back_over_policy_reward_pair_revision_and_critique_to_the_clause()
    {
        using var folder = new TemporaryFolder();
        var run = folder.File("run");
        var options = Small with
        {
            MaxLength = 512,
            AnswersPerPrompt = 2,
            Constitution = new DemoConstitutionOptions
            {
                LessonPrompts = 30,
                Prompts = 24,
                Lessons = new()
                {
                    MaxSteps = 12,
                    BatchSize = 8,
                    LearningRate = 1e-2,
                },
                Revision = new RevisionOptions
                {
                    Rounds = 2,
                    Demonstrations = 0,
                    MaxTokens = 16,
                },
                Comparison = new ComparisonOptions { Method = JudgeMethod.Separately, ClausesPerPair = 2 },
                // So small a judge is hardly ever sure.
                Indifference = 0,
                Rlhf = new DemoRlhfOptions
                {
                    Algorithms = [new DemoAlgorithm("grpo")],
                    Prompts = 8,
                    Members = 1,
                    Reward = new() { MaxSteps = 1, BatchSize = 8 },
                    Training = new() { MaxSteps = 1, BatchSize = 4 },
                },
            },
        };

        var result = Run(options, run);

        Assert.True(result.GetProperty("constitution").GetProperty("labelled_pairs").GetInt32() > 0);
        Assert.Equal(
            ["harm", "help", "language", "privacy", "respect"],
            result.GetProperty("constitution").GetProperty("clauses").EnumerateObject().Select(clause => clause.Name).Order()
        );
        Assert.True(result.GetProperty("constitution").GetProperty("revised").GetInt32() > 0);
        Assert.InRange(result.GetProperty("after_grpo").GetProperty("over_refusal").GetDouble(), 0, 1);
        var ledger = Ledger.Open(run, TimeProvider.System);
        var policy = ledger.Entries.Single(entry => entry.Artifact.Kind == "grpo").Artifact.Id;
        // A policy that has hardly learnt may answer like the model before it: its answers are then one artifact.
        var said = ledger.Entries.Last(entry => entry.Artifact.Kind == "answers" && entry.Artifact.MadeFrom.Contains(policy)).Artifact;
        var file = Path.Combine(run, said.Name);
        var why = CommandRun.InProcess("ledger", "why", $"{file}:1");
        Assert.True(why.Code == 0, why.Error);
        foreach (
            var step in new[]
            {
                "grpo",
                "reward",
                "label",
                "pairs",
                "sft",
                "revise",
                "reviser",
                "judge",
                "lessons",
                "constitution tiny-world",
                "pretrain",
            }
        )
        {
            Assert.Contains(step, why.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("no ledger here knows it", why.Output, StringComparison.Ordinal);
        // From what the policy learnt on to the clauses.
        var pair = Directory
            .GetFiles(run, "preferences.jsonl", SearchOption.AllDirectories)
            .First(path => path.Contains("label-", StringComparison.Ordinal));
        var judged = CommandRun.InProcess("ledger", "why", $"{pair}:1");
        Assert.Contains("for the first answer", judged.Output, StringComparison.Ordinal);
        var taught = Directory.GetFiles(run, "sft.jsonl", SearchOption.AllDirectories).Single();
        var revised = CommandRun.InProcess("ledger", "why", $"{taught}:1");
        Assert.Contains("critique", revised.Output, StringComparison.Ordinal);
        Assert.Contains("revision", revised.Output, StringComparison.Ordinal);
        Assert.Equal(0, CommandRun.InProcess("ledger", "verify", run).Code);
        // Once more: everything is found.
        var again = Run(options, run);
        Assert.Equal(result.GetProperty("harmful_after").GetDouble(), again.GetProperty("harmful_after").GetDouble());
        Assert.Equal(ledger.Entries.Count, Ledger.Open(run, TimeProvider.System).Entries.Count);
    }

    [Theory]
    [InlineData("--seeds", "0", "use 1 to 100")]
    [InlineData("--threads", "2000", "use 1 to 1024")]
    [InlineData("--set", "dpo.learning_rat=1", "learning_rat")]
    [InlineData("--set", "constitution.prompts=0", "prompts")]
    [InlineData("--set", "rlhf.algorithms=[{ name: trpo }]", "trpo")]
    [InlineData("--set", "rlhf.algorithms=[{ name: ppo }, { name: ppo }]", "names each algorithm once")]
    [InlineData("--set", "rlhf.algorithms=[{ name: ppo, set: [policy.bet=1] }]", "policy.bet")]
    [InlineData("--set", "rlhf.algorithms=[{ name: online_dpo, set: [policy.beta=1] }]", "would ignore it")]
    public void What_cannot_be_run_is_refused_before_anything_is_trained(string option, string value, string named)
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = CommandRun.InProcess("demo", "--out", folder.File("run"), option, value);

        Assert.Equal(2, code);
        Assert.Contains(named, error);
        Assert.False(Directory.Exists(folder.File("run")));
    }

    private static JsonElement Run(DemoOptions options, string folder, int seeds = 1)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var progress = ProgressReporter.AsLines(error, TimeProvider.System);
        var environment = new CommandEnvironment(
            output,
            error,
            TimeProvider.System,
            progress,
            new CommandInput(TextReader.Null, IsTerminal: false),
            CancellationToken.None
        );
        Assert.Equal(0, DemoCommand.Run(environment, options, new DemoRequest(folder, seeds, Threads: 1, Json: true)));
        return JsonDocument.Parse(output.ToString()).RootElement;
    }
}
