namespace Plumbline.Testing.Torch;

/// <summary>A test left tensors alive.</summary>
/// <param name="count">How many.</param>
public sealed class TensorLeakException(long count)
    : Exception($"The test left {count} tensors alive: open a dispose scope around them, or dispose them.")
{
    /// <summary>How many tensors are left.</summary>
    public long Count { get; } = count;
}
