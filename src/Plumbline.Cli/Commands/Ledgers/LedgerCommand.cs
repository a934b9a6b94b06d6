using System.CommandLine;
using Plumbline.Cli.Conversing;
using Plumbline.Lineage;

namespace Plumbline.Cli.Commands.Ledgers;

/// <summary><c>plumb ledger</c>: what was made, from what, and whether anybody changed the record.</summary>
internal static class LedgerCommand
{
    internal static Command Create(CommandEnvironment environment) =>
        new(
            "ledger",
            "Shows what a pipeline's folder was made from, and whether its record still is as it was written.\n\n"
                + "Example: plumb ledger why runs/demo/dpo-0123456789abcdef/model"
        )
        {
            LedgerListCommand.Create(environment),
            LedgerVerifyCommand.Create(environment),
            LedgerWhyCommand.Create(environment),
        };

    /// <summary>The argument that names a folder with a ledger.</summary>
    internal static Argument<string> Folder() =>
        new("folder")
        {
            Description = "The folder of a pipeline's runs, such as runs/demo; the current one where it is left away.",
            DefaultValueFactory = _ => ".",
        };

    /// <summary>The option that asks for JSON.</summary>
    internal static Option<bool> Json() => new("--json") { Description = "Prints one JSON object for machines." };

    /// <summary>Opens the ledger of a folder, which must be there.</summary>
    /// <exception cref="InvalidInputException">There is none, or a line does not fit.</exception>
    internal static Ledger Open(string folder, CommandEnvironment environment) =>
        File.Exists(Ledger.PathIn(folder))
            ? Ledger.Open(folder, environment.Clock)
            : throw new InvalidInputException(
                "There is no ledger here.",
                "Name the folder of a pipeline's runs, such as runs/demo.",
                new InputPosition(Ledger.PathIn(folder))
            );

    /// <summary>A recorded text on one line of a terminal.</summary>
    internal static string OneLine(string text) => TerminalText.Escape(text.Replace("\r\n", " ").Replace('\n', ' ').Replace('\t', ' '));
}
