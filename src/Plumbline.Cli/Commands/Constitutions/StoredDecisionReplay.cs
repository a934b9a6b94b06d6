using System.Text.Json.Nodes;
using Plumbline.Cli.Conversing;
using Plumbline.Cli.Pipelines;
using Plumbline.Constitutions;
using Plumbline.Moderation;
using Plumbline.Moderation.Decisions;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary>Decides a stored decision of the guard again, under any constitution.</summary>
internal static class StoredDecisionReplay
{
    /// <summary>Decides again and prints both outcomes.</summary>
    /// <param name="environment">The process around the command.</param>
    /// <param name="stored">The log's folder and the decision's id.</param>
    /// <param name="under">The constitution: a file, a shipped one, or the hash of one that the log keeps; null for the decision's own. And overlays for it.</param>
    /// <param name="json">Whether machines read it.</param>
    /// <returns>The exit code: 1 where a detector would have to be asked, or the record holds too little.</returns>
    /// <exception cref="InvalidInputException">There is no such log, decision or constitution.</exception>
    internal static int Run(
        CommandEnvironment environment,
        (string Folder, string Id) stored,
        (string? Version, IReadOnlyList<string> Overlays) under,
        bool json
    )
    {
        var record =
            DecisionLog.Find(stored.Folder, stored.Id)
            ?? throw new InvalidInputException(
                $"No decision has the id {stored.Id}.",
                "Give the id as the decision was told under it.",
                new InputPosition(stored.Folder)
            );
        var constitution = Constitution(stored.Folder, under.Version, under.Overlays, record);
        var replay = new DecisionReplay(constitution);
        var replayed = replay.Of(record);
        if (json)
        {
            environment.Output.WriteLine(Document(record, replay, replayed).ToJsonString());
        }
        else
        {
            Write(environment.Output, record, replay, replayed);
        }

        return replayed.Outcome is null ? ExitCode.Failed : ExitCode.Done;
    }

    private static Constitution Constitution(string folder, string? version, IReadOnlyList<string> overlays, DecisionRecord record)
    {
        var kept = new KeptConstitutions(folder);
        if (version is not null)
        {
            return ConstitutionFile.Read(kept.Version(version) ?? version, overlays);
        }

        var own = record.Decision.Constitution;
        var path =
            kept.Version(own)
            ?? throw new InvalidInputException(
                $"The constitution {own} is not kept beside the log.",
                "Give it with --under FILE.",
                new InputPosition(Path.Combine(folder, "constitutions"))
            );
        var constitution = ConstitutionFile.Read(path, overlays);
        return overlays.Count > 0 || ConstitutionHash.Of(constitution) == own
            ? constitution
            : throw new InvalidInputException(
                $"It is no longer the constitution {own}.",
                "Bring back the file as it was kept, or give the constitution with --under FILE.",
                new InputPosition(path)
            );
    }

    private static void Write(TextWriter output, DecisionRecord record, DecisionReplay replay, ReplayedDecision replayed)
    {
        var decision = record.Decision;
        output.WriteLine(TerminalText.Escape($"Decided under {decision.Constitution}: {ConstitutionCommand.Name(decision.Outcome)}."));
        Verdicts(decision.Verdicts);
        if (replayed.Outcome is { } outcome)
        {
            output.WriteLine(
                $"Decided {(outcome == decision.Outcome ? "the same" : "otherwise")} under {replay.ConstitutionHash}: {ConstitutionCommand.Name(outcome)}."
            );
            Verdicts(replayed.Verdicts);
            return;
        }

        output.WriteLine($"Under {replay.ConstitutionHash} it cannot be told: {Reason(replayed.Gap)}.");
        foreach (var ask in replayed.ToAsk)
        {
            output.WriteLine(TerminalText.Escape($"  {ask.Detector} would have to be asked about {string.Join(", ", ask.Clauses)}"));
        }

        void Verdicts(IReadOnlyList<ClauseVerdict> verdicts)
        {
            foreach (var verdict in verdicts)
            {
                output.WriteLine(
                    TerminalText.Escape(
                        FormattableString.Invariant(
                            $"  {verdict.Clause}: {ConstitutionCommand.Name(verdict.Outcome)}, score {verdict.Score:F2} of {verdict.Threshold:F2}"
                        )
                    )
                );
            }
        }
    }

    private static string Reason(ReplayGap gap) =>
        gap switch
        {
            ReplayGap.NotAsked => "a detector was not asked about it",
            ReplayGap.FindingsLeftOut => "it had more findings than a record holds",
            _ => "the record does not say what the decision rested on",
        };

    private static JsonObject Document(DecisionRecord record, DecisionReplay replay, ReplayedDecision replayed) =>
        new()
        {
            ["id"] = record.Decision.Id,
            ["decided_under"] = record.Decision.Constitution,
            ["outcome"] = ConstitutionCommand.Name(record.Decision.Outcome),
            ["replayed_under"] = replay.ConstitutionHash,
            ["replayed_outcome"] = replayed.Outcome is { } outcome ? ConstitutionCommand.Name(outcome) : null,
            ["differs"] = replayed.Outcome is { } other ? other != record.Decision.Outcome : null,
            ["gap"] = replayed.Gap == ReplayGap.None ? null : ConstitutionCommand.Name(replayed.Gap),
            ["verdicts"] = new JsonArray([
                .. replayed.Verdicts.Select(verdict =>
                    (JsonNode)new JsonObject { ["clause"] = verdict.Clause, ["outcome"] = ConstitutionCommand.Name(verdict.Outcome) }
                ),
            ]),
            ["to_ask"] = new JsonObject(
                replayed.ToAsk.Select(ask =>
                    KeyValuePair.Create(ask.Detector, (JsonNode?)new JsonArray([.. ask.Clauses.Select(clause => (JsonNode)clause)]))
                )
            ),
        };
}
