using System.CommandLine;
using Plumbline.Cli.Progress;
using Plumbline.Evaluation.Attacks;
using Plumbline.Evaluation.Reports;
using Plumbline.Moderation.Guarding;
using Plumbline.Moderation.TextModels.Training;

namespace Plumbline.Cli.Commands.Guards;

/// <summary><c>plumb guard evaluate</c>.</summary>
internal static class GuardEvaluateCommand
{
    private const string Every = "all";
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    internal static Command Create(CommandEnvironment environment)
    {
        var recipe = new RecipeArguments(
            "A recipe as plumb guard train takes it: its tests are the labelled texts that the guard decides about."
        );
        var attacks = new Option<string[]>("--attack")
        {
            Description = "An attack to write the texts with, such as base64 or base64(rot13), or all. May be repeated.",
        };
        var most = new Option<int>("--attack-texts")
        {
            Description = "How many harmful and how many harmless texts of each language are attacked.",
            DefaultValueFactory = _ => 100,
        };
        var report = new Option<string?>("--report") { Description = "The HTML file to write the figures to." };
        var shared = new GuardFileArguments();
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "evaluate",
            "Has a guard decide about labelled texts: what it finds and misses, by hazard, language and group of people, and what is left of that under attacks.\n\n"
                + "Example: plumb guard evaluate recipes/guard-text.yaml --recipe-set folders=[data] --attack all --report guard.html"
        )
        {
            attacks,
            most,
            report,
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
                    Attacks(parsed.GetValue(attacks) ?? []),
                    AtLeastOne(parsed.GetValue(most)),
                    parsed.GetValue(report),
                    parsed.GetValue(json)
                )
        );
        return command;
    }

    private static async Task<int> Run(
        CommandEnvironment environment,
        GuardFile file,
        TextModelRecipe recipe,
        IReadOnlyList<ITextAttack> attacks,
        int most,
        string? report,
        bool json
    )
    {
        // Nothing is written down: these texts are no requests.
        using var assembly = GuardAssembly.Load(file, log: null, environment.Clock);
        var progress = new DelayedProgress(environment.Progress, environment.Clock, Silence);
        var texts = new GuardTexts(recipe, progress, environment.Cancellation).ReadAsWritten("reading", recipe.Tests);
        var measurement = new GuardMeasurement(
            new Guard(assembly.Parts),
            assembly.Parts.Constitution,
            recipe,
            progress,
            environment.Cancellation
        );
        var evaluation = new GuardEvaluation(
            file,
            recipe,
            [.. assembly.Parts.Detectors.Select(detector => (detector.Name, detector.Version))],
            texts.Count,
            await measurement.MeasureAsync(texts),
            await measurement.AttackAsync(texts, attacks, most)
        );
        if (report is not null)
        {
            HtmlReport.Save(GuardEvaluationReport.Document(evaluation), report);
        }

        if (json)
        {
            environment.Output.WriteLine(GuardEvaluationReport.Json(evaluation).ToJsonString());
        }
        else
        {
            GuardEvaluationReport.Write(environment.Output, evaluation);
        }

        return ExitCode.Done;
    }

    private static IReadOnlyList<ITextAttack> Attacks(IReadOnlyList<string> names) =>
        [.. names.SelectMany(name => name == Every ? TextAttacks.All : [TextAttacks.Find(name)])];

    private static int AtLeastOne(int most) =>
        most >= 1 ? most : throw new InvalidInputException($"--attack-texts is {most}.", "Give a number of 1 or more.");
}
