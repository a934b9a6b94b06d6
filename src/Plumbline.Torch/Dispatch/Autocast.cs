using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Torch.Dispatch;

/// <summary>
/// Mixed precision: inside the scope, matrix multiplies and attention run in the given dtype while parameters stay in fp32. TorchSharp does not bind the
/// switches; they are reached as exported C++ functions of libtorch (<c>at::autocast::…</c>), which are no stable interface: this file is the only one
/// that knows their names, and <see cref="IsAvailable"/> says whether this libtorch has them.
/// </summary>
/// <remarks>
/// The switch belongs to the thread, as grad mode does: never await inside the scope. libtorch caches the casts of parameters while the scope is open;
/// casts cached under <c>no_grad</c> have no gradient, so <see cref="ClearCache"/> must stand between a pass without and a pass with gradients.
/// Leaving the scope clears the cache.
/// </remarks>
public sealed unsafe class Autocast : IDisposable
{
    private static readonly Lazy<Switches?> Found = new(Switches.Find);

    private readonly DeviceType device;
    private readonly bool enabledBefore;
    private readonly ScalarType dtypeBefore;
    private bool disposed;

    private Autocast(DeviceType device, ScalarType dtype, bool enabled)
    {
        this.device = device;
        enabledBefore = Found.Value!.IsEnabled(ToNative(device)) != 0;
        dtypeBefore = (ScalarType)Found.Value.GetDtype(ToNative(device));
        Found.Value.SetDtype(ToNative(device), (sbyte)dtype);
        Found.Value.SetEnabled(ToNative(device), enabled ? (byte)1 : (byte)0);
    }

    /// <summary>Whether this libtorch exports the switches.</summary>
    public static bool IsAvailable => Found.Value is not null;

    /// <summary>Whether this processor multiplies bfloat16 matrices natively; elsewhere libtorch emulates it, slower than float32.</summary>
    // CPUID leaf 7, subleaf 1, EAX bit 5: AVX512_BF16; leaf 7, EDX bit 22: AMX-BF16.
    public static bool IsFastInBFloat16 =>
        X86Base.IsSupported
        && X86Base.CpuId(0, 0).Eax >= 7
        && ((X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0 || (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0);

    /// <summary>The dtype that matrix multiplies on the CPU run in on this thread; null where autocast is off.</summary>
    public static ScalarType? CurrentDtype => DtypeOn(DeviceType.CPU);

    /// <summary>The dtype that matrix multiplies on a kind of device run in on this thread; null where autocast is off.</summary>
    /// <param name="device">The kind of device.</param>
    public static ScalarType? DtypeOn(DeviceType device) =>
        Found.Value is { } switches && switches.IsEnabled(ToNative(device)) != 0 ? (ScalarType)switches.GetDtype(ToNative(device)) : null;

    /// <summary>Opens a scope in which matrix multiplies run in <paramref name="dtype"/>; dispose it on the same thread.</summary>
    /// <param name="dtype">bfloat16 or float16.</param>
    /// <param name="device">Where the tensors live.</param>
    /// <exception cref="ArgumentException">The dtype is neither.</exception>
    /// <exception cref="NativeOperatorException">This libtorch lacks the switches.</exception>
    public static Autocast To(ScalarType dtype, DeviceType device = DeviceType.CPU)
    {
        if (dtype is not (ScalarType.BFloat16 or ScalarType.Float16))
        {
            throw new ArgumentException($"Autocast runs in bfloat16 or float16, not {dtype}.", nameof(dtype));
        }

        return IsAvailable
            ? new Autocast(device, dtype, enabled: true)
            : throw new NativeOperatorException("This libtorch does not export the autocast switches: train in fp32 (precision: fp32).");
    }

    /// <summary>
    /// Opens a scope on the CPU in which operators run in the dtypes of their tensors; for what must not be rounded. Null where autocast is off anyway.
    /// </summary>
    public static Autocast? Suspend() => CurrentDtype is { } dtype ? new Autocast(DeviceType.CPU, dtype, enabled: false) : null;

    /// <summary>Forgets cached casts of parameters: after an optimiser step inside a scope, and between no-grad and grad passes.</summary>
    public static void ClearCache()
    {
        if (Found.Value is { } switches)
        {
            switches.ClearCache();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        ClearCache();
        Found.Value!.SetEnabled(ToNative(device), enabledBefore ? (byte)1 : (byte)0);
        Found.Value.SetDtype(ToNative(device), (sbyte)dtypeBefore);
    }

    private static sbyte ToNative(DeviceType device) => (sbyte)device;

    private sealed class Switches(
        delegate* unmanaged<sbyte, byte> isEnabled,
        delegate* unmanaged<sbyte, byte, void> setEnabled,
        delegate* unmanaged<sbyte, sbyte> getDtype,
        delegate* unmanaged<sbyte, sbyte, void> setDtype,
        delegate* unmanaged<void> clearCache
    )
    {
        internal static Switches? Find()
        {
            var library = StableAbi.LibraryHandle;
            return
                NativeLibrary.TryGetExport(library, "_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE", out var isEnabled)
                && NativeLibrary.TryGetExport(library, "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", out var setEnabled)
                && NativeLibrary.TryGetExport(library, "_ZN2at8autocast18get_autocast_dtypeEN3c1010DeviceTypeE", out var getDtype)
                && NativeLibrary.TryGetExport(
                    library,
                    "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE",
                    out var setDtype
                )
                && NativeLibrary.TryGetExport(library, "_ZN2at8autocast11clear_cacheEv", out var clearCache)
                ? new Switches(
                    (delegate* unmanaged<sbyte, byte>)isEnabled,
                    (delegate* unmanaged<sbyte, byte, void>)setEnabled,
                    (delegate* unmanaged<sbyte, sbyte>)getDtype,
                    (delegate* unmanaged<sbyte, sbyte, void>)setDtype,
                    (delegate* unmanaged<void>)clearCache
                )
                : null;
        }

        internal byte IsEnabled(sbyte device) => isEnabled(device);

        internal void SetEnabled(sbyte device, byte enabled) => setEnabled(device, enabled);

        internal sbyte GetDtype(sbyte device) => getDtype(device);

        internal void SetDtype(sbyte device, sbyte dtype) => setDtype(device, dtype);

        internal void ClearCache() => clearCache();
    }
}
