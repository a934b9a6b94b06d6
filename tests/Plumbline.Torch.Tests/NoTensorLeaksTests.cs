using Plumbline.Testing.Torch;
using static TorchSharp.torch;

namespace Plumbline.Torch.Tests;

public sealed class NoTensorLeaksTests
{
    [Fact]
    public void A_test_that_leaves_tensors_alive_fails_with_their_number()
    {
        var check = new NoTensorLeaksAttribute();
        var leaked = new List<Tensor>();

        check.Begin();
        leaked.Add(ones(2));
        leaked.Add(zeros(2));
        ones(3).Dispose();
        var failure = Assert.Throws<TensorLeakException>(check.End);

        Assert.Equal(2, failure.Count);
        leaked.ForEach(tensor => tensor.Dispose());
    }

    [Fact]
    public void A_test_that_disposes_everything_passes()
    {
        var check = new NoTensorLeaksAttribute();

        check.Begin();
        using (NewDisposeScope())
        {
            ones(2).add(1);
        }

        check.End();
    }

    [Fact]
    public void Two_counts_at_once_are_refused_because_they_would_blame_each_other()
    {
        var (first, second) = (new NoTensorLeaksAttribute(), new NoTensorLeaksAttribute());

        first.Begin();

        Assert.Throws<InvalidOperationException>(second.Begin);
        first.End();
    }
}
