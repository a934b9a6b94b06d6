using System.CommandLine;
using Plumbline.Cli.Progress;
using Plumbline.Configuration;
using Plumbline.Evaluation.Detection;
using Plumbline.Evaluation.Reports;
using Plumbline.Findings;
using Plumbline.Models.Probes;
using Plumbline.Models.Probes.Training;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Runs;
using Plumbline.Torch.Machine;

namespace Plumbline.Cli.Commands.Guards;

/// <summary><c>plumb guard probe</c>.</summary>
internal static class GuardProbeCommand
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    internal static Command Create(CommandEnvironment environment)
    {
        var recipe = new RecipeArguments("A recipe as plumb guard train takes it: sources to learn from, and tests.");
        var model = new Option<string>("--model") { Description = "The Hugging Face folder of the model to look into.", Required = true };
        var options = new Option<string?>("--probe")
        {
            Description = "A file with the probe's options; its defaults where it is left out.",
        };
        var set = new Option<string[]>("--set") { Description = "Overrides one option of the probe: --set layers=[4,8]. May be repeated." };
        var threads = new Option<int?>("--threads") { Description = "Threads of the tensor library; all cores where it is left out." };
        var output = new Option<string>("--out") { Description = "The probe's file to write.", Required = true };
        var report = new Option<string?>("--report") { Description = "The HTML file to write the figures to." };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "probe",
            "Learns a linear probe on a model's hidden states from labelled texts, and measures it on others.\n\n"
                + "Example: plumb guard probe recipes/guard-text.yaml --model policy --recipe-set folders=[data,recipes/guard-text] --out probe.safetensors"
        )
        {
            model,
            options,
            set,
            threads,
            output,
            report,
            json,
        };
        recipe.AddTo(command);
        command.SetAction(
            (parsed, _) =>
                Run(
                    environment,
                    recipe.Read(parsed),
                    OptionsFile.Read<ProbeTrainingOptions>(parsed.GetValue(options), parsed.GetValue(set)),
                    new ProbeRun(
                        parsed.GetRequiredValue(model),
                        ThreadSettings.Apply(Threads(parsed.GetValue(threads))).TorchThreads,
                        parsed.GetRequiredValue(output),
                        parsed.GetValue(report),
                        parsed.GetValue(json)
                    )
                )
        );
        return command;
    }

    private static async Task<int> Run(CommandEnvironment environment, TextModelRecipe recipe, ProbeTrainingOptions options, ProbeRun run)
    {
        var progress = new DelayedProgress(environment.Progress, environment.Clock, Silence);
        using var models = new GuardProbes();
        var reader = models.Reader(run.Model);
        // A label of no hazard says that something is wrong, but not which clause it breaks.
        (string, string)[] labels =
        [
            .. recipe.LabelsWithHazards.Where(label => label.Hazard is not null).Select(label => (label.Name, label.Hazard!)),
        ];
        var trainer = new ProbeTrainer(reader, labels, options, recipe.Seed);
        var preparation = new GuardTexts(recipe, progress, environment.Cancellation);
        var texts = preparation.Read("reading", recipe.Sources);
        var examples = texts.Select(text => new ProbeExample(text.Text, text.Labels, text.Weight)).ToList();
        var trained = await trainer.TrainAsync(examples, progress, environment.Cancellation);
        trained.Probe.Save(run.Output);
        var tests = preparation.Read("reading tests", recipe.Tests);
        var measured = DetectionMeasurement.Of(await Cases(trained.Probe, reader, tests, progress, environment.Cancellation), recipe.Seed);
        var figures = new ProbeReport(recipe, options, run, texts, trained, measured);
        if (run.Report is { } page)
        {
            HtmlReport.Save(figures.Document(), page);
        }

        if (run.Json)
        {
            environment.Output.WriteLine(figures.Json().ToJsonString());
        }
        else
        {
            figures.Write(environment.Output);
        }

        return ExitCode.Done;
    }

    private static async Task<List<DetectionCase>> Cases(
        HiddenStateProbe probe,
        HiddenStateReader reader,
        List<LabelledText> tests,
        DelayedProgress progress,
        CancellationToken cancellation
    )
    {
        var detector = new HiddenStateProbeDetector(
            probe,
            reader,
            new HiddenStateProbeOptions { LeastScore = 0, MaxCharacters = int.MaxValue }
        );
        var cases = new List<DetectionCase>();
        for (var i = 0; i < tests.Count; i++)
        {
            var text = tests[i];
            progress.Report(new ProgressUpdate("testing", i, tests.Count, i, "texts"));
            // The part is a formality: a probe reads all parts alike.
            var input = new DetectorInput { Part = GuardedPart.Prompt, Text = text.Text };
            foreach (var finding in await detector.DetectAsync(input, cancellation))
            {
                if (text.Labels.TryGetValue(finding.Kind!, out var holds))
                {
                    cases.Add(
                        new DetectionCase(
                            text.Source,
                            finding.Kind!,
                            text.Language,
                            text.Group,
                            finding.Score,
                            finding.Score >= TextModelMeasurement.Threshold,
                            holds
                        )
                    );
                }
            }
        }

        return cases;
    }

    private static int? Threads(int? asked)
    {
        const int most = 256;
        return asked is null or (>= 1 and <= most)
            ? asked
            : throw new InvalidInputException($"--threads is {asked}.", $"Give a number between 1 and {most}.");
    }
}

/// <summary>What a run of <c>plumb guard probe</c> reads and writes beside its recipe.</summary>
/// <param name="Model">The model's folder.</param>
/// <param name="Threads">Threads of the tensor library.</param>
/// <param name="Output">The probe's file.</param>
/// <param name="Report">The report's file; null for none.</param>
/// <param name="Json">Whether figures are printed for machines.</param>
internal sealed record ProbeRun(string Model, int Threads, string Output, string? Report, bool Json);
