using Plumbline.Benchmarks;
using Plumbline.Torch.Allocation;

const int Runs = 7;
var benchmarks = new SortedDictionary<string, Func<int, BenchmarkReport>>(StringComparer.Ordinal)
{
    ["tokenize"] = TokenizeBenchmark.Run,
    ["train-step"] = TrainStepBenchmark.Run,
};
if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine($"usage: bench NAME [--json]    names: {string.Join(", ", benchmarks.Keys)}");
    return 2;
}

NativeAllocator.KeepFreedMemory();
var report = run(Runs);
Console.WriteLine(args.Contains("--json") ? report.ToJson() : report.ToText());
return 0;
