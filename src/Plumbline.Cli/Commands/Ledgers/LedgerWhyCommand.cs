using System.CommandLine;
using System.Globalization;
using Plumbline.Data;
using Plumbline.Lineage;

namespace Plumbline.Cli.Commands.Ledgers;

/// <summary><c>plumb ledger why</c>.</summary>
internal static class LedgerWhyCommand
{
    private const string FinishedMark = "finished";
    private const string ModelName = "model";

    internal static Command Create(CommandEnvironment environment)
    {
        var what = new Argument<string>("what")
        {
            Description =
                "A file or folder, which is hashed and looked up; an artifact's id, key or name; a row's id; or the row at a line of a data set, as answers.jsonl:12. Of ids the beginning is enough.",
        };
        var folders = new Option<string[]>("--in")
        {
            Description =
                "A folder with a ledger. May be repeated: what was made in one is followed into the others. Where it is left away, the ledger above a path, or in the current folder.",
        };
        var json = LedgerCommand.Json();
        var command = new Command(
            "why",
            "Walks back from a model, a data set or a row, such as an answer, to everything that it was made from.\n\n"
                + "Example: plumb ledger why runs/demo/answers-0123456789abcdef/answers.jsonl:12"
        )
        {
            what,
            folders,
            json,
        };
        command.SetAction(parsed =>
        {
            var asked = parsed.GetValue(what)!;
            var named = parsed.GetValue(folders) ?? [];
            Ledger[] ledgers = [.. (named.Length > 0 ? named : [Above(asked)]).Select(folder => LedgerCommand.Open(folder, environment))];
            using var graph = new LineageGraph(ledgers);
            var row = RowAt(asked);
            var id = row ?? IdOf(asked);
            if (row is null)
            {
                ThrowIfChanged(asked, id, ledgers);
            }

            var node = graph.Why(id);
            if (parsed.GetValue(json))
            {
                environment.Output.WriteLine(LedgerJson.Of(node).ToJsonString());
            }
            else
            {
                LineageText.Write(environment.Output, node);
            }

            return ExitCode.Done;
        });
        return command;
    }

    // FILE:LINE.
    private static string? RowAt(string asked)
    {
        if (PlaceOf(asked) is not (var file, var line))
        {
            return null;
        }

        // A line that no row begins on is known once one begins after it.
        foreach (var (example, at) in DatasetReader.Open(new DatasetOptions(file)).ReadWithLines().SkipWhile(row => row.Line < line))
        {
            return at == line ? example.Id : throw NoRow(file, line);
        }

        throw NoRow(file, line);
    }

    private static InvalidInputException NoRow(string file, long line) =>
        new(
            "No row that can be read begins on this line.",
            "Name the line on which the row begins, from 1; in csv the header is the first.",
            new InputPosition(file, line)
        );

    private static (string File, long Line)? PlaceOf(string asked)
    {
        var colon = asked.LastIndexOf(':');
        return
            colon > 0
            && !Path.Exists(asked)
            && long.TryParse(asked.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            && File.Exists(asked[..colon])
            ? (asked[..colon], line)
            : null;
    }

    private static string IdOf(string asked)
    {
        if (File.Exists(asked))
        {
            return ArtifactId.OfFile(asked);
        }

        if (!Directory.Exists(asked))
        {
            return asked;
        }

        // A stage's folder is named for what it left.
        var model = Path.Combine(asked, ModelName);
        return ArtifactId.OfFolder(File.Exists(Path.Combine(asked, FinishedMark)) && Directory.Exists(model) ? model : asked);
    }

    private static void ThrowIfChanged(string asked, string id, Ledger[] ledgers)
    {
        if (id != asked && ledgers.All(ledger => ledger.Find(id) is null))
        {
            throw new InvalidInputException(
                $"No ledger here knows its content ({id}).",
                "It was changed since it was recorded, or made elsewhere: name other ledgers with --in, or ask for it by its id ('plumb ledger list').",
                new InputPosition(asked)
            );
        }
    }

    private static string Above(string asked)
    {
        var path = PlaceOf(asked)?.File ?? asked;
        var folder = Path.Exists(path) ? Path.GetFullPath(path) : null;
        while (folder is not null && !File.Exists(Ledger.PathIn(folder)))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? ".";
    }
}
