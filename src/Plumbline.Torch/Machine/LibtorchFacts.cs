using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;

namespace Plumbline.Torch.Machine;

/// <summary>What libtorch says of itself.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Path">The file its CPU part was loaded from.</param>
/// <param name="Threads">The threads of one operation.</param>
/// <param name="CudaDevices">The CUDA devices it sees.</param>
/// <param name="Failure">Why it could not be used.</param>
internal sealed record LibtorchFacts(string? Version, string? Path, int? Threads, int? CudaDevices, string? Failure)
{
    /// <summary>Loads libtorch if need be, and asks. A library that cannot be loaded is a fact to report, whatever the failure is.</summary>
    internal static LibtorchFacts Read()
    {
        try
        {
            InitializeDeviceType(TorchSharp.DeviceType.CPU);
            var path = LoadedLibraries.Find("libtorch_cpu", "torch_cpu") ?? StableAbi.LibraryPath;
            return new LibtorchFacts(__version__, path, get_num_threads(), CountCudaDevices(), null);
        }
        catch (Exception failure)
        {
            return new LibtorchFacts(null, null, null, null, (failure.InnerException ?? failure).Message);
        }
    }

    private static int? CountCudaDevices()
    {
        try
        {
            return cuda.is_available() ? cuda.device_count() : 0;
        }
        catch (Exception)
        {
            // A CUDA build on a machine without a driver.
            return null;
        }
    }
}
