using System.Globalization;
using Plumbline.Findings;
using Plumbline.Moderation.Canonicalization.Language;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>
/// Latin letters moved along the alphabet (Caesar's cipher in all 25 shifts, rot13 among them) or mirrored in it (atbash). A run is read so where it gains in likelihood.
/// </summary>
internal sealed class RotationReading : Reading
{
    private const int Mirror = 26;

    /// <summary>In nats: what a run must be worse than a language, to be looked at.</summary>
    private const double Suspicion = 8;
    private const double LanguageCost = 2.9;

    /// <summary>In nats: what all runs together must gain, and each pair of letters.</summary>
    private const double LeastGain = 12;
    private const double GainPerPair = 0.45;
    private const double NoiseCost = 3.1;

    private static readonly byte[][] Maps = BuildMaps();
    private static readonly sbyte[] StrangeWeights = LetterPairs.Weights(
        (before, state) => LetterPairs.Cost(before, state) - (int)(LanguageCost * LetterPairs.PerNat)
    );

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        if (!LetterRuns.MayExceed(text, Suspicion, StrangeWeights, 0))
        {
            return;
        }

        if (
            LetterRuns.Find(text, Suspicion, new Strangeness()) is not { } suspicious
            || BestShift(text, suspicious) is not (var shift and > 0)
        )
        {
            return;
        }

        var map = Maps[shift];
        var weight = new Gain(map);
        if (LetterRuns.Find(text, Suspicion, weight) is not { } gaining)
        {
            return;
        }

        var runs = new List<UnwrappedRun>();
        var gain = 0.0;
        foreach (var run in LetterRuns.Widen(text, gaining, weight))
        {
            var read = Apply(run.Of(text), map);
            var before = LetterPairs.MeanCost(run.Of(text), out var pairs);
            // What was moved may have been turned round before.
            var after = Math.Min(LetterPairs.MeanCost(read, out _), LetterPairs.MeanCostBackwards(read));
            if (after < NoiseCost && before - after > GainPerPair && LetterRuns.IsProse(run.Of(text)))
            {
                runs.Add(new UnwrappedRun(run.Start, run.End, read, MapKind.Copy));
                gain += (before - after) * pairs;
            }
        }

        if (gain >= LeastGain)
        {
            found.Add(new UnwrappedText(NameOf(shift), runs));
        }
    }

    // Texts were moved by what undoes it the other way round.
    private static string NameOf(int shift) => shift == Mirror ? "atbash" : "rot" + (26 - shift).ToString(CultureInfo.InvariantCulture);

    /// <summary>The shift that the runs gain most by; 0 where that is not enough.</summary>
    /// <remarks>Counting the pairs once makes 26 trials cheap, however long the runs are.</remarks>
    private static int BestShift(string text, IReadOnlyList<TextSpan> runs)
    {
        Span<int> counts = stackalloc int[LetterPairs.States * LetterPairs.States];
        Span<int> pairs = stackalloc int[counts.Length];
        counts.Clear();
        var distinct = 0;
        foreach (var run in runs)
        {
            var before = 0;
            foreach (var unit in run.Of(text))
            {
                var state = LetterPairs.StateOf(unit);
                var pair = (before * LetterPairs.States) + state;
                if (counts[pair]++ == 0)
                {
                    pairs[distinct++] = pair;
                }

                before = state;
            }
        }

        pairs = pairs[..distinct];
        var plain = CostOf(counts, pairs, Maps[0]);
        var (best, lowest) = (0, plain - (long)(LeastGain * LetterPairs.PerNat));
        for (var shift = 1; shift < Maps.Length; shift++)
        {
            var cost = CostOf(counts, pairs, Maps[shift]);
            (best, lowest) = cost < lowest ? (shift, cost) : (best, lowest);
        }

        return best;
    }

    private static long CostOf(ReadOnlySpan<int> counts, ReadOnlySpan<int> pairs, byte[] map)
    {
        var sum = 0L;
        foreach (var pair in pairs)
        {
            sum += (long)counts[pair] * LetterPairs.Cost(map[pair / LetterPairs.States], map[pair % LetterPairs.States]);
        }

        return sum;
    }

    private static string Apply(ReadOnlySpan<char> run, byte[] map)
    {
        var read = new char[run.Length];
        for (var i = 0; i < run.Length; i++)
        {
            var state = LetterPairs.StateOf(run[i]);
            read[i] = state == 0 ? run[i] : (char)(map[state] - 1 + (char.IsAsciiLetterUpper(run[i]) ? 'A' : 'a'));
        }

        return new string(read);
    }

    private static byte[][] BuildMaps()
    {
        var maps = new byte[Mirror + 1][];
        for (var shift = 0; shift < maps.Length; shift++)
        {
            maps[shift] = new byte[LetterPairs.States];
            for (var letter = 0; letter < 26; letter++)
            {
                maps[shift][letter + 1] = (byte)((shift == Mirror ? 25 - letter : (letter + shift) % 26) + 1);
            }
        }

        return maps;
    }

    // How much worse than a language a pair is.
    private readonly struct Strangeness : IPairWeight
    {
        public int Weigh(int before, int state, string text, int index) => StrangeWeights[(before * LetterPairs.States) + state];
    }

    // How much better a pair is once moved back.
    private readonly struct Gain(byte[] map) : IPairWeight
    {
        public int Weigh(int before, int state, string text, int index) =>
            LetterPairs.Cost(before, state) - LetterPairs.Cost(map[before], map[state]);
    }
}
