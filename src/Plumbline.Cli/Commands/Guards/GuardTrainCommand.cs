using System.CommandLine;
using Plumbline.Cli.Progress;
using Plumbline.Configuration;
using Plumbline.Evaluation.Reports;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Guards;

/// <summary><c>plumb guard train</c>.</summary>
internal static class GuardTrainCommand
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    internal static Command Create(CommandEnvironment environment)
    {
        var recipe = new Argument<string>("RECIPE") { Description = "The recipe, such as recipes/guard-text.yaml." };
        var set = new Option<string[]>("--set") { Description = "Overrides one option: --set model.epochs=4. May be repeated." };
        var output = new Option<string>("--out") { Description = "The model file to write.", Required = true };
        var report = new Option<string?>("--report") { Description = "The HTML file to write the figures to." };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "train",
            "Learns a text model for the guard from labelled texts, and measures it on others.\n\n"
                + "Example: plumb guard train recipes/guard-text.yaml --set folders=[data,recipes/guard-text] --out guard-text.ptm"
        )
        {
            recipe,
            set,
            output,
            report,
            json,
        };
        command.SetAction(parsed =>
            Run(
                environment,
                OptionsFile.Read<TextModelRecipe>(parsed.GetRequiredValue(recipe), parsed.GetValue(set)),
                parsed.GetRequiredValue(output),
                parsed.GetValue(report),
                parsed.GetValue(json)
            )
        );
        return command;
    }

    private static int Run(CommandEnvironment environment, TextModelRecipe recipe, string output, string? report, bool json)
    {
        var progress = new DelayedProgress(environment.Progress, environment.Clock, Silence);
        var preparation = new GuardTexts(recipe, progress, environment.Cancellation);
        var texts = preparation.Read("reading", recipe.Sources);
        var trainer = new TextModelTrainer(recipe.LabelsWithHazards, recipe.Model, recipe.Seed);
        var model = trainer.Train(
            texts,
            (epoch, done) =>
                progress.Report(new ProgressUpdate($"epoch {epoch + 1} of {recipe.Model.Epochs}", done, texts.Count, done, "texts")),
            environment.Cancellation
        );
        model.Save(output);
        var measured = TextModelMeasurement.Of(model, preparation.Read("reading tests", recipe.Tests), recipe);
        if (report is not null)
        {
            HtmlReport.Save(TextModelReport.Document(recipe, texts, model, measured), report);
        }

        if (json)
        {
            environment.Output.WriteLine(TextModelReport.Json(texts, model, measured, output).ToJsonString());
        }
        else
        {
            TextModelReport.Write(environment.Output, texts, model, measured, output);
        }

        return ExitCode.Done;
    }
}
