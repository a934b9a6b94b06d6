using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace Plumbline.Torch.Dispatch;

/// <summary>
/// One call of an ATen operator through libtorch's dispatcher: arguments are pushed in schema order, all of them, defaults included; then
/// <see cref="Invoke"/>. Autograd and autocast see the call like any other. A schema argument of type <c>Scalar</c> cannot cross (libtorch 2.10).
/// </summary>
/// <remarks>
/// A native refusal prints its reason on stderr and is reported here without it, so callers check shapes before they call.
/// Not thread-safe; one instance is one call. Costs about 1.7 times a TorchSharp call: for coarse operators.
/// </remarks>
internal unsafe ref struct OperatorCall(ReadOnlySpan<byte> name, ReadOnlySpan<byte> overload = default)
{
    private const int MaximumArguments = 24;

    private readonly ReadOnlySpan<byte> name = name;
    private readonly ReadOnlySpan<byte> overload = overload;
    private Slots slots;
    private int count;

    /// <summary>A tensor. The native side owns a handle of its own; the caller keeps its tensor.</summary>
    internal void Push(Tensor tensor) => PushRaw((ulong)NewHandle(tensor));

    /// <summary>A tensor or None.</summary>
    internal void PushOptional(Tensor? tensor) => PushRaw(tensor is null ? 0 : Box((ulong)NewHandle(tensor)));

    /// <summary>A <c>float</c> of the schema (a double).</summary>
    internal void Push(double value) => PushRaw(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>A <c>float?</c> of the schema.</summary>
    internal void PushOptional(double? value) => PushRaw(value is null ? 0 : Box(BitConverter.DoubleToUInt64Bits(value.Value)));

    /// <summary>A <c>bool</c> of the schema.</summary>
    internal void Push(bool value) => PushRaw(value ? 1UL : 0UL);

    /// <summary>None, for an optional argument.</summary>
    internal void PushNone() => PushRaw(0);

    /// <summary>An <c>int[]</c> of the schema.</summary>
    internal void Push(scoped ReadOnlySpan<long> values)
    {
        var list = NewList(values.Length);
        foreach (var value in values)
        {
            Check(StableAbi.PushBack(list, (ulong)value));
        }

        PushRaw((ulong)list);
    }

    /// <summary>A <c>Tensor[]</c> of the schema.</summary>
    internal void Push(IReadOnlyList<Tensor> tensors)
    {
        var list = NewList(tensors.Count);
        for (var i = 0; i < tensors.Count; i++)
        {
            Check(StableAbi.PushBack(list, (ulong)NewHandle(tensors[i])));
        }

        PushRaw((ulong)list);
    }

    /// <summary>Calls the operator and wraps its single result; the tensor joins the innermost dispose scope.</summary>
    internal Tensor Invoke()
    {
        Call();
        return Tensor.UnsafeCreateTensor((nint)slots[0]);
    }

    /// <summary>Calls an operator that returns nothing (in-place operators over lists).</summary>
    internal void InvokeVoid() => Call();

    private void Call()
    {
        fixed (byte* operatorName = name)
        fixed (byte* overloadName = overload.IsEmpty ? "\0"u8 : overload)
        fixed (ulong* stack = (Span<ulong>)slots)
        {
            if (StableAbi.CallDispatcher(operatorName, overloadName, stack, StableAbi.AbiVersion()) != 0)
            {
                throw new NativeOperatorException(
                    $"libtorch refused {Encoding.UTF8.GetString(name)}; its reason stands on the error stream."
                );
            }
        }
    }

    private void PushRaw(ulong slot)
    {
        if (count == MaximumArguments)
        {
            throw new InvalidOperationException($"An operator call holds at most {MaximumArguments} arguments.");
        }

        slots[count++] = slot;
    }

    private static nint NewHandle(Tensor tensor)
    {
        nint handle;
        Check(StableAbi.NewTensorHandle(tensor.Handle, &handle));
        return handle;
    }

    private static nint NewList(int size)
    {
        nint list;
        Check(StableAbi.NewList((nuint)size, &list));
        return list;
    }

    // The native side frees the box with operator delete, which is free() in the C runtimes libtorch ships for.
    private static ulong Box(ulong value)
    {
        var box = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *box = value;
        return (ulong)box;
    }

    private static void Check(int returnCode)
    {
        if (returnCode != 0)
        {
            throw new NativeOperatorException("libtorch could not take an argument; its reason stands on the error stream.");
        }
    }

    [System.Runtime.CompilerServices.InlineArray(MaximumArguments)]
    private struct Slots
    {
        private ulong first;
    }
}
