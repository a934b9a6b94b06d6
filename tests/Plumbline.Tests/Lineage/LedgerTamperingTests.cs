using System.Text;
using Plumbline.Lineage;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Tests.Lineage;

public sealed class LedgerTamperingTests
{
    [Fact]
    public void Every_changed_byte_is_found_in_its_line()
    {
        using var folder = new TemporaryFolder();
        var run = Ledgers.Chain(folder, 2);
        Assert.True(Ledger.Verify(run).IsWhole);
        var good = File.ReadAllBytes(Ledger.PathIn(run));
        for (var at = 0; at < good.Length; at++)
        {
            var line = 1 + good.AsSpan(0, at).Count((byte)'\n');
            var bytes = good.ToArray();
            bytes[at] ^= 0x01;
            Ledgers.WriteBytes(run, bytes);

            var fault = Ledger.Verify(run).Fault;

            Assert.True(fault is not null, $"byte {at}");
            Assert.Equal(line, fault.Line);
        }
    }

    [Fact]
    public void Every_other_value_of_every_byte_breaks_the_chain()
    {
        using var folder = new TemporaryFolder();
        var good = File.ReadAllBytes(Ledger.PathIn(Ledgers.Chain(folder, 2)));
        for (var at = 0; at < good.Length; at++)
        {
            foreach (var value in new[] { good[at] ^ 0x02, good[at] ^ 0x20, good[at] ^ 0x80, '\n', '\r', ' ', '"', '}', 0 })
            {
                var bytes = good.ToArray();
                bytes[at] = (byte)value;
                if (bytes[at] != good[at])
                {
                    var chain = new LedgerChain("ledger");
                    var fault = chain.Read(new MemoryStream(bytes), _ => { });
                    Assert.True(fault is not null, $"byte {at}, {bytes[at]:x2}");
                }
            }
        }
    }

    [Fact]
    public void Every_changed_byte_of_the_head_is_found()
    {
        using var folder = new TemporaryFolder();
        var run = Ledgers.Chain(folder, 3);
        var path = Path.Combine(run, "ledger.head");
        var good = File.ReadAllBytes(path);
        for (var at = 0; at < good.Length; at++)
        {
            var bytes = good.ToArray();
            bytes[at] ^= 0x01;
            File.WriteAllBytes(path, bytes);
            Assert.False(Ledger.Verify(run).IsWhole, $"byte {at}");
        }

        File.Delete(path);
        Assert.Equal(LedgerFaultKind.Cut, Ledger.Verify(run).Fault!.Kind);
    }

    [Theory]
    [InlineData("1 2 4 5 6", 3, LedgerFaultKind.Missing)]
    [InlineData("1 5 6", 2, LedgerFaultKind.Missing)]
    [InlineData("2 3 4 5 6", 1, LedgerFaultKind.Missing)]
    [InlineData("1 3 2 4 5 6", 2, LedgerFaultKind.Reordered)]
    [InlineData("2 3 4 5 6 1", 1, LedgerFaultKind.Reordered)]
    [InlineData("1 2 2 3 4 5 6", 3, LedgerFaultKind.Reordered)]
    [InlineData("1 2 3 4 5", 5, LedgerFaultKind.Cut)]
    [InlineData("1", 1, LedgerFaultKind.Cut)]
    [InlineData("", 0, LedgerFaultKind.Cut)]
    public void Lines_that_are_missing_moved_or_cut_off_are_named(string order, int line, LedgerFaultKind kind)
    {
        using var folder = new TemporaryFolder();
        var run = Ledgers.Chain(folder, 6);
        var lines = Ledgers.Lines(run);
        Ledgers.WriteLines(run, order.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => lines[int.Parse(number) - 1]));

        var fault = Ledger.Verify(run).Fault;

        Assert.NotNull(fault);
        Assert.Equal((line, kind), (fault.Line, fault.Kind));
        var refused = Assert.Throws<InvalidInputException>(() => Ledgers.Open(folder));
        Assert.Equal(Math.Max(1, line), refused.Position!.Line);
    }

    [Fact]
    public void A_line_written_anew_under_a_hash_that_fits_does_not_fit_the_next_or_the_head()
    {
        using var folder = new TemporaryFolder();
        var run = Ledgers.Chain(folder, 3);
        var lines = Ledgers.Lines(run);
        foreach (var (changed, found) in new[] { (0, 2), (1, 3), (2, 3) })
        {
            var forged = lines.ToArray();
            forged[changed] = Ledgers.Sealed(Ledgers.Body(lines[changed]).Replace("\"model\"", "\"data\""));
            Ledgers.WriteLines(run, forged);

            var fault = Ledger.Verify(run).Fault;

            Assert.Equal((found, LedgerFaultKind.Changed), (fault!.Line, fault.Kind));
        }
    }

    [Fact]
    public void An_open_ledger_does_not_append_to_one_that_was_cut_behind_its_back()
    {
        using var folder = new TemporaryFolder();
        var run = Ledgers.Chain(folder, 3);
        var ledger = Ledgers.Open(folder);
        Ledgers.WriteLines(run, Ledgers.Lines(run)[..2]);

        Assert.Throws<InvalidInputException>(() => ledger.Append(Ledgers.Artifact("more")));
    }

    [Fact]
    public void A_last_line_torn_anywhere_is_mended_by_the_next_entry()
    {
        using var folder = new TemporaryFolder();
        var run = Ledgers.Chain(folder, 2);
        var head = File.ReadAllBytes(Path.Combine(run, "ledger.head"));
        var start = File.ReadAllBytes(Ledger.PathIn(run)).Length;
        Ledgers.Open(folder).Append(Ledgers.Artifact("torn"));
        var whole = File.ReadAllBytes(Ledger.PathIn(run));
        // Every eleventh place, and the last ones: each is forced to disk.
        for (var length = start + 1; length < whole.Length; length += whole.Length - length < 12 ? 1 : 11)
        {
            Ledgers.WriteBytes(run, whole[..length]);
            File.WriteAllBytes(Path.Combine(run, "ledger.head"), head);
            Assert.Equal((3L, LedgerFaultKind.Cut), (Ledger.Verify(run).Fault!.Line, Ledger.Verify(run).Fault!.Kind));
            var ledger = Ledgers.Open(folder);
            Assert.Equal(2, ledger.Entries.Count);

            ledger.Append(Ledgers.Artifact("torn"));

            Assert.Equal(whole, File.ReadAllBytes(Ledger.PathIn(run)));
            Assert.True(Ledger.Verify(run).IsWhole);
        }
    }

    [Fact]
    public void Garbage_after_the_last_line_is_no_torn_line()
    {
        using var folder = new TemporaryFolder();
        var run = Ledgers.Chain(folder, 2);
        var good = File.ReadAllText(Ledger.PathIn(run));
        var last = Ledgers.Lines(run)[^1];
        foreach (var rest in new[] { "x", "{\"previous\":\"00", last, last + " ", "{}", "{\"previous\":" + new string('1', 80) })
        {
            File.WriteAllText(Ledger.PathIn(run), good + rest);
            Assert.Equal(LedgerFaultKind.Changed, Ledger.Verify(run).Fault!.Kind);
            Assert.Throws<InvalidInputException>(() => Ledgers.Open(folder));
        }
    }

    [Fact]
    public void A_kill_between_the_entry_and_the_head_leaves_a_whole_ledger()
    {
        using var folder = new TemporaryFolder();
        var run = Ledgers.Chain(folder, 2);
        var head = File.ReadAllBytes(Path.Combine(run, "ledger.head"));
        Ledgers.Open(folder).Append(Ledgers.Artifact("more"));
        File.WriteAllBytes(Path.Combine(run, "ledger.head"), head);

        Assert.True(Ledger.Verify(run).IsWhole);
        Ledgers.Open(folder).Append(Ledgers.Artifact("even more"));
        Assert.StartsWith("4 ", File.ReadAllText(Path.Combine(run, "ledger.head")));
    }

    [Fact]
    public void A_line_longer_than_a_mebibyte_is_a_changed_one()
    {
        using var folder = new TemporaryFolder();
        var run = Ledgers.Chain(folder, 1);
        File.AppendAllText(Ledger.PathIn(run), new string(' ', (1 << 20) + 1) + "\n");

        Assert.Equal((2L, LedgerFaultKind.Changed), (Ledger.Verify(run).Fault!.Line, Ledger.Verify(run).Fault!.Kind));
    }

    [Fact]
    public void Damaged_ledgers_are_refused_and_nothing_else_happens()
    {
        using var folder = new TemporaryFolder();
        var run = Ledgers.Chain(folder, 3);
        ByteFuzzer.Run(
            [File.ReadAllBytes(Ledger.PathIn(run))],
            400,
            new Seed(11),
            bytes =>
            {
                Ledgers.WriteBytes(run, bytes);
                Assert.False(Ledger.Verify(run).IsWhole && bytes.Length == 0);
                Ledgers.Open(folder);
            }
        );
    }

    [Fact]
    public void Damaged_lines_under_a_hash_that_fits_are_read_or_refused()
    {
        using var folder = new TemporaryFolder();
        var body = Encoding.UTF8.GetBytes(Ledgers.Body(Ledgers.Lines(Ledgers.Chain(folder, 1))[0]));
        Assert.NotNull(EntryLine.Parse(EntryLine.Seal(body)));
        ByteFuzzer.Run([body], 4000, new Seed(12), bytes => EntryLine.Parse(EntryLine.Seal(bytes)));
    }
}
