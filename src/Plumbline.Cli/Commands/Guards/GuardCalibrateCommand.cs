using System.CommandLine;
using Plumbline.Cli.Progress;
using Plumbline.Moderation.Calibration;
using Plumbline.Moderation.Guarding;
using Plumbline.Moderation.TextModels;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Guards;

/// <summary><c>plumb guard calibrate</c>.</summary>
internal static class GuardCalibrateCommand
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    internal static Command Create(CommandEnvironment environment)
    {
        var recipe = new RecipeArguments(
            "A recipe as plumb guard train takes it: its sources are the labelled texts that thresholds are chosen on."
        );
        var misses = new Option<double>("--misses")
        {
            Description = "What share of texts that break a clause may be missed.",
            DefaultValueFactory = _ => 0.1,
        };
        var confidence = new Option<double>("--confidence")
        {
            Description = "How sure the ceilings of what is missed and stopped are.",
            DefaultValueFactory = _ => 0.95,
        };
        var output = new Option<string>("--out") { Description = "The file to write.", Required = true };
        var shared = new GuardFileArguments();
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "calibrate",
            "Chooses the scores from which detectors stop texts, by language, and says what is missed and wrongly stopped at most.\n\n"
                + "Example: plumb guard calibrate mine.yaml --misses 0.05 --out calibration.yaml"
        )
        {
            misses,
            confidence,
            output,
            json,
        };
        shared.AddTo(command);
        recipe.AddTo(command);
        command.SetAction(
            (parsed, _) =>
                Run(
                    environment,
                    shared.Read(parsed),
                    recipe.Read(parsed),
                    (Share(parsed.GetValue(misses), "--misses"), Share(parsed.GetValue(confidence), "--confidence")),
                    parsed.GetRequiredValue(output),
                    parsed.GetValue(json)
                )
        );
        return command;
    }

    private static async Task<int> Run(
        CommandEnvironment environment,
        GuardFile file,
        TextModelRecipe recipe,
        (double Misses, double Confidence) asked,
        string output,
        bool json
    )
    {
        // What is calibrated are scores, all of them, so no earlier thresholds and no record of these texts.
        var scoring = file with
        {
            Calibration = null,
            GeneralSuspicion = file.GeneralSuspicion ?? TextModelDetector.LeastScore,
        };
        using var assembly = GuardAssembly.Load(scoring, log: null, environment.Clock);
        var progress = new DelayedProgress(environment.Progress, environment.Clock, Silence);
        var texts = new GuardTexts(recipe, progress, environment.Cancellation).Read("reading", recipe.Sources);
        var calibrator = new GuardCalibrator(asked.Misses, asked.Confidence);
        var guard = new Guard(assembly.Parts);
        var hazards = recipe
            .LabelsWithHazards.Where(label => label.Hazard is not null)
            .ToDictionary(label => label.Name, label => label.Hazard!, StringComparer.Ordinal);
        for (var i = 0; i < texts.Count; i++)
        {
            environment.Cancellation.ThrowIfCancellationRequested();
            progress.Report(new ProgressUpdate("scoring", i, texts.Count, i, "texts"));
            var known = Known(texts[i], hazards);
            foreach (var (detector, findings) in await guard.FindingsAsync(texts[i].Text, texts[i].Language, environment.Cancellation))
            {
                calibrator.Add(detector, findings, known, texts[i].Language);
            }
        }

        var calibration = calibrator.Calibrate();
        calibration.Write(output);
        GuardCalibrationText.Write(environment.Output, calibration, output, json);
        return ExitCode.Done;
    }

    // A hazard that several labels speak for is broken where one of them holds.
    private static Dictionary<string, bool> Known(LabelledText text, Dictionary<string, string> hazards)
    {
        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (label, holds) in text.Labels)
        {
            if (hazards.TryGetValue(label, out var hazard))
            {
                known[hazard] = holds || known.GetValueOrDefault(hazard);
            }
        }

        return known;
    }

    private static double Share(double value, string option) =>
        value is > 0 and < 1 ? value : throw new InvalidInputException($"{option} is {value}.", "Give a share above 0 and below 1.");
}
