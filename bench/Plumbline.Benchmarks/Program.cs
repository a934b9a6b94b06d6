using Plumbline.Benchmarks;
using Plumbline.Torch.Allocation;

NativeAllocator.KeepFreedMemory();
{
    Prof.Run();
    return;
}
var report = TrainStepBenchmark.Run(5);
Console.WriteLine(args.Contains("--json") ? report.ToJson() : report.ToText());
