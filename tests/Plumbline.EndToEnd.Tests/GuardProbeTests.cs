using System.Globalization;
using System.Text.Json.Nodes;
using Plumbline.Cli.Pipelines;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.TinyWorld;
using Plumbline.Tokenization;

namespace Plumbline.EndToEnd.Tests;

public sealed class GuardProbeTests : IDisposable
{
    private const int Most = 90;
    private readonly TemporaryFolder folder = new();
    private readonly List<WorldPrompt> learnt;
    private readonly List<WorldPrompt> others;

    public GuardProbeTests()
    {
        var prompts = World
            .Generate(new Seed(11))
            .TrainingPrompts.Where(prompt =>
                prompt.Language == WorldLanguage.English && prompt.Kind is PromptKind.Harmful or PromptKind.Fact or PromptKind.Advice
            )
            .ToLookup(prompt => new Seed(5).Derive(prompt.Text).Value % 3 == 0);
        learnt = [.. prompts[false].GroupBy(prompt => prompt.Kind == PromptKind.Harmful).SelectMany(kind => kind.Take(Most))];
        others = [.. prompts[true].GroupBy(prompt => prompt.Kind == PromptKind.Harmful).SelectMany(kind => kind.Take(Most))];
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_probe_is_learnt_measured_and_asked_by_a_guard()
    {
        var (recipe, model) = (Recipe(), Model(seed: 3));
        var (probe, page) = (folder.File("probe.safetensors"), folder.File("probe.html"));

        var (trained, figures, trouble) = Probe(recipe, model, probe, "--report", page, "--json");
        Assert.True(trained == 0, trouble);
        var json = JsonNode.Parse(figures)!;
        var test = Assert.Single(json["tests"]!.AsArray())!;
        Assert.Equal(("others", "harmful"), ((string?)test["source"], (string?)test["label"]));
        Assert.InRange((double)test["auroc"]!["value"]!, 0.9, 1);
        Assert.Equal(["1", "2"], json["validation"]!.AsArray().Select(row => $"{row!["layer"]}"));
        var html = File.ReadAllText(page);
        Assert.Contains("behind each block that was tried", html, StringComparison.Ordinal);
        Assert.Contains("validation_share", html, StringComparison.Ordinal);

        var again = folder.File("again.safetensors");
        var (_, text, _) = Probe(recipe, model, again);
        Assert.Equal(File.ReadAllBytes(probe), File.ReadAllBytes(again));
        Assert.Contains("block 2", text, StringComparison.Ordinal);
        Assert.Contains("others", text, StringComparison.Ordinal);

        var guard = folder.Write(
            "guard.yaml",
            $"probes:\n  - {{ file: {probe}, model: {model}, name: policy, least_score: 0 }}\nguard: {{ always: [policy] }}\n"
        );
        var scores = others
            .GroupBy(prompt => prompt.Kind == PromptKind.Harmful)
            .ToDictionary(kind => kind.Key, kind => Score(guard, kind.First().Text));
        Assert.True(scores[true] > scores[false] + 0.2, $"{scores[true]} {scores[false]}");

        var calibration = folder.File("calibration.yaml");
        var (calibrated, thresholds, fault) = CommandRun.InProcess(
            "guard",
            "calibrate",
            recipe,
            "--guard",
            guard,
            "--out",
            calibration,
            "--json"
        );
        Assert.True(calibrated == 0, fault);
        Assert.Contains(
            JsonNode.Parse(thresholds)!["thresholds"]!.AsArray(),
            one => (string?)one!["detector"] == "policy" && (string?)one["hazard"] == "S2"
        );
    }

    [Fact]
    public void What_does_not_belong_together_is_refused_with_exit_code_2_and_nothing_is_written()
    {
        var (recipe, model, other) = (Recipe(), Model(seed: 3), Model(seed: 4));
        var probe = folder.File("probe.safetensors");
        var (trained, _, trouble) = Probe(recipe, model, probe, "--recipe-set", "tests=[]");
        Assert.True(trained == 0, trouble);

        var guard = folder.Write("guard.yaml", $"probes: [{{ file: {probe}, model: {other} }}]\n");
        var (wrong, _, mismatch) = CommandRun.InProcess("guard", "check", "text", "--guard", guard);
        Assert.Equal(2, wrong);
        Assert.Contains("was trained on the model", mismatch, StringComparison.Ordinal);
        Assert.Contains(probe, mismatch, StringComparison.Ordinal);

        File.WriteAllBytes(probe, [.. File.ReadAllBytes(probe).Take(200)]);
        var (damaged, _, damage) = CommandRun.InProcess("guard", "check", "text", "--set", $"probes=[{{ file: {probe}, model: {model} }}]");
        Assert.Equal(2, damaged);
        Assert.Contains(probe, damage, StringComparison.Ordinal);

        (string Problem, string[] Arguments)[] refusals =
        [
            ("layers names block 9", ["--set", "layers=[9]"]),
            ("validation_share", ["--set", "validation_share=2"]),
            ("framing", ["--set", "reading.framing=poem"]),
            ("--threads is 0", ["--threads", "0"]),
            ("0 labels speak for a hazard", ["--recipe-set", "labels.harmful=none"]),
            ("The label harmful holds of 0", ["--recipe-set", "sources.0.labels.harmful.yes=[never]"]),
        ];
        foreach (var (problem, arguments) in refusals)
        {
            var output = folder.File("refused.safetensors");
            var (code, _, error) = Probe(recipe, model, output, arguments);
            Assert.Equal(2, code);
            Assert.Contains(problem, error, StringComparison.Ordinal);
            Assert.False(File.Exists(output));
        }
    }

    // What the guard's decision says that the probe found.
    private static double Score(string guard, string text)
    {
        var (_, output, error) = CommandRun.InProcess("guard", "check", text, "--guard", guard, "--where", "language=en", "--json");
        Assert.True(error.Length == 0, error);
        var decision = JsonNode.Parse(output)!;
        Assert.NotNull(decision["detectors"]!["policy"]);
        // No label of the text model is called so.
        var finding = Assert.Single(decision["findings"]!.AsArray(), one => (string?)one!["kind"] == "harmful")!;
        Assert.Equal("S2", (string?)finding["hazard"]);
        return (double)finding["score"]!;
    }

    private static (int Code, string Output, string Error) Probe(string recipe, string model, string output, params string[] more) =>
        CommandRun.InProcess([
            "guard",
            "probe",
            recipe,
            "--model",
            model,
            "--out",
            output,
            .. more.Contains("--threads", StringComparer.Ordinal) ? more : [.. more, "--threads", "1"],
        ]);

    private string Recipe()
    {
        Table("learnt.csv", learnt);
        Table("others.csv", others);
        return folder.Write(
            "recipe.yaml",
            $$"""
            name: requests
            folders: [{{folder.Path}}]
            labels: { harmful: S2 }
            sources:
              - { name: learnt, path: learnt.csv, language: en, labels: { harmful: { column: kind, yes: [harmful], no: [harmless] } } }
            tests:
              - { name: others, path: others.csv, language: en, labels: { harmful: { column: kind, yes: [harmful], no: [harmless] } } }
            """
        );
    }

    private void Table(string name, IEnumerable<WorldPrompt> prompts) =>
        folder.Write(
            name,
            "text,kind\n"
                + string.Concat(
                    prompts.Select(prompt =>
                        $"\"{prompt.Text.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{(prompt.Kind == PromptKind.Harmful ? "harmful" : "harmless")}\n"
                    )
                )
        );

    // Random weights: even these keep which words a text has, and the tiny world's harm is in its words.
    private string Model(ulong seed)
    {
        var tokenizer = BpeTrainer.Train(learnt.Select(prompt => prompt.Text), new BpeTrainerOptions { VocabularySize = 400 });
        var tiny = new TinyModelOptions
        {
            HiddenSize = 64,
            IntermediateSize = 96,
            Layers = 2,
            Heads = 2,
            KeyValueHeads = 1,
        };
        using var decoder = new Decoder(tiny.ToConfig(tokenizer, 256) with { InitializerRange = 0.1 }, new Seed(seed));
        var model = folder.File(string.Create(CultureInfo.InvariantCulture, $"model-{seed}"));
        ModelFolder.Save(model, decoder);
        tokenizer.Save(model);
        return model;
    }
}
