using Plumbline.Benchmarks;
using Plumbline.Torch.Allocation;

var benchmarks = new SortedDictionary<string, Func<BenchmarkReport>>(StringComparer.Ordinal)
{
    ["decode"] = () => DecodeBenchmark.Run(runs: 3),
    ["tokenize"] = () => TokenizeBenchmark.Run(runs: 7),
    ["train-step"] = () => TrainStepBenchmark.Run(runs: 7),
};
if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine($"usage: bench NAME [--json]    names: {string.Join(", ", benchmarks.Keys)}");
    return 2;
}

NativeAllocator.KeepFreedMemory();
var report = run();
Console.WriteLine(args.Contains("--json") ? report.ToJson() : report.ToText());
return 0;
