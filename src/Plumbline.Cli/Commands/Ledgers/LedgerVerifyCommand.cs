using System.CommandLine;
using System.Text.Json.Nodes;
using Plumbline.Lineage;

namespace Plumbline.Cli.Commands.Ledgers;

/// <summary><c>plumb ledger verify</c>.</summary>
internal static class LedgerVerifyCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var folder = LedgerCommand.Folder();
        var json = LedgerCommand.Json();
        var head = new Option<string?>("--head")
        {
            Description = "The hash that an earlier verification printed: fails where the ledger no longer goes through it.",
        };
        var command = new Command(
            "verify",
            "Checks that no line of a ledger was changed, removed or moved. Fails (1) with the first line that does not fit.\n\n"
                + "Example: plumb ledger verify runs/demo"
        )
        {
            folder,
            head,
            json,
        };
        command.SetAction(parsed => Run(environment, parsed.GetValue(folder)!, parsed.GetValue(head), parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandEnvironment environment, string folder, string? head, bool json)
    {
        var found = Ledger.Verify(folder);
        var fault = found.Fault;
        if (fault is null && head is not null && !Ledger.Open(folder, environment.Clock).Entries.Any(entry => entry.Hash == head))
        {
            fault = new LedgerFault(
                found.Entries,
                LedgerFaultKind.Changed,
                "No line has the hash that --head names: the ledger was written anew."
            );
        }

        if (json)
        {
            environment.Output.WriteLine(Document(found, fault).ToJsonString());
        }
        else if (fault is null)
        {
            environment.Output.WriteLine($"{found.Entries} entries, none changed, missing or moved. The head is {found.Head}.");
        }
        else
        {
            var position = new InputPosition(Ledger.PathIn(folder), Math.Max(1, fault.Line));
            environment.Output.WriteLine(LedgerCommand.OneLine($"{position}: {Name(fault.Kind)}: {fault.Problem}"));
        }

        return fault is null ? ExitCode.Done : ExitCode.Failed;
    }

    private static JsonObject Document(LedgerVerification found, LedgerFault? fault) =>
        new()
        {
            ["entries"] = found.Entries,
            ["head"] = found.Head,
            ["whole"] = fault is null,
            ["fault"] = fault is null
                ? null
                : new JsonObject
                {
                    ["line"] = fault.Line,
                    ["kind"] = Name(fault.Kind),
                    ["problem"] = fault.Problem,
                },
        };

    private static string Name(LedgerFaultKind kind) => kind.ToString().ToLowerInvariant();
}
