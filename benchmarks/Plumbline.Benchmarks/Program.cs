using System.Globalization;
using Plumbline.Benchmarks;
using Plumbline.Benchmarks.Invariance;
using Plumbline.Benchmarks.PlantedHack;
using Plumbline.Benchmarks.Policies;
using Plumbline.Benchmarks.Preferences;
using Plumbline.Benchmarks.Toys;
using Plumbline.Torch.Allocation;

var benchmarks = new SortedDictionary<string, Func<int?, IBenchmarkReport>>(StringComparer.Ordinal)
{
    ["decode"] = count => DecodeBenchmark.Run(count ?? 3),
    ["guard"] = count => GuardBenchmark.Run(count ?? 21),
    ["invariance"] = _ => InvarianceBenchmark.Run(),
    ["pii"] = count => PersonalDataBenchmark.Run(count ?? 41),
    ["planted-hack"] = count => PlantedHackBenchmark.Run(count ?? 20),
    ["preference-step"] = count => PreferenceStepBenchmark.Run(count ?? 6),
    ["rollout-share"] = count => RolloutShareBenchmark.Run(count ?? 5),
    ["tokenize"] = count => TokenizeBenchmark.Run(count ?? 7),
    ["toys"] = count => ToyBenchmark.Run(count ?? 10),
    ["train-step"] = count => TrainStepBenchmark.Run(count ?? 7),
};
if (args is [PeakMemory.Argument, var side, var vocabulary, var folder])
{
    PeakMemory.Measure(side, vocabulary, folder);
    return 0;
}

if (args is [ToyBenchmark.Argument, var recipe, var seed])
{
    ToyBenchmark.RunSeed(recipe, seed);
    return 0;
}

var named = Array.IndexOf(args, "--runs");
int? runs =
    named < 0 ? null
    : int.TryParse(args.ElementAtOrDefault(named + 1), CultureInfo.InvariantCulture, out var asked) ? asked
    : 0;
if (args.Length == 0 || runs < 1 || !benchmarks.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine($"usage: bench NAME [--json | --markdown] [--runs N]    names: {string.Join(", ", benchmarks.Keys)}");
    return 2;
}

NativeAllocator.KeepFreedMemory();
var report = run(runs);
Console.WriteLine(
    args.Contains("--json") ? report.ToJson()
    : args.Contains("--markdown") ? report.ToMarkdown()
    : report.ToText()
);
return report.Passed ? 0 : 1;
