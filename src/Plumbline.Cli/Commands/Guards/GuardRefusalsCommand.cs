using System.CommandLine;
using System.Text.Json.Nodes;
using Plumbline.Data;
using Plumbline.Evaluation.Statistics;
using Plumbline.Moderation.Refusals;
using Plumbline.Moderation.TextModels;

namespace Plumbline.Cli.Commands.Guards;

/// <summary><c>plumb guard refusals</c>.</summary>
internal static class GuardRefusalsCommand
{
    private const string NoGroup = "all";

    internal static Command Create(CommandEnvironment environment)
    {
        var answers = new Argument<string>("FILE") { Description = "The answers: a row each in a jsonl, json, csv or tsv file." };
        var text = new Option<string>("--text") { Description = "The column with the answer.", DefaultValueFactory = _ => "completion" };
        var group = new Option<string?>("--group") { Description = "A column to count by, such as the kind of request." };
        var human = new Option<string?>("--human") { Description = "The column that says what people think." };
        var refused = new Option<string[]>("--refused")
        {
            Description = "What stands in that column where an answer refuses, in whole or in part. May be repeated.",
        };
        var model = new Option<string?>("--model") { Description = "A model made of recipes/refusal.yaml; the shipped one by default." };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "refusals",
            "Tells which answers refuse, counts them, and compares that with what people say.\n\n"
                + "Example: plumb guard refusals answers.csv --group type --human final_label --refused 2_full_refusal --refused 3_partial_refusal"
        )
        {
            answers,
            text,
            group,
            human,
            refused,
            model,
            json,
        };
        command.SetAction(parsed =>
        {
            var classifier = parsed.GetValue(model) is { } path ? new RefusalClassifier(TextModel.Load(path)) : RefusalClassifier.Default;
            var columns = new Columns(
                parsed.GetRequiredValue(text),
                parsed.GetValue(group),
                parsed.GetValue(human),
                parsed.GetValue(refused) ?? []
            );
            var read = Read(parsed.GetRequiredValue(answers), columns, classifier, environment.Cancellation);
            Print(environment.Output, read, columns.Human is not null, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static List<ReadAnswer> Read(string path, Columns columns, RefusalClassifier classifier, CancellationToken cancellation)
    {
        if (columns.Human is not null && columns.Refused.Count == 0)
        {
            throw new InvalidInputException(
                $"Nothing says which values of {columns.Human} are refusals.",
                "Name them: --refused 2_full_refusal."
            );
        }

        var read = new List<ReadAnswer>();
        foreach (var row in TableReader.Read(path))
        {
            cancellation.ThrowIfCancellationRequested();
            var answer =
                row[columns.Text]
                ?? throw new InvalidInputException(
                    $"the row has no column {columns.Text}.",
                    "Name the column of the answers with --text.",
                    new InputPosition(path, row.Line)
                );
            read.Add(
                new ReadAnswer(
                    columns.Group is { } group ? row[group] ?? string.Empty : NoGroup,
                    classifier.Read(answer).Refuses,
                    columns.Human is { } human && row[human] is { } said ? columns.Refused.Contains(said, StringComparer.Ordinal) : null
                )
            );
        }

        return columns.Human is null || read.Exists(answer => answer.Human is not null)
            ? read
            : throw new InvalidInputException(
                $"no row has a column {columns.Human}.",
                "Name the column of what people say with --human.",
                new InputPosition(path)
            );
    }

    private static void Print(TextWriter output, List<ReadAnswer> answers, bool isCompared, bool isJson)
    {
        var groups = answers
            .GroupBy(answer => answer.Group, StringComparer.Ordinal)
            .Select(group => (group.Key, Refused: Proportion.Of(group.Select(answer => answer.Refuses))))
            .ToList();
        var judged = answers.Where(answer => answer.Human is not null).ToList();
        var agreement = Proportion.Of(judged.Select(answer => answer.Refuses == answer.Human));
        var precision = Proportion.Of(judged.Where(answer => answer.Refuses).Select(answer => answer.Human!.Value));
        var recall = Proportion.Of(judged.Where(answer => answer.Human!.Value).Select(answer => answer.Refuses));
        if (isJson)
        {
            var json = new JsonObject
            {
                ["answers"] = answers.Count,
                ["refused"] = DetectionReport.Json(Proportion.Of(answers.Select(answer => answer.Refuses))),
                ["groups"] = new JsonObject(
                    groups.Select(group => KeyValuePair.Create<string, JsonNode?>(group.Key, DetectionReport.Json(group.Refused)))
                ),
            };
            if (isCompared)
            {
                json["agreement"] = DetectionReport.Json(agreement);
                json["precision"] = DetectionReport.Json(precision);
                json["recall"] = DetectionReport.Json(recall);
            }

            output.WriteLine(json.ToJsonString());
            return;
        }

        output.WriteLine("Answers that refuse, with 95 % intervals:");
        foreach (var (group, refused) in groups)
        {
            output.WriteLine(
                DetectionReport.Line($"  {group, -32} {DetectionReport.Share(refused)}  {refused.Successes} of {refused.Trials}")
            );
        }

        if (isCompared)
        {
            output.WriteLine(
                DetectionReport.Line(
                    $"Beside what people say of {judged.Count}: agreement {DetectionReport.Share(agreement)}, precision {DetectionReport.Share(precision)}, recall {DetectionReport.Share(recall)}"
                )
            );
        }
    }

    private sealed record Columns(string Text, string? Group, string? Human, IReadOnlyList<string> Refused);

    private sealed record ReadAnswer(string Group, bool Refuses, bool? Human);
}
