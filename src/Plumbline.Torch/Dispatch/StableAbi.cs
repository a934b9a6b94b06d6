using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Plumbline.Torch.Dispatch;

/// <summary>
/// libtorch's stable C entry points (torch/csrc/stable/c/shim.h, torch/csrc/inductor/aoti_torch/c/shim.h in libtorch 2.10), by P/Invoke.
/// Every value crosses as one 64-bit slot; tensors cross as handles that share the native type of TorchSharp's <see cref="TorchSharp.torch.Tensor.Handle"/>.
/// </summary>
internal static unsafe partial class StableAbi
{
    private const string Library = "torch_cpu";

    private static readonly Lazy<nint> Loaded = new(Load);

    static StableAbi() => NativeLibrary.SetDllImportResolver(typeof(StableAbi).Assembly, Resolve);

    /// <summary>The handle of the libtorch library that this process uses.</summary>
    internal static nint LibraryHandle => Loaded.Value;

    /// <summary>The path libtorch_cpu was loaded from; null before the first use or where it was not found beside the program.</summary>
    internal static string? LibraryPath { get; private set; }

    [LibraryImport(Library, EntryPoint = "torch_call_dispatcher")]
    internal static partial int CallDispatcher(byte* operatorName, byte* overload, ulong* stack, ulong version);

    [LibraryImport(Library, EntryPoint = "aoti_torch_new_tensor_handle")]
    internal static partial int NewTensorHandle(nint tensor, nint* result);

    [LibraryImport(Library, EntryPoint = "torch_new_list_reserve_size")]
    internal static partial int NewList(nuint size, nint* result);

    [LibraryImport(Library, EntryPoint = "torch_list_push_back")]
    internal static partial int PushBack(nint list, ulong value);

    [LibraryImport(Library, EntryPoint = "aoti_torch_abi_version")]
    internal static partial ulong AbiVersion();

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_data_ptr")]
    private static partial int GetDataPointer(nint tensor, void** result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_create_tensor_from_blob")]
    private static partial int CreateTensorFromBlob(
        void* data,
        long dimensions,
        long* sizes,
        long* strides,
        long offset,
        int dtype,
        int deviceType,
        int deviceIndex,
        nint* result
    );

    /// <summary>A tensor over CPU memory that somebody else owns and keeps alive; it joins the innermost dispose scope.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">Its sizes.</param>
    /// <param name="strides">Elements from one entry of a dimension to the next.</param>
    internal static torch.Tensor OverMemory(void* start, torch.ScalarType dtype, ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        nint handle;
        fixed (long* sizes = shape)
        fixed (long* steps = strides)
        {
            if (CreateTensorFromBlob(start, shape.Length, sizes, steps, 0, (int)dtype, (int)DeviceType.CPU, 0, &handle) != 0)
            {
                throw new NativeOperatorException("libtorch made no tensor over a buffer; its reason stands on the error stream.");
            }
        }

        return torch.Tensor.UnsafeCreateTensor(handle);
    }

    /// <summary>How often a tensor, or a view of its memory, was written to in place (<c>aten::_version</c>).</summary>
    internal static long Version(torch.Tensor tensor)
    {
        nint handle;
        var slot = 0UL;
        fixed (byte* name = "aten::_version\0"u8)
        fixed (byte* overload = "\0"u8)
        {
            if (NewTensorHandle(tensor.Handle, &handle) != 0)
            {
                throw new NativeOperatorException("libtorch could not take an argument; its reason stands on the error stream.");
            }

            slot = (ulong)handle;
            if (CallDispatcher(name, overload, &slot, AbiVersion()) != 0)
            {
                throw new NativeOperatorException("libtorch refused aten::_version; its reason stands on the error stream.");
            }
        }

        return (long)slot;
    }

    /// <summary>The address of a tensor's first element.</summary>
    internal static void* DataPointer(torch.Tensor tensor)
    {
        void* address;
        return GetDataPointer(tensor.Handle, &address) == 0
            ? address
            : throw new NativeOperatorException("libtorch gave no address for a tensor; its reason stands on the error stream.");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        string.Equals(name, Library, StringComparison.Ordinal) ? LibraryHandle : 0;

    private static nint Load()
    {
        // TorchSharp chooses and loads the native libraries; ours must be the very same copy.
        torch.InitializeDeviceType(DeviceType.CPU);
        var fileName =
            OperatingSystem.IsWindows() ? "torch_cpu.dll"
            : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib"
            : "libtorch_cpu.so";
        foreach (var folder in Candidates())
        {
            var path = Path.Combine(folder, fileName);
            if (File.Exists(path))
            {
                LibraryPath = path;
                return NativeLibrary.Load(path);
            }
        }

        return NativeLibrary.Load(fileName);
    }

    private static IEnumerable<string> Candidates()
    {
        var beside = AppContext.BaseDirectory;
        yield return Path.Combine(beside, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        yield return Path.Combine(beside, "runtimes", "linux-x64", "native");
        yield return Path.Combine(beside, "runtimes", "win-x64", "native");
        yield return Path.Combine(beside, "runtimes", "osx-arm64", "native");
        yield return beside;
    }
}
