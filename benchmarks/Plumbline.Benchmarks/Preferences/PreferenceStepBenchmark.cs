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

    /// <summary>By what share bf16 scores of the usual way may move the gradient's norm; fp32 is compared to 1e-5 by the benchmark "invariance".</summary>
    private const double GradientTolerance = 0.05;

    /// <summary>The second vocabulary makes memory and time of the scores dominate; its tokens are those of the first.</summary>
    private static readonly (int Vocabulary, int Pairs, bool WithFloat32)[] Settings = [(LearntVocabulary, 8, true), (131_072, 8, false)];

    private static readonly PreferenceSideKind[] Ours = [PreferenceSideKind.SharedPrecomputed, PreferenceSideKind.SharedFrozen];

    private static readonly PreferenceSideKind[] Theirs =
    [
        PreferenceSideKind.PaddedAutocast,
        PreferenceSideKind.PaddedBFloat16,
        PreferenceSideKind.PaddedFloat32,
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
        var others = Theirs.Where(kind => withFloat32 || kind != PreferenceSideKind.PaddedFloat32).ToArray();
        var batches = data.Batches(Batches, pairs, new Seed(11));
        var folder = Directory.CreateTempSubdirectory("plumbline-bench-").FullName;
        try
        {
            PeakMemory.WriteBatches(folder, batches);
            var memory = Ours.Concat(others).ToDictionary(kind => kind, kind => PeakMemory.Of(kind, vocabulary, folder));
            var tokens = PreferenceTokens.Count(Config(vocabulary), batches, data.LeftOut);
            var cases = others.SelectMany(theirs => Compare(theirs, vocabulary, batches, folder, memory, tokens, runs)).ToList();
            // The whole takes minutes: what stands shows at once.
            cases.ForEach(row => Console.Error.WriteLine(row.ToText()));
            return cases;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Ours beside one usual way at a time: more of them would not fit into memory with a large vocabulary.
    private static IEnumerable<BenchmarkCase> Compare(
        PreferenceSideKind theirs,
        int vocabulary,
        List<List<TokenizedPair>> batches,
        string folder,
        Dictionary<PreferenceSideKind, PeakMemory> memory,
        IReadOnlyDictionary<string, double> tokens,
        int runs
    )
    {
        var pairs = batches[0].Count;
        var seconds = Time([.. Ours, theirs], vocabulary, batches, folder, runs);
        foreach (var ours in Ours)
        {
            var name = $"vocabulary {vocabulary}, {pairs} pairs: {Name(ours)} against {Name(theirs)}";
            yield return new(name, pairs / seconds[ours], pairs / seconds[theirs], seconds[theirs] / seconds[ours], null, runs, tokens);
            yield return Memory(name + ", peak memory of the process", found => found.Peak);
            yield return Memory(name + ", peak memory above the loaded models", found => found.Peak - found.Baseline);
            BenchmarkCase Memory(string row, Func<PeakMemory, long> bytes)
            {
                var (mine, other) = (bytes(memory[ours]) / Mebibyte, bytes(memory[theirs]) / Mebibyte);
                return new(row, mine, other, other / mine, null, 1);
            }
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
            ThrowIfGradientsDiffer(kinds, sides, batches[0][..2]);
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
    private static void ThrowIfGradientsDiffer(PreferenceSideKind[] kinds, PreferenceSide[] sides, List<TokenizedPair> pairs)
    {
        var norms = Array.ConvertAll(sides, side => side.GradientNorm(pairs));
        if (!(norms.Max() <= norms.Min() * (1 + GradientTolerance)))
        {
            throw new InvalidOperationException(
                $"The sides do not compute the same gradient: {string.Join(", ", kinds.Zip(norms, (kind, norm) => $"{kind} {norm:G4}"))}."
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
