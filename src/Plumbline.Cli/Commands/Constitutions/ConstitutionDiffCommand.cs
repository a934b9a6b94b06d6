using System.CommandLine;
using System.Text.Json.Nodes;
using Plumbline.Cli.Conversing;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Comparing;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution diff</c>.</summary>
internal static class ConstitutionDiffCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var old = ConstitutionCommand.File("OLD");
        var @new = ConstitutionCommand.File("NEW");
        var oldOverlays = new Option<string[]>("--old-overlay") { Description = "An overlay that is laid over OLD. May be repeated." };
        var newOverlays = new Option<string[]>("--new-overlay") { Description = "An overlay that is laid over NEW. May be repeated." };
        var json = ConstitutionCommand.Json();
        var command = new Command(
            "diff",
            "Lists the clauses that changed, by what the change means: added, removed, renamed, reversed, narrowed, widened, reprioritised, reworded and so on.\n\n"
                + "Example: plumb constitution diff general general --new-overlay healthcare"
        )
        {
            old,
            @new,
            oldOverlays,
            newOverlays,
            json,
        };
        command.SetAction(parsed =>
        {
            var before = ConstitutionFile.Read(parsed.GetValue(old)!, parsed.GetValue(oldOverlays));
            var after = ConstitutionFile.Read(parsed.GetValue(@new)!, parsed.GetValue(newOverlays));
            var changes = ConstitutionDiff.Of(before, after);
            var settles = ConstitutionDiff.SettlesOtherwise(before, after);
            if (parsed.GetValue(json))
            {
                environment.Output.WriteLine(Document(before, after, changes, settles).ToJsonString());
            }
            else
            {
                Print(environment.Output, before, after, changes, settles);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(TextWriter output, Constitution before, Constitution after, IReadOnlyList<ClauseChange> changes, bool settles)
    {
        foreach (var change in changes)
        {
            output.WriteLine(TerminalText.Escape($"{change.Id}: {string.Join(", ", change.Kinds.Select(Name))}"));
            foreach (var detail in change.Details.Where(detail => detail is not ("added" or "removed")))
            {
                output.WriteLine(TerminalText.Escape($"  {detail}"));
            }
        }

        if (settles)
        {
            output.WriteLine("Conflicts are settled in another way.");
        }

        var counts = changes
            .SelectMany(change => change.Kinds)
            .CountBy(kind => kind)
            .OrderBy(count => count.Key)
            .Select(count => $"{count.Value} {Name(count.Key)}");
        output.WriteLine(
            changes.Count == 0
                ? $"No clause of {before.Clauses.Count} changed."
                : $"{changes.Count} clauses changed, of {before.Clauses.Count} and now {after.Clauses.Count}: {string.Join(", ", counts)}."
        );
    }

    private static JsonObject Document(Constitution before, Constitution after, IReadOnlyList<ClauseChange> changes, bool settles) =>
        new()
        {
            ["old"] = ConstitutionHash.Of(before),
            ["new"] = ConstitutionHash.Of(after),
            ["settles_otherwise"] = settles,
            ["changes"] = new JsonArray([
                .. changes.Select(change =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["id"] = change.Id,
                            ["old_id"] = change.Old is null ? null : change.OldId,
                            ["kinds"] = new JsonArray([.. change.Kinds.Select(kind => (JsonNode)Name(kind))]),
                            ["details"] = new JsonArray([.. change.Details.Select(detail => (JsonNode)detail)]),
                            ["asks_anew"] = change.AsksAnew,
                            ["counts_anew"] = change.CountsAnew,
                        }
                ),
            ]),
        };

    private static string Name(ChangeKind kind) => ConstitutionCommand.Name(kind);
}
