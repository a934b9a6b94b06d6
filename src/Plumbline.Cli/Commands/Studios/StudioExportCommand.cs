using System.CommandLine;
using System.Text.Json.Nodes;
using Plumbline.Feedback;
using Plumbline.Feedback.Exchange;

namespace Plumbline.Cli.Commands.Studios;

/// <summary><c>plumb studio export</c>.</summary>
internal static class StudioExportCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The data set: .jsonl or .jsonl.gz; every vote stands beside it in NAME.votes.jsonl.",
        };
        var project = new Option<string?>("--project") { Description = "The project's name or number; otherwise all of the store." };
        var kind = new Option<ExportKind>("--as") { Description = "rankings (which reward models learn from too), pairs or labels." };
        var criterion = new Option<string?>("--criterion")
        {
            Description = "The criterion by whose ranks answers are compared; otherwise the overall ranks.",
        };
        var harm = new Option<string[]>("--harm-flag")
        {
            Description = "A flag that says that an answer does harm, for pairs. May be repeated.",
        };
        var rating = new Option<string?>("--rating") { Description = "The rating by which single answers are good or bad, for labels." };
        var store = StudioStore.Option();
        var json = StudioStore.Json();
        var command = new Command(
            "export",
            "Writes what people said as training data, and every vote beside it with pseudonyms of the raters.\n\nExample: plumb studio export pairs.jsonl --as pairs --project helpful"
        )
        {
            file,
            project,
            kind,
            criterion,
            harm,
            rating,
            store,
            json,
        };
        command.SetAction(
            (parsed, _) =>
                RunAsync(
                    environment,
                    (parsed.GetRequiredValue(file), parsed.GetRequiredValue(store), parsed.GetValue(project), parsed.GetValue(json)),
                    new ExportOptions
                    {
                        Kind = parsed.GetValue(kind),
                        Criterion = parsed.GetValue(criterion),
                        HarmFlags = parsed.GetValue(harm) ?? [],
                        Rating = parsed.GetValue(rating),
                    }
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        CommandEnvironment environment,
        (string Path, string Store, string? Project, bool Json) asked,
        ExportOptions options
    )
    {
        await using var stores = await FeedbackStore.OpenAllAsync(asked.Store, environment.Clock, environment.Cancellation);
        if (asked.Project is { } name)
        {
            options = options with { Project = (await StudioStore.FindAsync(stores, name, environment.Cancellation)).Id };
        }

        var written = await FeedbackExport.WriteAsync(stores, asked.Path, options, environment.Cancellation);
        var votes = FeedbackExport.VotesPath(asked.Path);
        environment.Output.WriteLine(
            asked.Json
                ? new JsonObject
                {
                    ["rows"] = written,
                    ["path"] = asked.Path,
                    ["votes"] = votes,
                }.ToJsonString()
                : $"{written} rows in {asked.Path}; every vote in {votes}."
        );
        return ExitCode.Done;
    }
}
