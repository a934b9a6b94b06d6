namespace Plumbline.Torch.Dispatch;

/// <summary>libtorch refused an operator call, or lacks the operator. <c>plumb doctor</c> lists what was found.</summary>
public sealed class NativeOperatorException : Exception
{
    /// <summary>States what was refused.</summary>
    public NativeOperatorException(string message)
        : base(message) { }

    /// <summary>States what was refused, and the failure underneath.</summary>
    public NativeOperatorException(string message, Exception inner)
        : base(message, inner) { }
}
