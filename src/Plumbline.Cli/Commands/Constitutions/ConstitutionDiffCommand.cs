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
        var workspace = new Option<string?>("--workspace")
        {
            Description =
                "A folder of plumb constitution label or revise: says which labels, revised answers, training rows and tests each change touches.",
        };
        var decisions = new Option<string[]>("--decisions")
        {
            Description =
                "A folder of the guard's decisions: says how many each change touches, and which would come out otherwise, from their scores alone. May be repeated; decisions in a workspace are read too.",
        };
        var relabel = new Option<bool>("--relabel") { Description = "Labels, or revises, those anew, and only those." };
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
            workspace,
            decisions,
            relabel,
            json,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(relabel) && parsed.GetValue(workspace) is null)
            {
                parsed.AddError("--relabel needs --workspace FOLDER.");
            }
        });
        command.SetAction(
            (parsed, _) =>
                RunAsync(
                    environment,
                    (parsed.GetValue(old)!, parsed.GetValue(oldOverlays) ?? []),
                    (parsed.GetValue(@new)!, parsed.GetValue(newOverlays) ?? []),
                    new Wanted(
                        parsed.GetValue(workspace),
                        DecisionsAndChange.Folders(parsed.GetValue(decisions) ?? [], parsed.GetValue(workspace)),
                        parsed.GetValue(relabel),
                        parsed.GetValue(json)
                    )
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        CommandEnvironment environment,
        (string File, IReadOnlyList<string> Overlays) old,
        (string File, IReadOnlyList<string> Overlays) @new,
        Wanted wanted
    )
    {
        var (before, after) = (ConstitutionFile.Read(old.File, old.Overlays), ConstitutionFile.Read(@new.File, @new.Overlays));
        var changes = ConstitutionDiff.Of(before, after);
        var settles = ConstitutionDiff.SettlesOtherwise(before, after);
        var document = Document(before, after, changes, settles);
        if (!wanted.Json)
        {
            Print(environment.Output, before, after, changes, settles);
        }

        if (wanted.Decisions.Count > 0)
        {
            var compared = DecisionsAndChange.Of(wanted.Decisions, (before, after), changes, environment.Cancellation);
            document["decisions"] = DecisionsAndChange.Json(compared, wanted.Decisions);
            if (!wanted.Json)
            {
                DecisionsAndChange.Write(environment.Output, compared, wanted.Decisions);
            }
        }

        var unfinished = wanted.Workspace is { } folder
            ? await new WorkspaceAndChange(environment, folder, @new, wanted.Json).RunAsync(after, changes, wanted.Relabel, document)
            : null;

        if (wanted.Json)
        {
            environment.Output.WriteLine(document.ToJsonString());
        }

        if (unfinished is null)
        {
            return ExitCode.Done;
        }

        environment.Error.WriteLine(TerminalText.Escape(unfinished));
        return ExitCode.Failed;
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

    private sealed record Wanted(string? Workspace, IReadOnlyList<string> Decisions, bool Relabel, bool Json);
}
