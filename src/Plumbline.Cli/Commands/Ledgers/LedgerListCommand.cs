using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Plumbline.Lineage;

namespace Plumbline.Cli.Commands.Ledgers;

/// <summary><c>plumb ledger list</c>.</summary>
internal static class LedgerListCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var folder = LedgerCommand.Folder();
        var json = LedgerCommand.Json();
        var command = new Command("list", "Lists what was made in a folder, oldest first.\n\nExample: plumb ledger list runs/demo")
        {
            folder,
            json,
        };
        command.SetAction(parsed =>
        {
            var entries = LedgerCommand.Open(parsed.GetValue(folder)!, environment).Entries;
            if (parsed.GetValue(json))
            {
                var document = new JsonObject { ["entries"] = new JsonArray([.. entries.Select(entry => (JsonNode)LedgerJson.Of(entry))]) };
                environment.Output.WriteLine(document.ToJsonString());
            }
            else
            {
                Print(environment.Output, entries);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(TextWriter output, IReadOnlyList<LedgerEntry> entries)
    {
        var (number, kind) = ($"{entries.Count}".Length, entries.Select(entry => entry.Artifact.Kind.Length).DefaultIfEmpty().Max());
        foreach (var entry in entries)
        {
            var artifact = entry.Artifact;
            var time = entry.Time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            var from = artifact.MadeFrom.Count == 0 ? string.Empty : $"  made from {artifact.MadeFrom.Count}";
            var sequence = $"{entry.Sequence}".PadLeft(number);
            output.WriteLine(
                LedgerCommand.OneLine(
                    $"{sequence}  {time}  {artifact.Kind.PadRight(kind)}  {LineageText.Short(artifact.Id)}  {artifact.Name}{from}"
                )
            );
        }
    }
}
