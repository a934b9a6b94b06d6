using System.Reflection;
using TorchSharp;
using Xunit.v3;

namespace Plumbline.Testing.Torch;

/// <summary>
/// Fails a test that leaves more live tensors behind than it found. Put it on a test class or a method; the assembly's tests must run one at a time,
/// because TorchSharp counts tensors for the whole process.
/// </summary>
/// <remarks>
/// A live tensor is a managed one that was neither disposed nor collected. Garbage of earlier tests is collected before the count, and a collection
/// during the test could hide a leak but never invent one.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class NoTensorLeaksAttribute : BeforeAfterTestAttribute
{
    private static int running;

    private long before;

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => Begin();

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test) => End();

    /// <summary>Takes the count before.</summary>
    /// <exception cref="InvalidOperationException">Another counted test is running.</exception>
    public void Begin()
    {
        if (Interlocked.Increment(ref running) != 1)
        {
            Interlocked.Decrement(ref running);
            throw new InvalidOperationException(
                "Two tests that count tensors run at once: switch parallel tests off with [assembly: Xunit.v3.Parallelization(Mode = ParallelMode.None)]."
            );
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        before = torch.Tensor.TotalCount;
    }

    /// <summary>Compares the count after.</summary>
    /// <exception cref="TensorLeakException">More tensors are alive than before.</exception>
    public void End()
    {
        Interlocked.Decrement(ref running);
        var left = torch.Tensor.TotalCount - before;
        if (left > 0)
        {
            throw new TensorLeakException(left);
        }
    }
}
