using System.CommandLine;
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
                "A file or folder, which is hashed and looked up; an artifact's id, key or name; or a row's id. Of ids the beginning is enough.",
        };
        var folders = new Option<string[]>("--in")
        {
            Description =
                "A folder with a ledger. May be repeated: what was made in one is followed into the others. Where it is left away, the ledger above a path, or in the current folder.",
        };
        var json = LedgerCommand.Json();
        var command = new Command(
            "why",
            "Walks back from a model, a data set or a row to everything that it was made from.\n\n"
                + "Example: plumb ledger why 3f2a9c41 --in runs/demo"
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
            var id = IdOf(asked);
            ThrowIfChanged(asked, id, ledgers);
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
        var folder = File.Exists(asked) || Directory.Exists(asked) ? Path.GetFullPath(asked) : null;
        while (folder is not null && !File.Exists(Ledger.PathIn(folder)))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? ".";
    }
}
