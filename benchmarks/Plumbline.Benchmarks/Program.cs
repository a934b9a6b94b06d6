using System.Globalization;
using Plumbline.Benchmarks;
using Plumbline.Benchmarks.Invariance;
using Plumbline.Benchmarks.Preferences;
using Plumbline.Torch.Allocation;

var benchmarks = new SortedDictionary<string, Func<int?, IBenchmarkReport>>(StringComparer.Ordinal)
{
    ["decode"] = runs => DecodeBenchmark.Run(runs ?? 3),
    ["invariance"] = _ => InvarianceBenchmark.Run(),
    ["preference-step"] = runs => PreferenceStepBenchmark.Run(runs ?? 6),
    ["tokenize"] = runs => TokenizeBenchmark.Run(runs ?? 7),
    ["train-step"] = runs => TrainStepBenchmark.Run(runs ?? 7),
};
if (args is [PeakMemory.Argument, var side, var vocabulary, var folder])
{
    PeakMemory.Measure(side, vocabulary, folder);
    return 0;
}

if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine($"usage: bench NAME [--json | --markdown] [--runs N]    names: {string.Join(", ", benchmarks.Keys)}");
    return 2;
}

NativeAllocator.KeepFreedMemory();
var named = Array.IndexOf(args, "--runs");
var report = run(named > 0 ? int.Parse(args[named + 1], CultureInfo.InvariantCulture) : null);
Console.WriteLine(
    args.Contains("--json") ? report.ToJson()
    : args.Contains("--markdown") ? report.ToMarkdown()
    : report.ToText()
);
return report.Passed ? 0 : 1;
