using System.Security.Cryptography;
using System.Text;
using Plumbline.Lineage;
using Plumbline.Testing;
using Plumbline.Tests.Runs;

namespace Plumbline.Tests.Lineage;

public sealed class LedgerTests
{
    [Fact]
    public void What_is_appended_is_read_again_with_its_time_and_facts()
    {
        using var folder = new TemporaryFolder();
        var clock = new ManualClock();
        var artifact = new Artifact(
            "sft",
            "sha256:ab",
            "name \"with\"\nlines, Ümläute and 🐦",
            ["sha256:cd", "row-1"],
            new Dictionary<string, Fact>
            {
                ["text"] = "a\tb",
                ["whole"] = -3L,
                ["seed"] = ulong.MaxValue,
                ["share"] = 0.1,
            }
        );

        var written = Ledger.Open(folder.File("deep/run"), clock).Append(artifact);
        var read = Assert.Single(Ledger.Open(folder.File("deep/run"), clock).Entries);

        Assert.Equal((1L, clock.GetUtcNow()), (read.Sequence, read.Time));
        Assert.Equal(written.Hash, read.Hash);
        Assert.Equal((artifact.Kind, artifact.Id, artifact.Name), (read.Artifact.Kind, read.Artifact.Id, read.Artifact.Name));
        Assert.Equal(artifact.MadeFrom, read.Artifact.MadeFrom);
        Assert.Equal(artifact.Facts, read.Artifact.Facts);
        Assert.Equal("18446744073709551615", read.Artifact.Facts["seed"].Text);
    }

    [Fact]
    public void A_lines_hash_is_the_SHA256_of_what_stands_before_it_and_the_first_of_that_is_the_hash_before()
    {
        using var folder = new TemporaryFolder();
        var lines = Ledgers.Lines(Ledgers.Chain(folder, 2));

        var first = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Ledgers.Body(lines[0]))));
        var second = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Ledgers.Body(lines[1]))));

        Assert.StartsWith($"{{\"previous\":\"{new string('0', 64)}\",\"sequence\":1,", lines[0]);
        Assert.EndsWith($",\"hash\":\"{first}\"}}", lines[0]);
        Assert.StartsWith($"{{\"previous\":\"{first}\",\"sequence\":2,", lines[1]);
        Assert.EndsWith($",\"hash\":\"{second}\"}}", lines[1]);
    }

    [Fact]
    public void The_same_artifact_is_written_once_and_any_other_fact_makes_another()
    {
        using var folder = new TemporaryFolder();
        var ledger = Ledgers.Open(folder);
        var artifact = Ledgers.Artifact("a", "x", "y");
        var first = ledger.Append(artifact);

        Artifact[] same =
        [
            artifact,
            artifact with
            {
                Name = "called otherwise",
            },
            artifact with
            {
                MadeFrom = [.. artifact.MadeFrom.Reverse()],
            },
            artifact with
            {
                Facts = artifact.Facts.Reverse().ToDictionary(),
            },
        ];
        Assert.All(same, each => Assert.Equal(first, ledger.Append(each)));
        Assert.All(Ledgers.Open(folder).AppendAll(same), each => Assert.Equal(first.Hash, each.Hash));

        ledger.Append(artifact with { Kind = "data" });
        ledger.Append(artifact with { MadeFrom = [artifact.MadeFrom[0]] });
        ledger.Append(artifact with { Facts = new Dictionary<string, Fact>(artifact.Facts) { ["seed"] = "18446744073709551615" } });
        Assert.Equal(4, Ledgers.Lines(folder.File("run")).Length);
        Assert.True(ledger.Verify().IsWhole);
        Assert.Equal(4, ledger.FindAll(artifact.Id).Count);
        Assert.Equal(ledger.Entries[^1], ledger.Find(artifact.Id));
        Assert.Null(ledger.Find("sha256:00"));
    }

    [Fact]
    public void Several_artifacts_in_one_go_follow_each_other_and_repetitions_among_them_count_once()
    {
        using var folder = new TemporaryFolder();
        var ledger = Ledgers.Open(folder);

        var entries = ledger.AppendAll([Ledgers.Artifact("a"), Ledgers.Artifact("b", "a"), Ledgers.Artifact("a")]);

        Assert.Equal([1L, 2L, 1L], entries.Select(entry => entry.Sequence));
        Assert.Equal(2, Ledger.Verify(folder.File("run")).Entries);
        Assert.Empty(ledger.AppendAll([]));
    }

    [Fact]
    public void A_ledger_that_is_open_sees_what_others_append_before_it_appends()
    {
        using var folder = new TemporaryFolder();
        var (one, other) = (Ledgers.Open(folder), Ledgers.Open(folder));
        one.Append(Ledgers.Artifact("a"));
        other.Append(Ledgers.Artifact("b"));
        one.Append(Ledgers.Artifact("b"));
        one.Append(Ledgers.Artifact("c"));

        Assert.Equal(["a", "b", "c"], one.Entries.Select(entry => entry.Artifact.Name));
        Assert.True(one.Verify().IsWhole);
    }

    [Fact]
    public async Task Many_writers_at_once_leave_one_whole_chain()
    {
        using var folder = new TemporaryFolder();
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(writer =>
                    Task.Run(() =>
                    {
                        var ledger = Ledgers.Open(folder);
                        for (var i = 0; i < 12; i++)
                        {
                            ledger.Append(Ledgers.Artifact($"{writer}-{i}"));
                            ledger.Append(Ledgers.Artifact($"everybody's {i}"));
                        }
                    })
                )
        );

        var verification = Ledger.Verify(folder.File("run"));
        Assert.True(verification.IsWhole, verification.Fault?.Problem);
        Assert.Equal((8 * 12) + 12, verification.Entries);
    }

    [Fact]
    public void What_cannot_be_an_artifact_is_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        var ledger = Ledgers.Open(folder);
        var good = Ledgers.Artifact("a");
        Artifact[] bad =
        [
            good with
            {
                Kind = "Model",
            },
            good with
            {
                Kind = "",
            },
            good with
            {
                Id = "with space",
            },
            good with
            {
                Id = "",
            },
            good with
            {
                Id = new string('a', 257),
            },
            good with
            {
                Name = "",
            },
            good with
            {
                Name = new string('a', 4097),
            },
            good with
            {
                MadeFrom = ["line\nend"],
            },
            good with
            {
                MadeFrom = [.. Enumerable.Range(0, 10_001).Select(i => $"{i}")],
            },
            good with
            {
                Id = "itself",
                MadeFrom = ["itself"],
            },
            good with
            {
                Facts = Enumerable.Range(0, 257).ToDictionary(i => $"{i}", i => (Fact)i),
            },
            good with
            {
                Facts = new Dictionary<string, Fact> { [""] = 1L },
            },
            good with
            {
                Facts = new Dictionary<string, Fact> { ["a"] = new string('a', 16_385) },
            },
            good with
            {
                MadeFrom = [.. Enumerable.Range(0, 9000).Select(i => $"{i}".PadLeft(200, '0'))],
            },
        ];

        Assert.All(bad, each => Assert.Throws<ArgumentException>(() => ledger.AppendAll([good, each])));
        Assert.Throws<ArgumentOutOfRangeException>(() => (Fact)double.NaN);
        Assert.Empty(Ledgers.Open(folder).Entries);
    }

    [Fact]
    public void What_training_did_not_change_may_be_made_from_itself_once_that_is_recorded()
    {
        using var folder = new TemporaryFolder();
        var ledger = Ledgers.Open(folder);
        ledger.Append(Ledgers.Artifact("a"));

        ledger.Append(Ledgers.Artifact("a", "a"));

        using var graph = new LineageGraph(ledger);
        var why = graph.Why(ArtifactId.OfText("a"));
        Assert.Equal(LineageNodeState.Told, Assert.Single(why.From).Node.State);
        Assert.Empty(why.From[0].Node.From);
    }

    [Fact]
    public void A_folder_without_a_ledger_is_empty_to_open_and_refused_to_verify()
    {
        using var folder = new TemporaryFolder();
        Assert.Empty(Ledgers.Open(folder).Entries);
        Assert.False(Directory.Exists(folder.File("run")));
        Assert.Contains("no ledger", Assert.Throws<InvalidInputException>(() => Ledger.Verify(folder.Path)).Message);
    }

    [Fact]
    public void A_ledger_that_cannot_be_read_or_written_is_refused_with_its_place()
    {
        using var folder = new TemporaryFolder();
        var run = folder.File("run");
        var ledger = Ledgers.Open(folder);
        Directory.CreateDirectory(Ledger.PathIn(run));

        Assert.Equal(Ledger.PathIn(run), Assert.Throws<InvalidInputException>(() => ledger.Append(Ledgers.Artifact("a"))).Position!.File);

        var file = folder.Write("no-folder", "");
        var inFile = Ledger.Open(file, new ManualClock());
        Assert.Throws<InvalidInputException>(() => inFile.Append(Ledgers.Artifact("a")));
    }
}
