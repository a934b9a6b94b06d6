using Plumbline.Benchmarks;
using Plumbline.Torch.Allocation;

const int Runs = 7;
if (args.Length == 0 || args[0] != "train-step")
{
    Console.Error.WriteLine("usage: bench NAME [--json]    names: train-step");
    return 2;
}

NativeAllocator.KeepFreedMemory();
var report = TrainStepBenchmark.Run(Runs);
Console.WriteLine(args.Contains("--json") ? report.ToJson() : report.ToText());
return 0;
