using System.Text.Json.Nodes;
using Plumbline.Data;
using Plumbline.Feedback.Judging;
using Plumbline.Runs;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

/// <summary>How sure a judge is, from its answers to what trainers make of it.</summary>
public sealed class SoftLabelTests
{
    private const int Pairs = 40;

    [Theory]
    [InlineData("prefer")]
    [InlineData("reward")]
    [InlineData("align")]
    public async Task A_trainer_learns_how_sure_the_judge_was_unless_it_is_told_not_to(string command)
    {
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(ConstitutionLabelTests.Judged);
        var file = ConstitutionLabelTests.Write(folder, server, "comparison: { clamp: [0.3, 0.7] }", pairs: Pairs);
        var labelled = CommandRun.InProcess("constitution", "label", file);
        Assert.True(labelled.Code == 0, labelled.Error);
        var labels = Path.Combine(folder.File("out"), "preferences.jsonl");
        // The same rows as they were before labels were soft.
        var hard = folder.Write("hard.jsonl", string.Concat(File.ReadLines(labels).Select(WithoutConfidence)));

        var (soft, ignored, silent) = (Trained("soft", labels), Trained("ignored", labels, softLabels: false), Trained("silent", hard));

        Assert.True(silent.Weights.SequenceEqual(ignored.Weights));
        Assert.False(silent.Weights.SequenceEqual(soft.Weights));
        // Certain labels pull the answers apart without end, labels that are 70 % sure at most do not.
        Assert.True(soft.Lead < 0.8 * silent.Lead, $"{soft.Lead} of {silent.Lead}");

        (byte[] Weights, double Lead) Trained(string output, string data, bool softLabels = true)
        {
            var (options, stage, lead, group, quick) = command switch
            {
                "prefer" => (PreferTests.Write(folder, output), "prefer-*", "rewards/margins", "", "sft=null"),
                "reward" => (SmallPipeline.WriteReward(folder, output), "reward-1-*", "margin", "", "steps.sft=null"),
                _ => (SmallPipeline.Write(folder, output), "dpo-*", "rewards/margins", "steps.dpo.", "steps.sft.epochs=1"),
            };
            string[] off = softLabels ? [] : ["--set", $"{group}soft_labels=false"];
            var pretrain = command == "prefer" ? "pretrain.epochs=2" : "steps.pretrain.epochs=2";
            var (code, _, error) = CommandRun.InProcess([
                command,
                options,
                "--set",
                $"data.path={data}",
                "--set",
                quick,
                "--set",
                pretrain,
                .. off,
            ]);
            Assert.True(code == 0, error);
            var folderOfStage = Assert.Single(Directory.GetDirectories(folder.File(output), stage));
            return (KilledRun.Weights(folder.File(output), stage), RunFolder.ReadMetrics(folderOfStage)[^1].Find(lead)!.Value);
        }
    }

    [Theory]
    [InlineData("", 0, 1)]
    [InlineData("comparison: { clamp: [0.4, 0.6] }", 0.4, 0.6)]
    public async Task A_preference_is_as_sure_as_its_settlement_within_the_clamp(string comparison, double least, double most)
    {
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(ConstitutionLabelTests.Judged);

        var file = ConstitutionLabelTests.Write(folder, server, comparison, pairs: Pairs);
        // The judge finds "good" better wherever the data put it.
        var pairs = folder.File("pairs.jsonl");
        File.WriteAllLines(pairs, File.ReadAllLines(pairs).Select((row, i) => i % 2 == 0 ? row : Swapped(row)));

        var (code, _, error) = CommandRun.InProcess("constitution", "label", file);

        Assert.True(code == 0, error);
        var labels = LabelFile.Read(Path.Combine(folder.File("out"), "labels.jsonl")).ToDictionary(label => label.Id);
        var given = DatasetReader
            .Open(new DatasetOptions(folder.File("pairs.jsonl")))
            .ReadPreferences()
            .ToDictionary(pair => pair.Prompt.Text!);
        var rows = DatasetReader.Open(new DatasetOptions(Path.Combine(folder.File("out"), "preferences.jsonl"))).ReadPreferences().ToList();
        Assert.All(
            rows,
            row =>
            {
                var pair = given[row.Prompt.Text!];
                var share = Math.Clamp(labels[pair.Id].Settled.First, least, most);
                Assert.Equal(row.Chosen.Equals(pair.Chosen) ? share : 1 - share, row.Confidence!.Value, 1e-15);
                Assert.InRange(row.Confidence!.Value, 0.5, Math.Max(most, 1 - least));
            }
        );
        // Either answer prevails somewhere, and the limit is met.
        Assert.Contains(rows, row => row.Chosen.Equals(given[row.Prompt.Text!].Chosen));
        Assert.Contains(rows, row => row.Chosen.Equals(given[row.Prompt.Text!].Rejected));
        Assert.Equal(most < 1, rows.Exists(row => row.Confidence == most));
        Assert.Contains(rows, row => row.Confidence < most);
    }

    [Fact]
    public void Losses_that_cannot_read_how_sure_a_pair_is_refuse_it_or_say_so()
    {
        using var folder = new TemporaryFolder();
        var file = PreferTests.Write(folder, "run");
        var data = folder.Write(
            "sure.jsonl",
            string.Concat(
                Enumerable
                    .Range(0, 60)
                    .Select(row =>
                        $$"""{"prompt": "question {{row}}?", "chosen": " yes {{row % 5}}", "rejected": " no {{row % 7}}", "confidence": {{(row < 50 ? "0.9" : "1")}}}"""
                        + "\n"
                    )
            )
        );
        (int Code, string Output, string Error) Prefer(params string[] set) =>
            CommandRun.InProcess(["prefer", file, "--set", $"data.path={data}", .. set.SelectMany(option => new[] { "--set", option })]);

        var refused = Prefer("loss_type=aot");
        var taken = Prefer("loss_type=aot", "soft_labels=false");
        var judged = Prefer("loss_type=kto");
        var told = Prefer("loss_type=kto", "soft_labels=false");

        Assert.Equal(2, refused.Code);
        Assert.Contains("50 of 60 pairs have a confidence below 1", refused.Error, StringComparison.Ordinal);
        Assert.Contains("soft_labels", refused.Error, StringComparison.Ordinal);
        Assert.True(taken.Code == 0, taken.Error);
        Assert.True(judged.Code == 0, judged.Error);
        Assert.Contains("say how sure preferences are, and kto", judged.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("say how sure", taken.Error, StringComparison.Ordinal);
        Assert.Equal(2, told.Code);
        Assert.Contains("soft_labels", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_is_surer_of_the_other_answer_is_refused_with_the_mend()
    {
        using var folder = new TemporaryFolder();
        var file = PreferTests.Write(folder, "run");
        var rows = File.ReadAllText(folder.File("pairs.jsonl"));
        var data = folder.Write(
            "wrong.jsonl",
            rows
                + """{"chosen": "\n\nHuman: last\n\nAssistant: yes", "rejected": "\n\nHuman: last\n\nAssistant: no", "confidence": 0.2}"""
                + "\n"
        );

        var (code, _, error) = CommandRun.InProcess("prefer", file, "--set", $"data.path={data}", "--set", "data.strict=true");

        Assert.Equal(2, code);
        Assert.Contains("wrong.jsonl:61", error, StringComparison.Ordinal);
        Assert.Contains("Swap chosen and rejected, and give 0.8", error, StringComparison.Ordinal);
    }

    private static string Swapped(string line)
    {
        var row = JsonNode.Parse(line)!.AsObject();
        (row["chosen"], row["rejected"]) = ((string)row["rejected"]!, (string)row["chosen"]!);
        return row.ToJsonString();
    }

    private static string WithoutConfidence(string line)
    {
        var row = JsonNode.Parse(line)!.AsObject();
        Assert.True(row.Remove("confidence"));
        return row.ToJsonString() + "\n";
    }
}
