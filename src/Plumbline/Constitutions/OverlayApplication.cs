using Plumbline.Configuration;

namespace Plumbline.Constitutions;

/// <summary>Lays overlays over a constitution.</summary>
internal sealed class OverlayApplication
{
    private readonly Constitution constitution;
    private readonly OptionFaults faults = new();
    private readonly Dictionary<string, Clause> clauses;

    // Changed clauses as trees, until all overlays have had their say.
    private readonly Dictionary<string, OptionMapping> trees = new(StringComparer.Ordinal);

    // Which overlay set what to which value.
    private readonly Dictionary<string, (string Overlay, string Value)> authors = new(StringComparer.Ordinal);

    private OverlayApplication(Constitution constitution)
    {
        this.constitution = constitution;
        clauses = constitution.Clauses.ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>The constitution with what the overlays change. They may be given in any order: where two would change the same in different ways, that is refused.</summary>
    /// <exception cref="InvalidInputException">An overlay does not fit, or two disagree.</exception>
    public static Constitution Apply(Constitution constitution, IReadOnlyList<Overlay> overlays) =>
        overlays.Count == 0 ? constitution : new OverlayApplication(constitution).Apply(overlays);

    private Constitution Apply(IReadOnlyList<Overlay> overlays)
    {
        foreach (var overlay in overlays)
        {
            if (overlay.For != constitution.Name)
            {
                faults.Add(
                    $"The overlay '{overlay.Name}' is for the constitution {OptionText.Quote(overlay.For)}, and this is {OptionText.Quote(constitution.Name)}.",
                    "Use it with the constitution that it names.",
                    overlay.Edits.Places.GetValueOrDefault("for")
                );
                continue;
            }

            foreach (var (id, change) in overlay.Changes)
            {
                Change(overlay, id, change);
            }

            foreach (var (id, addition) in overlay.Adds)
            {
                Add(overlay, id, addition);
            }
        }

        // After all values are set, so that the order of the overlays does not matter.
        foreach (var overlay in overlays)
        {
            foreach (var (id, edits) in overlay.Edits.Append.Where(append => trees.ContainsKey(append.Key)))
            {
                Append(overlay, id, trees[id], edits);
            }
        }

        foreach (var (id, tree) in trees)
        {
            Finish(id, tree);
        }

        if (clauses.Count is 0 or > Constitution.MostClauses)
        {
            faults.Add(
                $"The overlays leave {clauses.Count} clauses of '{constitution.Name}', and a constitution has 1 to {Constitution.MostClauses}.",
                "Withdraw or add fewer.",
                overlays[0].Edits.Places.GetValueOrDefault("for")
            );
        }

        faults.ThrowIfAny();
        return OptionsValidation.ThrowIfInvalid(
            constitution with
            {
                Clauses = clauses,
                Home = overlays.Aggregate(constitution.Home, (home, overlay) => home.Joined(overlay.Scope)),
                Overlays = [.. constitution.Overlays, .. overlays.Select(overlay => overlay.Name)],
            }
        );
    }

    private void Change(Overlay overlay, string id, OverlayChange change)
    {
        if (!constitution.Clauses.TryGetValue(id, out var clause))
        {
            var nearest = OptionText.Nearest(id, constitution.Clauses.Keys);
            faults.Add(
                $"The overlay '{overlay.Name}' changes the clause {OptionText.Quote(id)}, which '{constitution.Name}' does not have.",
                nearest is null ? "Name a clause of it, or add the clause under adds." : $"Did you mean '{nearest}'?",
                overlay.Edits.Places.GetValueOrDefault(id)
            );
            return;
        }

        Claim(overlay, id, "withdraw", change.Withdraw ? "true" : "false");
        if (change.Withdraw)
        {
            clauses.Remove(id);
            return;
        }

        if (!trees.TryGetValue(id, out var tree))
        {
            tree = (OptionMapping)OptionsTree.Describe(clause, typeof(Clause));
            trees.Add(id, tree);
        }

        if (overlay.Edits.Set.TryGetValue(id, out var edits))
        {
            Set(overlay, id, tree, edits, id);
        }
    }

    private void Add(Overlay overlay, string id, OverlayAddition addition)
    {
        Claim(overlay, id, "clause", Spelled(OptionsTree.Describe(addition.Clause, typeof(Clause))));
        if (constitution.Clauses.ContainsKey(id))
        {
            faults.Add(
                $"The overlay '{overlay.Name}' adds the clause '{id}', which '{constitution.Name}' has.",
                "Change it under changes, or add it under another id.",
                overlay.Edits.Places.GetValueOrDefault(id)
            );
        }

        CheckFramework(id, addition.Clause, overlay.Edits.Places.GetValueOrDefault(id));
        clauses[id] = addition.Clause;
    }

    private void Set(Overlay overlay, string id, OptionMapping into, OptionMapping edits, string path)
    {
        foreach (var (key, entry) in edits.Entries)
        {
            var below = $"{path}.{key}";
            if (entry.Value is OptionMapping inner && into.Entries.TryGetValue(key, out var old) && old.Value is OptionMapping tree)
            {
                Set(overlay, id, tree, inner, below);
                continue;
            }

            Claim(overlay, id, below, Spelled(entry.Value), entry.KeyPosition);
            into.Entries[key] = entry;
        }
    }

    private void Append(Overlay overlay, string id, OptionMapping into, OptionMapping edits)
    {
        foreach (var (key, entry) in edits.Entries)
        {
            if (
                entry.Value is not OptionSequence more
                || !into.Entries.TryGetValue(key, out var old)
                || old.Value is not OptionSequence list
            )
            {
                faults.Add(
                    $"The overlay '{overlay.Name}' appends {entry.Value.Describe()} to '{key}' of the clause '{id}'.",
                    "Append lists to lists: exceptions, hazards, tests.",
                    entry.KeyPosition
                );
                continue;
            }

            // A list of its own: the one that is there may be an overlay's.
            var longer = new OptionSequence(more.Position);
            longer.Items.AddRange(list.Items.Concat(more.Items).DistinctBy(Spelled));
            into.Entries[key] = new OptionEntry(entry.KeyPosition, longer);
        }
    }

    private void Finish(string id, OptionMapping tree)
    {
        if (!clauses.ContainsKey(id))
        {
            // Another overlay withdraws it, which was refused.
            return;
        }

        var (before, path) = (faults.Count, $"changes.{id}.set");
        var clause = new OptionsBinder(faults, mayBeSet: false).BindRoot(tree, typeof(Clause), existing: null, path);
        if (faults.Count == before)
        {
            OptionsValidation.Check(clause, typeof(Clause), tree, tree.Position, path + ".", faults);
            clauses[id] = (Clause)clause!;
            CheckFramework(id, clauses[id], tree.Entries["framework"].KeyPosition);
        }
    }

    private void CheckFramework(string id, Clause clause, InputPosition? position)
    {
        if (!constitution.Frameworks.ContainsKey(clause.Framework))
        {
            var nearest = OptionText.Nearest(clause.Framework, constitution.Frameworks.Keys);
            faults.Add(
                $"The framework {OptionText.Quote(clause.Framework)} of the clause '{id}' is none of '{constitution.Name}', which must be one of the frameworks {string.Join(", ", constitution.Frameworks.Keys)}.",
                nearest is null ? "Name one of them." : $"Did you mean '{nearest}'?",
                position
            );
        }
    }

    private void Claim(Overlay overlay, string id, string what, string value, InputPosition? position = null)
    {
        if (authors.TryGetValue($"{id} {what}", out var first) && first.Value != value)
        {
            faults.Add(
                $"The overlays '{first.Overlay}' and '{overlay.Name}' disagree about '{what}' of the clause '{id}'.",
                "Use one of the two, or write an overlay that settles it.",
                position ?? overlay.Edits.Places.GetValueOrDefault(id)
            );
        }

        authors.TryAdd($"{id} {what}", (overlay.Name, value));
    }

    private static string Spelled(OptionNode node) => OptionsTree.ToYaml(node);
}
