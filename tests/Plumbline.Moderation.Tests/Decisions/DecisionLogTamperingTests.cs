using System.Text;
using CsCheck;
using Plumbline.Lineage;
using Plumbline.Moderation.Decisions;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Decisions;

public sealed class DecisionLogTamperingTests
{
    private const int Records = 14;

    [Fact]
    public async Task Every_changed_bit_is_found_in_its_file_and_line()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, 3);
        Assert.True(Logs.Segments(log).Length > 1);
        foreach (var segment in Logs.Segments(log))
        {
            var good = File.ReadAllBytes(segment);
            for (var at = 0; at < good.Length; at++)
            {
                // Every bit of the line feeds, and two of each other byte; DecisionLineTests has all of a line.
                var line = 1 + good.AsSpan(0, at).Count((byte)'\n');
                foreach (var bit in good[at] == '\n' ? [0, 1, 2, 3, 4, 5, 6, 7] : new[] { at % 8, (at + 3) % 8 })
                {
                    var bytes = good.ToArray();
                    bytes[at] ^= (byte)(1 << bit);
                    File.WriteAllBytes(segment, bytes);

                    var fault = DecisionLog.Verify(log).Fault;

                    Assert.True(fault is not null, $"{segment}, byte {at}, bit {bit}");
                    Assert.Equal((segment, (long)line, LedgerFaultKind.Changed), Place(fault));
                }
            }

            File.WriteAllBytes(segment, good);
        }

        Assert.True(DecisionLog.Verify(log).IsWhole);
    }

    [Fact]
    public async Task Every_changed_bit_of_the_head_is_found_and_so_is_a_head_that_is_gone()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, 3);
        var bytes = File.ReadAllBytes(Logs.Head(log));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(Logs.Head(log), bytes);
            Assert.False(DecisionLog.Verify(log).IsWhole, $"bit {bit}");
            Assert.Throws<InvalidInputException>(() => Logs.Open(folder));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        File.Delete(Logs.Head(log));
        Assert.Equal(LedgerFaultKind.Cut, DecisionLog.Verify(log).Fault!.Kind);
        Assert.Throws<InvalidInputException>(() => Logs.Open(folder));
    }

    [Fact]
    public async Task A_line_that_is_gone_is_missed_where_it_stood() =>
        await Sample(
            Gen.Int[0, Records - 1].Select(at => (At: at, Other: 0)),
            (log, at, _) =>
            {
                var places = Places(log);
                Write(log, places.Where((_, i) => i != at));
                var last = places[^1];
                // The next line, now where this one stood, or the first of the next file; the end of the log, where only the head knows.
                return at == Records - 1 ? (last.File, CountIn(last.File), LedgerFaultKind.Cut)
                    : places[at + 1].File == places[at].File ? (places[at].File, places[at].Line, LedgerFaultKind.Missing)
                    : (places[at + 1].File, 1, LedgerFaultKind.Missing);
            }
        );

    [Fact]
    public async Task Two_lines_that_changed_places_are_found_at_the_first_of_them() =>
        await Sample(
            Gen.Int[0, Records - 2].SelectMany(at => Gen.Int[at + 1, Records - 1].Select(other => (At: at, Other: other))),
            (log, at, other) =>
            {
                var places = Places(log);
                var texts = places.Select(place => place.Text).ToArray();
                (texts[at], texts[other]) = (texts[other], texts[at]);
                Write(log, places.Select((place, i) => place with { Text = texts[i] }));
                return (places[at].File, places[at].Line, LedgerFaultKind.Reordered);
            }
        );

    [Fact]
    public async Task A_line_that_stands_twice_is_found_at_the_second_of_them() =>
        await Sample(
            Gen.Int[0, Records - 1].Select(at => (At: at, Other: 0)),
            (log, at, _) =>
            {
                var places = Places(log);
                Write(log, places.SelectMany((place, i) => i == at ? new[] { place, place } : [place]));
                return (places[at].File, places[at].Line + 1, LedgerFaultKind.Reordered);
            }
        );

    [Fact]
    public async Task An_end_that_is_cut_off_anywhere_is_known_by_the_head() =>
        await Sample(
            Gen.Int[1, 2500].Select(bytes => (At: bytes, Other: 0)),
            (log, bytes, _) =>
            {
                var segments = Logs.Segments(log);
                var last = segments[^1];
                var kept = File.ReadAllBytes(last);
                kept = kept[..Math.Max(0, kept.Length - bytes)];
                File.WriteAllBytes(last, kept);
                var whole = kept.AsSpan().Count((byte)'\n');
                var torn = kept.Length > 0 && kept[^1] != '\n';
                return (last, whole + (torn ? 1 : 0), LedgerFaultKind.Cut);
            }
        );

    [Fact]
    public async Task A_segment_that_is_gone_is_missed_where_the_next_one_begins_or_by_the_head()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, Records);
        var good = Logs.Snapshot(log);
        var segments = Logs.Segments(log);
        for (var i = 0; i < segments.Length; i++)
        {
            File.Delete(segments[i]);

            var fault = DecisionLog.Verify(log).Fault!;

            Assert.Equal(
                i < segments.Length - 1
                    ? (segments[i + 1], 1, LedgerFaultKind.Missing)
                    : (segments[i - 1], CountIn(segments[i - 1]), LedgerFaultKind.Cut),
                (fault.File, fault.Line, fault.Kind)
            );
            Logs.Restore(log, good);
        }

        foreach (var segment in segments)
        {
            File.Delete(segment);
        }

        Assert.Equal((Logs.Head(log), 0L, LedgerFaultKind.Cut), Place(DecisionLog.Verify(log).Fault!));
        Assert.Throws<InvalidInputException>(() => Logs.Open(folder));
    }

    [Fact]
    public async Task Segments_that_changed_places_are_found_at_the_first_of_them()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, Records);
        var good = Logs.Snapshot(log);
        var segments = Logs.Segments(log);
        for (var i = 0; i < segments.Length; i++)
        {
            for (var j = i + 1; j < segments.Length; j++)
            {
                File.WriteAllBytes(segments[i], good[segments[j]]);
                File.WriteAllBytes(segments[j], good[segments[i]]);

                Assert.Equal((segments[i], 1L, LedgerFaultKind.Reordered), Place(DecisionLog.Verify(log).Fault!));
                Logs.Restore(log, good);
            }
        }
    }

    [Fact]
    public async Task A_segment_that_is_cut_in_the_middle_of_the_log_is_found_where_it_ends()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, Records);
        var segment = Logs.Segments(log)[1];
        var good = File.ReadAllBytes(segment);
        var lines = good.AsSpan().Count((byte)'\n');
        foreach (var bytes in new[] { 1, 2, 40 })
        {
            File.WriteAllBytes(segment, good[..^bytes]);
            Assert.Equal((segment, (long)lines, LedgerFaultKind.Cut), Place(DecisionLog.Verify(log).Fault!));
            Assert.Throws<InvalidInputException>(() => DecisionLog.Read(log).Count());
        }
    }

    [Fact]
    public async Task A_log_that_was_written_anew_fits_and_does_not_go_through_the_head_that_was_kept()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, Records);
        var kept = DecisionLog.Read(log).ElementAt(6);
        var head = new DecisionHead(kept.Sequence, kept.Hash);
        Assert.True(DecisionLog.Verify(log, through: head).IsWhole);
        Directory.Delete(log, recursive: true);
        await using (var anew = Logs.Open(folder))
        {
            for (var i = 1; i <= Records; i++)
            {
                await anew.AppendAsync(Logs.Decision($"{i}") with { Outcome = GuardOutcome.Allow }, TestContext.Current.CancellationToken);
            }
        }

        Assert.True(DecisionLog.Verify(log).IsWhole);
        var fault = DecisionLog.Verify(log, through: head).Fault!;
        Assert.Equal(LedgerFaultKind.Changed, fault.Kind);
        Assert.Contains("\"sequence\":7,", Logs.Lines(fault.File)[fault.Line - 1]);
        Assert.Equal(LedgerFaultKind.Cut, DecisionLog.Verify(log, through: head with { Sequence = 99 }).Fault!.Kind);
    }

    [Fact]
    public async Task A_last_record_that_was_replaced_by_another_that_fits_does_not_fit_the_head()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, 2);
        var segment = Logs.Segments(log)[0];
        var lines = Logs.Lines(segment);
        var body = lines[1][..lines[1].LastIndexOf(",\"hash\":", StringComparison.Ordinal)].Replace("\"refuse\"", "\"allow\"");
        Logs.WriteLines(segment, [lines[0], Encoding.UTF8.GetString(ChainLine.Seal(Encoding.UTF8.GetBytes(body)))]);

        Assert.Equal((segment, 2L, LedgerFaultKind.Changed), Place(DecisionLog.Verify(log).Fault!));
        Assert.Throws<InvalidInputException>(() => Logs.Open(folder));
    }

    [Fact]
    public async Task Damaged_segments_are_refused_and_nothing_else_happens()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, 6);
        var good = Logs.Snapshot(log);
        var segments = Logs.Segments(log);
        foreach (var segment in new[] { segments[0], segments[^1], Logs.Head(log) })
        {
            ByteFuzzer.Run(
                [good[segment]],
                300,
                new Seed(11),
                bytes =>
                {
                    Logs.Restore(log, good);
                    File.WriteAllBytes(segment, bytes);
                    Assert.True(bytes.AsSpan().SequenceEqual(good[segment]) || !DecisionLog.Verify(log).IsWhole);
                    DecisionLog.Find(log, "1");
                    _ = DecisionLog.Read(log, 3).Count();
                    Logs.Open(folder).DisposeAsync().AsTask().GetAwaiter().GetResult();
                }
            );
        }
    }

    private static (string File, long Line, LedgerFaultKind Kind) Place(DecisionFault fault) => (fault.File, fault.Line, fault.Kind);

    private static int CountIn(string segment) => File.ReadAllBytes(segment).AsSpan().Count((byte)'\n');

    /// <summary>Tampers with a log in many ways and compares the fault with what it should be.</summary>
    private static async Task Sample(
        Gen<(int At, int Other)> places,
        Func<string, int, int, (string File, int Line, LedgerFaultKind Kind)> tamper
    )
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, Records);
        var good = Logs.Snapshot(log);
        Assert.True(Logs.Segments(log).Length >= 4);
        places.Sample(
            chosen =>
            {
                Logs.Restore(log, good);
                var expected = tamper(log, chosen.At, chosen.Other);

                var fault = DecisionLog.Verify(log).Fault;

                Assert.NotNull(fault);
                Assert.Equal(expected, (fault.File, (int)fault.Line, fault.Kind));
            },
            iter: 150,
            threads: 1
        );
    }

    private static List<LinePlace> Places(string log) =>
        [.. Logs.Segments(log).SelectMany(segment => Logs.Lines(segment).Select((text, i) => new LinePlace(segment, i + 1, text)))];

    private static void Write(string log, IEnumerable<LinePlace> places)
    {
        var lines = places.ToLookup(place => place.File, place => place.Text);
        foreach (var segment in Logs.Segments(log))
        {
            Logs.WriteLines(segment, lines[segment]);
        }
    }

    private sealed record LinePlace(string File, int Line, string Text);
}
