namespace Plumbline.Lineage;

/// <summary>One walk backwards: each artifact and row is told once, and counted.</summary>
internal sealed class LineageWalk(LineageGraph graph, LineageRows rows)
{
    // Artifacts made from thousands of others may share them: not only nodes are bounded.
    private const int MostMentions = 5 * LineageGraph.MostNodes;

    private readonly Dictionary<string, int> told = new(StringComparer.Ordinal);
    private readonly List<(string Key, string Id)> path = [];
    private int count;
    private int mentions;

    /// <summary>Walks from an entry.</summary>
    internal LineageNode Of(EntryPlace place)
    {
        var artifact = place.Entry.Artifact;
        return Tell(
            $"entry {place.Entry.Hash}",
            new LineageNode(0, artifact.Id, artifact.Kind, LineageNodeState.Told) { Entry = place.Entry },
            () => artifact.MadeFrom.Select(id => new LineageStep(Parent(id, place)))
        );
    }

    /// <summary>Walks from a row.</summary>
    internal LineageNode Of(FoundRow row) =>
        Tell(
            $"row {row.Id}",
            new LineageNode(0, row.Id, "row", LineageNodeState.Told) { Problem = row.Problem },
            () =>
                // A row that was taken over unchanged keeps its id: it is told with all its data sets.
                row
                    .From.Where(origin => origin.Id != row.Id)
                    .Select(origin => new LineageStep(Origin(origin))
                    {
                        Role = origin.Kind,
                        Clause = origin.Clause,
                        Text = origin.Text,
                    })
                    .Concat(row.In.Select(place => new LineageStep(Of(place)) { Role = "in" }))
        );

    private LineageNode Origin(RowOrigin origin) =>
        graph.Parent(origin.Id, child: null) is { } known ? Of(known)
        : rows.Find(origin.Id) is { } row ? Of(row)
        : Unknown(origin.Id, origin.Kind);

    private LineageNode Parent(string id, EntryPlace child) =>
        graph.Parent(id, child) is { } known ? Of(known)
        : rows.Find(id) is { } row ? Of(row)
        : Unknown(id, "unknown");

    private static LineageNode Unknown(string id, string kind) => new(0, id, kind, LineageNodeState.Unknown);

    private LineageNode Tell(string key, LineageNode node, Func<IEnumerable<LineageStep>> from)
    {
        var at = path.FindIndex(step => step.Key == key);
        if (at >= 0)
        {
            throw new InvalidInputException(
                $"The ledgers say that {node.Id} is made from itself, by way of {string.Join(", ", path.Skip(at + 1).Select(step => step.Id).DefaultIfEmpty(node.Id))}.",
                "Look at them one by one ('plumb ledger list'): one of the records is wrong."
            );
        }

        if (told.TryGetValue(key, out var number))
        {
            return node with { Number = number, State = LineageNodeState.ToldBefore };
        }

        if (path.Count >= LineageGraph.Deepest || count >= LineageGraph.MostNodes)
        {
            return node with { State = LineageNodeState.LeftOff };
        }

        told[key] = number = ++count;
        path.Add((key, node.Id));
        var steps = new List<LineageStep>();
        foreach (var step in from())
        {
            steps.Add(step);
            if (++mentions >= MostMentions)
            {
                break;
            }
        }

        path.RemoveAt(path.Count - 1);
        return node with
        {
            Number = number,
            From = steps,
            State = mentions < MostMentions ? LineageNodeState.Told : LineageNodeState.LeftOff,
        };
    }
}
