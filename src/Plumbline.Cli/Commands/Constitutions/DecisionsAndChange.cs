using System.Text.Json.Nodes;
using Plumbline.Cli.Conversing;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Comparing;
using Plumbline.Moderation;
using Plumbline.Moderation.Decisions;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary>What a changed constitution does to logs of the guard's decisions: counted and decided again, and nobody is asked.</summary>
internal static class DecisionsAndChange
{
    private const int Shown = 3;

    /// <summary>The logs that are meant: those that are named, and <c>decisions</c> in a workspace.</summary>
    /// <param name="named">Folders of logs.</param>
    /// <param name="workspace">A workspace; null for none.</param>
    internal static IReadOnlyList<string> Folders(IEnumerable<string> named, string? workspace)
    {
        var own = workspace is null ? null : Path.Combine(workspace, "decisions");
        return
        [
            .. named.Concat(own is not null && DecisionLog.IsIn(own) ? [own] : []).DistinctBy(Path.GetFullPath, StringComparer.Ordinal),
        ];
    }

    /// <summary>Compares.</summary>
    /// <exception cref="InvalidInputException">A folder holds no log, or a line does not fit.</exception>
    internal static DecisionComparison Of(
        IEnumerable<string> folders,
        (Constitution Before, Constitution After) constitutions,
        IReadOnlyList<ClauseChange> changes,
        CancellationToken cancellation
    )
    {
        var comparison = new DecisionComparison(constitutions.Before, constitutions.After, changes);
        foreach (var record in folders.SelectMany(folder => DecisionLog.Read(folder)))
        {
            cancellation.ThrowIfCancellationRequested();
            comparison.Add(record);
        }

        return comparison;
    }

    /// <summary>Tells people.</summary>
    internal static void Write(TextWriter output, DecisionComparison compared, IReadOnlyList<string> folders)
    {
        output.WriteLine(
            TerminalText.Escape(
                $"{compared.Decisions} decisions in {string.Join(", ", folders)}: {compared.Replayed} decided again from their scores, {compared.Changed} come out otherwise."
            )
        );
        foreach (var ((from, to), changed) in compared.Outcomes)
        {
            var examples = string.Join(", ", changed.Examples.Take(Shown)) + (changed.Count > Shown ? ", ..." : string.Empty);
            output.WriteLine(TerminalText.Escape($"  {Name(from)} -> {Name(to)}: {changed.Count} ({examples})"));
        }

        foreach (var clause in compared.Clauses)
        {
            output.WriteLine(
                TerminalText.Escape(
                    $"  {clause.Clause}: {clause.Touched} decisions touched, {clause.Changed} come out otherwise, {clause.NotAsked} need asking anew"
                )
            );
        }

        WriteUntold(output, compared);
    }

    /// <summary>Tells machines.</summary>
    internal static JsonObject Json(DecisionComparison compared, IReadOnlyList<string> folders) =>
        new()
        {
            ["folders"] = new JsonArray([.. folders.Select(folder => (JsonNode)folder)]),
            ["decisions"] = compared.Decisions,
            ["replayed"] = compared.Replayed,
            ["changed"] = compared.Changed,
            ["outcomes"] = new JsonArray([
                .. compared.Outcomes.Select(changed =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["before"] = Name(changed.Key.Before),
                            ["after"] = Name(changed.Key.After),
                            ["count"] = changed.Value.Count,
                            ["examples"] = new JsonArray([.. changed.Value.Examples.Select(id => (JsonNode)id)]),
                        }
                ),
            ]),
            ["clauses"] = new JsonObject(
                compared.Clauses.Select(clause =>
                    KeyValuePair.Create(
                        clause.Clause,
                        (JsonNode?)
                            new JsonObject
                            {
                                ["touched"] = clause.Touched,
                                ["changed"] = clause.Changed,
                                ["needs_asking"] = clause.NotAsked,
                            }
                    )
                )
            ),
            ["needs_asking"] = compared.Untold(ReplayGap.NotAsked),
            ["to_ask"] = new JsonObject(compared.ToAsk.Select(ask => KeyValuePair.Create(ask.Key, (JsonNode?)ask.Value))),
            ["without_basis"] = compared.Untold(ReplayGap.NoBasis),
            ["findings_left_out"] = compared.Untold(ReplayGap.FindingsLeftOut),
            ["made_elsewhere"] = compared.Elsewhere,
            ["deviating"] = compared.Deviating,
        };

    private static void WriteUntold(TextWriter output, DecisionComparison compared)
    {
        if (compared.Untold(ReplayGap.NotAsked) is > 0 and var unasked)
        {
            var detectors = string.Join(", ", compared.ToAsk.Select(ask => $"{ask.Key} {ask.Value}"));
            output.WriteLine(TerminalText.Escape($"{unasked} cannot be told before detectors are asked: {detectors}."));
        }

        var (older, cut) = (compared.Untold(ReplayGap.NoBasis), compared.Untold(ReplayGap.FindingsLeftOut));
        if (older + cut > 0)
        {
            output.WriteLine($"{older + cut} hold too little: {older} have no basis, {cut} had more findings than a record holds.");
        }

        if (compared.Elsewhere > 0)
        {
            output.WriteLine($"{compared.Elsewhere} were made under another constitution than OLD, and are compared as if under it.");
        }

        if (compared.Deviating > 0)
        {
            output.WriteLine($"{compared.Deviating} do not come out under OLD as they did: another version of Plumbline decided them.");
        }
    }

    private static string Name(GuardOutcome outcome) => ConstitutionCommand.Name(outcome);
}
