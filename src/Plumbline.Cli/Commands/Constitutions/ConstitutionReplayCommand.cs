using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Plumbline.Cli.Conversing;
using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Constitutions;
using Plumbline.Feedback.Judging;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution replay</c>.</summary>
internal static class ConstitutionReplayCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var id = new Argument<string>("ID") { Description = "The id of a labelled pair, or the beginning of one; or that of a decision." };
        var workspace = new Option<string?>("--workspace") { Description = "A folder of plumb constitution label." };
        var decisions = new Option<string?>("--decisions") { Description = "A folder of the guard's decisions." };
        var under = new Option<string?>("--under")
        {
            Description =
                "The constitution to decide under: a file, a shipped one, or the hash of one that the folder keeps (or its beginning); the case's own otherwise.",
        };
        var overlays = ConstitutionCommand.Overlays();
        var json = ConstitutionCommand.Json();
        var command = new Command(
            "replay",
            "Decides a stored case again, under the constitution it was decided under or under another version, from what the judge or the detectors said then: nothing is asked. Fails (1) where something would have to be.\n\n"
                + "Example: plumb constitution replay 4f2a --workspace runs/label --under general --overlay eu"
        )
        {
            id,
            workspace,
            decisions,
            under,
            overlays,
            json,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(workspace) is null == parsed.GetValue(decisions) is null)
            {
                parsed.AddError("Give --workspace FOLDER for a labelled pair, or --decisions FOLDER for a decision.");
            }
        });
        command.SetAction(parsed =>
        {
            (string?, IReadOnlyList<string>) wanted = (parsed.GetValue(under), parsed.GetValue(overlays) ?? []);
            return parsed.GetValue(decisions) is { } log
                ? StoredDecisionReplay.Run(environment, (log, parsed.GetValue(id)!), wanted, parsed.GetValue(json))
                : RunPair(environment, (parsed.GetValue(workspace)!, parsed.GetValue(id)!), wanted, parsed.GetValue(json));
        });
        return command;
    }

    private static int RunPair(
        CommandEnvironment environment,
        (string Folder, string Id) stored,
        (string? Version, IReadOnlyList<string> Overlays) under,
        bool json
    )
    {
        var kept = new LabelWorkspace(stored.Folder);
        var label = Find(kept, stored.Id);
        var version = under.Version ?? label.Constitution;
        var constitution = ConstitutionFile.Read(kept.Version(version) ?? version, under.Overlays);
        var options = kept.Options();
        var pair = LabelWorkspace.Pairs(options).Find(other => other.Id == label.Id) ?? throw Gone(label.Id, options);
        // By the judge that gave the label, whichever the options name now.
        var plan = RelabelPlan.Of(new LabelRules(constitution, label.Judge, options.Comparison, options.Seed), pair, label);
        if (json)
        {
            environment.Output.WriteLine(Document(label, plan, constitution).ToJsonString());
        }
        else
        {
            Print(environment.Output, label, plan, constitution);
        }

        return plan.Recombined is null ? ExitCode.Failed : ExitCode.Done;
    }

    private static LabelledPair Find(LabelWorkspace workspace, string id)
    {
        var found = LabelFile.Read(workspace.Labels).Where(label => label.Id.StartsWith(id, StringComparison.Ordinal)).Take(2).ToList();
        return found.Count == 1
            ? found[0]
            : throw new InvalidInputException(
                found.Count == 0 ? $"No label is of a pair {id}." : $"Several pairs begin with {id}.",
                "Give the id of a pair in labels.jsonl, or more of it.",
                new InputPosition(workspace.Labels)
            );
    }

    private static InvalidInputException Gone(string id, LabelOptions options) =>
        new(
            $"The pair {id} is no longer in the data.",
            "Give the data that were labelled under data.path of the workspace's label.yaml.",
            new InputPosition(options.Data.Path)
        );

    private static void Print(TextWriter output, LabelledPair label, RelabelPlan plan, Constitution constitution)
    {
        foreach (var (clause, judgement) in label.Clauses.OrderBy(clause => clause.Key, StringComparer.Ordinal))
        {
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {clause}: {judgement.First:0.000} for the first answer ({judgement.InOrder:0.000} shown first, {judgement.Swapped:0.000} shown second)"
                )
            );
        }

        output.WriteLine($"Decided under {label.Constitution}: {ConstitutionCommand.Name(label.Settled.Outcome)}.");
        Steps(label.Settled.Trace);
        var hash = ConstitutionHash.Of(constitution);
        if (plan.Recombined is { } replayed)
        {
            output.WriteLine(
                $"{(RelabelPlan.Differs(label, replayed) ? "Decided otherwise" : "Decided the same")} under {hash}: {ConstitutionCommand.Name(replayed.Settled.Outcome)}."
            );
            Steps(replayed.Settled.Trace);
        }
        else
        {
            output.WriteLine($"Under {hash} the judge would have to be asked about {string.Join(", ", plan.ToAsk)}.");
        }

        void Steps(IReadOnlyList<string> trace)
        {
            foreach (var step in trace)
            {
                output.WriteLine(TerminalText.Escape($"  {step}"));
            }
        }
    }

    private static JsonObject Document(LabelledPair label, RelabelPlan plan, Constitution constitution) =>
        new()
        {
            ["id"] = label.Id,
            ["decided_under"] = label.Constitution,
            ["outcome"] = ConstitutionCommand.Name(label.Settled.Outcome),
            ["replayed_under"] = ConstitutionHash.Of(constitution),
            ["replayed_outcome"] = plan.Recombined is { } replayed ? ConstitutionCommand.Name(replayed.Settled.Outcome) : null,
            ["differs"] = plan.Recombined is { } other ? RelabelPlan.Differs(label, other) : null,
            ["to_ask"] = new JsonArray([.. plan.ToAsk.Select(clause => (JsonNode)clause)]),
            ["trace"] = new JsonArray([.. (plan.Recombined?.Settled.Trace ?? []).Select(step => (JsonNode)step)]),
        };
}
