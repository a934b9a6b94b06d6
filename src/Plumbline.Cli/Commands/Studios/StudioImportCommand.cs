using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Feedback;
using Plumbline.Feedback.Exchange;
using Plumbline.Feedback.Projects;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Studios;

/// <summary><c>plumb studio import</c>.</summary>
internal static class StudioImportCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Tasks: rows of one's own, a data set with answers, an export of Argilla or Label Studio (docs/feedback.md).",
        };
        var project = new Option<string>("--project") { Description = "The project's name or number.", Required = true };
        var create = new Option<bool>("--create") { Description = "Opens the project where there is none of that name." };
        var pictures = new Option<bool>("--pictures") { Description = "With --create: the project is about pictures." };
        var layout = new Option<ImportLayout?>("--layout") { Description = "What the rows are; otherwise it is recognised." };
        var wanted = new Option<int?>("--wanted")
        {
            Description = "How many people rank each task beyond the votes in the file; otherwise as many as the project wants.",
        };
        var votes = new Option<bool>("--ranks-as-votes") { Description = "The order that rows state becomes a vote." };
        var rater = new Option<string?>("--rater") { Description = "Whose votes those are." };
        var strict = new Option<bool>("--strict")
        {
            Description = "Stops at the first row that cannot be used, instead of leaving it out.",
        };
        var store = StudioStore.Option();
        var json = StudioStore.Json();
        var command = new Command(
            "import",
            "Brings tasks and votes into a project. The same file again adds nothing.\n\nExample: plumb studio import answers.jsonl --project helpful --create"
        )
        {
            file,
            project,
            create,
            pictures,
            layout,
            wanted,
            votes,
            rater,
            strict,
            store,
            json,
        };
        command.SetAction(
            (parsed, _) =>
                RunAsync(
                    environment,
                    (parsed.GetRequiredValue(store), parsed.GetRequiredValue(project), parsed.GetValue(json)),
                    parsed.GetValue(create) ? (parsed.GetValue(pictures) ? AnswerMedium.Image : AnswerMedium.Text) : null,
                    new ImportOptions(parsed.GetRequiredValue(file))
                    {
                        Layout = parsed.GetValue(layout),
                        RankingsWanted = parsed.GetValue(wanted),
                        RanksAsVotes = parsed.GetValue(votes),
                        Rater = parsed.GetValue(rater),
                        Strict = parsed.GetValue(strict),
                    }
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        CommandEnvironment environment,
        (string Store, string Project, bool Json) asked,
        AnswerMedium? create,
        ImportOptions options
    )
    {
        await using var stores = await FeedbackStore.OpenAllAsync(asked.Store, environment.Clock, environment.Cancellation);
        var project = create is { } medium
            ? await OpenAsync(stores, asked.Project, medium, environment.Cancellation)
            : (await StudioStore.FindAsync(stores, asked.Project, environment.Cancellation)).Id;
        var report = await TaskImport.RunAsync(stores, project, options, new Progress(environment.Progress), environment.Cancellation);
        Say(environment, report, asked.Json);
        return ExitCode.Done;
    }

    private static async Task<long> OpenAsync(FeedbackStores stores, string name, AnswerMedium medium, CancellationToken cancellation)
    {
        var all = await stores.Projects.ReadProjectsAsync(cancellation);
        return all.FirstOrDefault(one => one.Settings.Name == name)?.Id
            ?? await stores.Projects.OpenProjectAsync(
                $"command line opens {name}",
                new ProjectSettings { Name = name, Medium = medium },
                StudioStore.CommandLine,
                cancellation
            );
    }

    private static void Say(CommandEnvironment environment, ImportReport report, bool json)
    {
        foreach (var left in report.FirstLeftOut)
        {
            environment.Error.WriteLine($"{left.Position}: {left.Problem} {left.Mend}".TrimEnd());
        }

        if (!json)
        {
            environment.Output.WriteLine(report);
            return;
        }

        var leftOut = report
            .LeftOut.OrderBy(pair => pair.Key)
            .Select(pair => KeyValuePair.Create(JsonNamingPolicy.SnakeCaseLower.ConvertName($"{pair.Key}"), (JsonNode?)pair.Value));
        environment.Output.WriteLine(
            new JsonObject
            {
                ["rows"] = report.Rows,
                ["tasks_new"] = report.TasksNew,
                ["tasks_known"] = report.TasksKnown,
                ["votes_new"] = report.VotesNew,
                ["votes_known"] = report.VotesKnown,
                ["left_out"] = new JsonObject(leftOut),
            }.ToJsonString()
        );
    }

    /// <summary>Tells the rows that are done; how many there are is known at the end alone.</summary>
    private sealed class Progress(IProgressSink sink) : IProgress<ImportReport>
    {
        public void Report(ImportReport value) => sink.Report(new ProgressUpdate("import", value.Rows, Total: null, value.Rows, "rows"));
    }
}
