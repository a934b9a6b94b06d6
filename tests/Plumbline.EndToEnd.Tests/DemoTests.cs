using System.Text.Json;
using Plumbline.Cli.Commands;
using Plumbline.Cli.Pipelines.Demo;
using Plumbline.Cli.Progress;
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

        var (first, second) = (Run(folder.File("a")), Run(folder.File("b")));

        string[] keys = ["harmful_before", "harmful_after", "helpful_before", "helpful_after", "bias_gap_before", "bias_gap_after"];
        Assert.All(keys, key => Assert.Equal(first.GetProperty(key).GetDouble(), second.GetProperty(key).GetDouble()));
        Assert.Equal([.. keys, "seconds", "peak_mib", "report"], first.EnumerateObject().Select(property => property.Name));
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

    private static JsonElement Run(string folder)
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
        Assert.Equal(0, DemoCommand.Run(environment, Small, folder, json: true));
        return JsonDocument.Parse(output.ToString()).RootElement;
    }
}
