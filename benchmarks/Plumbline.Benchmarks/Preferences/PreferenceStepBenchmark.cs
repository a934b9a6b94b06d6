using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Training.Preferences;
using static TorchSharp.torch;

namespace Plumbline.Benchmarks.Preferences;

/// <summary>
/// Pairs per second and peak memory of one step of DPO on pairs of real lengths, ours against the usual way: forward, backward and gradients back to 0. The
/// optimiser's update, the same on both sides, is left out of both. Rounds take the batches by turns, all sides the same one.
/// </summary>
internal static class PreferenceStepBenchmark
{
    private const int LearntVocabulary = 8192;
    private const int LongestSequence = 1024;
    private const int Batches = 3;
    private const double Mebibyte = 1 << 20;

    /// <summary>What bf16 scores of the usual way may move a loss of about 0.7; fp32 is compared to 1e-5 by the benchmark "invariance".</summary>
    private const double LossTolerance = 0.05;

    /// <summary>The second vocabulary makes memory and time of the scores dominate; its tokens are those of the first.</summary>
    private static readonly (int Vocabulary, int Pairs, bool WithFloat32)[] Settings = [(LearntVocabulary, 8, true), (131_072, 2, false)];

    private static readonly (PreferenceSideKind Ours, PreferenceSideKind Theirs)[] Comparisons =
    [
        (PreferenceSideKind.SharedPrecomputed, PreferenceSideKind.PaddedAutocast),
        (PreferenceSideKind.SharedFrozen, PreferenceSideKind.PaddedAutocast),
        (PreferenceSideKind.SharedPrecomputed, PreferenceSideKind.PaddedBFloat16),
        (PreferenceSideKind.SharedFrozen, PreferenceSideKind.PaddedBFloat16),
        (PreferenceSideKind.SharedPrecomputed, PreferenceSideKind.PaddedFloat32),
        (PreferenceSideKind.SharedFrozen, PreferenceSideKind.PaddedFloat32),
    ];

    /// <summary>The model of "train-step" with another vocabulary.</summary>
    internal static DecoderConfig Config(int vocabulary) => TrainStepBenchmark.Config with { VocabularySize = vocabulary };

    internal static BenchmarkReport Run(int runs)
    {
        var data = HarmlessPairs.Read(LearntVocabulary, LongestSequence);
        return new BenchmarkReport(
            "preference-step",
            "pairs/s, or MiB where the case says memory",
            [.. Settings.SelectMany(setting => Measure(setting.Vocabulary, setting.Pairs, setting.WithFloat32, data, runs))]
        );
    }

    private static List<BenchmarkCase> Measure(int vocabulary, int pairs, bool withFloat32, HarmlessPairs data, int runs)
    {
        var comparisons = Comparisons.Where(pair => withFloat32 || pair.Theirs != PreferenceSideKind.PaddedFloat32).ToArray();
        var kinds = comparisons.SelectMany(pair => new[] { pair.Ours, pair.Theirs }).Distinct().ToArray();
        var batches = data.Batches(Batches, pairs, new Seed(11));
        var folder = Directory.CreateTempSubdirectory("plumbline-bench-").FullName;
        try
        {
            PeakMemory.WriteBatches(folder, batches);
            var seconds = Time(kinds, vocabulary, batches, folder, runs);
            var memory = kinds.ToDictionary(kind => kind, kind => PeakMemory.Of(kind, vocabulary, folder));
            var tokens = PreferenceTokens.Count(Config(vocabulary), batches, data.LeftOut);
            var cases = comparisons.SelectMany(pair => Cases(pair.Ours, pair.Theirs)).ToList();
            // The whole takes minutes: what stands shows at once.
            cases.ForEach(row => Console.Error.WriteLine(row.ToText()));
            return cases;
            BenchmarkCase[] Cases(PreferenceSideKind ours, PreferenceSideKind theirs)
            {
                var name = $"vocabulary {vocabulary}, {pairs} pairs: {Name(ours)} against {Name(theirs)}";
                return
                [
                    new(name, pairs / seconds[ours], pairs / seconds[theirs], seconds[theirs] / seconds[ours], null, runs, tokens),
                    Memory(name + ", peak memory of the process", found => found.Peak),
                    Memory(name + ", peak memory above the loaded models", found => found.Peak - found.Baseline),
                ];
                BenchmarkCase Memory(string row, Func<PeakMemory, long> bytes)
                {
                    var (mine, other) = (bytes(memory[ours]) / Mebibyte, bytes(memory[theirs]) / Mebibyte);
                    return new(row, mine, other, other / mine, null, 1);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Median seconds of a step.</summary>
    private static Dictionary<PreferenceSideKind, double> Time(
        PreferenceSideKind[] kinds,
        int vocabulary,
        List<List<TokenizedPair>> batches,
        string folder,
        int runs
    )
    {
        using var scope = NewDisposeScope();
        var sides = Array.ConvertAll(kinds, kind => PreferenceSide.Make(kind, Config(vocabulary), batches, folder));
        try
        {
            ThrowIfLossesDiffer(kinds, sides, batches[0][..2]);
            var medians = Interleaved.Medians(runs, Array.ConvertAll(sides, side => Turns(side, batches)));
            return kinds.Zip(medians).ToDictionary(entry => entry.First, entry => entry.Second);
        }
        finally
        {
            Array.ForEach(sides, side => side.Dispose());
        }
    }

    private static Action Turns(PreferenceSide side, List<List<TokenizedPair>> batches)
    {
        var turn = 0;
        return () => side.Step(batches[turn++ % batches.Count]);
    }

    // Sides that do not compute the same would have nothing to compare.
    private static void ThrowIfLossesDiffer(PreferenceSideKind[] kinds, PreferenceSide[] sides, List<TokenizedPair> pairs)
    {
        var losses = Array.ConvertAll(sides, side => side.Step(pairs));
        if (!(losses.Max() - losses.Min() <= LossTolerance))
        {
            throw new InvalidOperationException(
                $"The sides do not compute the same loss: {string.Join(", ", kinds.Zip(losses, (kind, loss) => $"{kind} {loss:F4}"))}."
            );
        }
    }

    private static string Name(PreferenceSideKind kind) =>
        kind switch
        {
            PreferenceSideKind.SharedPrecomputed => "bf16 autocast, reference precomputed,",
            PreferenceSideKind.SharedFrozen => "bf16 autocast, reference live,",
            PreferenceSideKind.PaddedAutocast => "padded, bf16 autocast",
            PreferenceSideKind.PaddedBFloat16 => "padded, bf16 weights",
            _ => "padded, fp32",
        };
}
