using System.Runtime.InteropServices;

namespace Plumbline.Torch.Tests.Checkpointing;

/// <summary>The bytes that the C library has handed out, and so libtorch's tensors, native ones included: exact where resident memory is not.</summary>
internal static unsafe class NativeMemory
{
    /// <summary>Bytes in use now; skips the test where the C library cannot tell.</summary>
    internal static long BytesInUse()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux()
                && NativeLibrary.TryLoad("libc.so.6", out var library)
                && NativeLibrary.TryGetExport(library, "mallinfo2", out _),
            "Only glibc from 2.33 tells the bytes in use."
        );
        var function = (delegate* unmanaged<Counters>)NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "mallinfo2");
        var counters = function();
        return (long)(counters.MappedBytes + counters.UsedBytes);
    }

    // struct mallinfo2 of malloc.h: arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost.
    [StructLayout(LayoutKind.Explicit, Size = 80)]
    private struct Counters
    {
        [FieldOffset(32)]
        internal nuint MappedBytes;

        [FieldOffset(56)]
        internal nuint UsedBytes;
    }
}
