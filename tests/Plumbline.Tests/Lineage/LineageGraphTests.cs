using Plumbline.Lineage;
using Plumbline.Testing;

namespace Plumbline.Tests.Lineage;

public sealed class LineageGraphTests
{
    [Fact]
    public void A_diamond_is_told_once_and_mentioned_after_that()
    {
        using var folder = new TemporaryFolder();
        var ledger = Ledgers.Open(folder);
        ledger.AppendAll([
            Ledgers.Artifact("data"),
            Ledgers.Artifact("left", "data"),
            Ledgers.Artifact("right", "data"),
            Ledgers.Artifact("top", "left", "right", "gone"),
        ]);
        using var graph = new LineageGraph(ledger);

        var top = graph.Why(ArtifactId.OfText("top"));

        Assert.Equal(["left", "right", null], top.From.Select(step => step.Node.Entry?.Artifact.Name));
        var (left, right, gone) = (top.From[0].Node, top.From[1].Node, top.From[2].Node);
        var told = Assert.Single(left.From).Node;
        var mentioned = Assert.Single(right.From).Node;
        Assert.Equal((LineageNodeState.Told, LineageNodeState.ToldBefore), (told.State, mentioned.State));
        Assert.Equal(told.Number, mentioned.Number);
        Assert.Equal([1, 2, 3, 4], new[] { top.Number, left.Number, told.Number, right.Number });
        Assert.Equal((LineageNodeState.Unknown, ArtifactId.OfText("gone")), (gone.State, gone.Id));
    }

    [Fact]
    public void An_artifact_is_found_by_id_key_name_and_what_ids_and_keys_begin_with()
    {
        using var folder = new TemporaryFolder();
        var ledger = Ledgers.Open(folder);
        ledger.AppendAll([Ledgers.Artifact("a"), Ledgers.Artifact("b")]);
        using var graph = new LineageGraph(ledger);
        var id = ArtifactId.OfText("a");

        Assert.All([id, id[7..], id[..20], id[7..15], "key-a", "a"], name => Assert.Equal(id, graph.Why(name).Id));
        Assert.Contains("Write more", Assert.Throws<InvalidInputException>(() => graph.Why("sha256:")).Message);
        Assert.Contains("Write more", Assert.Throws<InvalidInputException>(() => graph.Why("key-")).Message);
        Assert.Contains("No ledger", Assert.Throws<InvalidInputException>(() => graph.Why(id[7..10])).Message);
        Assert.Contains("No ledger", Assert.Throws<InvalidInputException>(() => graph.Why("nobody")).Message);
    }

    [Fact]
    public void What_is_made_from_itself_by_way_of_others_is_refused()
    {
        using var folder = new TemporaryFolder();
        var ledger = Ledgers.Open(folder);
        ledger.AppendAll([Ledgers.Artifact("a", "b"), Ledgers.Artifact("b", "a")]);
        using var graph = new LineageGraph(ledger);

        Assert.Contains("made from itself", Assert.Throws<InvalidInputException>(() => graph.Why("b")).Message);
    }

    [Fact]
    public void Long_chains_and_wide_ones_are_left_off()
    {
        using var folder = new TemporaryFolder();
        var deep = Ledger.Open(Ledgers.Chain(folder, LineageGraph.Deepest + 10), TimeProvider.System);
        using var graph = new LineageGraph(deep);

        var node = graph.Why($"{LineageGraph.Deepest + 9}");
        for (var depth = 0; depth < LineageGraph.Deepest; depth++)
        {
            Assert.Equal(LineageNodeState.Told, node.State);
            node = Assert.Single(node.From).Node;
        }

        Assert.Equal(LineageNodeState.LeftOff, node.State);
        Assert.Empty(node.From);

        var wide = Ledgers.Open(folder, "wide");
        string[] many = [.. Enumerable.Range(0, LineageGraph.MostNodes + 50).Select(i => $"{i}")];
        wide.AppendAll([.. many.Select(name => Ledgers.Artifact(name)), Ledgers.Artifact("all", many)]);
        using var second = new LineageGraph(wide);
        var states = second.Why("all").From.CountBy(step => step.Node.State).ToDictionary();
        Assert.Equal(LineageGraph.MostNodes - 1, states[LineageNodeState.Told]);
        Assert.Equal(51, states[LineageNodeState.LeftOff]);
    }

    [Fact]
    public void Another_ledger_knows_what_came_from_outside()
    {
        using var folder = new TemporaryFolder();
        var (first, second) = (Ledgers.Open(folder, "first"), Ledgers.Open(folder, "second"));
        first.AppendAll([Ledgers.Artifact("data"), Ledgers.Artifact("model", "data")]);
        second.AppendAll([Ledgers.Artifact("model"), Ledgers.Artifact("aligned", "model")]);
        using var alone = new LineageGraph(second);
        using var both = new LineageGraph(second, first);

        Assert.Empty(alone.Why("aligned").From[0].Node.From);
        Assert.Equal("data", both.Why("aligned").From[0].Node.From[0].Node.Entry!.Artifact.Name);
    }

    [Fact]
    public void A_row_leads_to_its_data_set_its_critique_and_the_constitution()
    {
        using var folder = new TemporaryFolder();
        var ledger = Ledgers.Open(folder);
        var prompts = folder.Write("run/prompts.jsonl", "{}\n");
        var revised = folder.Write("run/data/revised.jsonl", "{}{}\n");
        RowLineageFile.Write(prompts, [new("prompt-1", [new("seed", "s1")])]);
        RowLineageFile.Write(
            revised,
            [
                new(
                    "row-0001",
                    [
                        new("prompt", "prompt-1"),
                        new("critique", "c-1") { Clause = "no_harm", Text = "Says how." },
                        new("constitution", "constitution:ab"),
                    ]
                ),
                new("row-0002", [new("row", "row-0002")]),
            ]
        );
        ledger.Append(new Artifact("constitution", "constitution:ab", "general"));
        var from = ledger.Append(Artifact.OfDataSet(ledger.Folder, "data", prompts, [])).Artifact.Id;
        var made = ledger.Append(Artifact.OfDataSet(ledger.Folder, "revisions", revised, [from, "constitution:ab"])).Artifact;
        Assert.Equal("data/revised.lineage.jsonl", made.Facts["lineage"].Text);
        using var graph = new LineageGraph(ledger);

        var row = graph.Why("row-0001");

        Assert.Equal(("row", "row-0001"), (row.Kind, row.Id));
        Assert.Equal(["prompt", "critique", "constitution", "in"], row.From.Select(step => step.Role));
        Assert.Equal(("no_harm", "Says how."), (row.From[1].Clause, row.From[1].Text));
        Assert.Equal(LineageNodeState.Unknown, row.From[1].Node.State);
        Assert.Equal("general", row.From[2].Node.Entry!.Artifact.Name);
        Assert.Equal(made.Id, row.From[3].Node.Id);
        // The prompt is a row of another data set, which leads there.
        Assert.Equal(["seed", "in"], row.From[0].Node.From.Select(step => step.Role));
        Assert.Equal(from, row.From[0].Node.From[1].Node.Id);
        // Taken over under its own id: no cycle.
        Assert.Equal(["in"], graph.Why("row-0002").From.Select(step => step.Role));
        Assert.Contains("row-0001, row-0002", Assert.Throws<InvalidInputException>(() => graph.Why("row-")).Message);
    }

    [Fact]
    public void A_lineage_file_that_was_changed_or_is_gone_is_said()
    {
        using var folder = new TemporaryFolder();
        var ledger = Ledgers.Open(folder);
        var data = folder.Write("run/data.jsonl", "{}\n");
        var lineage = RowLineageFile.Write(data, [new("row-0001", [])]);
        ledger.Append(Artifact.OfDataSet(ledger.Folder, "data", data, []));
        RowLineageFile.Write(data, [new("row-0001", [new("critique", "forged")])]);

        using (var changed = new LineageGraph(ledger))
        {
            Assert.Contains("changed since", changed.Why("row-0001").Problem);
        }

        File.Delete(lineage);
        using var gone = new LineageGraph(ledger);
        Assert.Contains("No ledger", Assert.Throws<InvalidInputException>(() => gone.Why("row-0001")).Message);
    }

    [Fact]
    public void A_data_set_written_anew_with_its_lineage_is_told_as_it_is_now()
    {
        using var folder = new TemporaryFolder();
        var ledger = Ledgers.Open(folder);
        string Write(string text)
        {
            var data = folder.Write("run/data.jsonl", text);
            RowLineageFile.Write(data, [new($"row-{text}", []), new("row-both", [])]);
            return ledger.Append(Artifact.OfDataSet(ledger.Folder, "data", data, [])).Artifact.Id;
        }

        Write("first");
        var second = Write("second");
        using var graph = new LineageGraph(ledger);

        var row = graph.Why("row-both");
        Assert.Null(row.Problem);
        Assert.Equal(second, Assert.Single(row.From).Node.Id);
        Assert.Throws<InvalidInputException>(() => graph.Why("row-first"));
    }

    [Fact]
    public void A_ledger_cannot_send_the_reader_to_other_files()
    {
        using var folder = new TemporaryFolder();
        var secret = folder.Write("secret.txt", "not a lineage");
        var ledger = Ledgers.Open(folder);
        ledger.Append(new Artifact("data", "d", "d", [], new Dictionary<string, Fact> { ["lineage"] = secret }));
        using var graph = new LineageGraph(ledger);

        Assert.Contains("No ledger", Assert.Throws<InvalidInputException>(() => graph.Why("row-0001")).Message);
    }
}
