using Plumbline.Testing.Torch;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Torch.Tests.Functions;

/// <summary>Gradients of matrices as large as the vocabulary that are added to their parameters' own, against autograd's.</summary>
[NoTensorLeaks]
public sealed class GradientsInPlaceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Looked_up_rows_and_their_gradients_are_those_of_index_select(int passes)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (ours, theirs) = Twins(40, 19);
        var ids = randint(0, 40, 200, ScalarType.Int64);
        var weights = randn(200, 19);

        for (var pass = 0; pass < passes; pass++)
        {
            (FusedLayers.Lookup(ours, ids) * weights).sum().backward();
            (theirs.index_select(0, ids) * weights).sum().backward();
        }

        Assert.True(FusedLayers.Lookup(ours, ids).Equals(theirs.index_select(0, ids)));
        Assert.InRange(Distance(ours.grad!, theirs.grad!), 0, 1e-6);
    }

    [Fact]
    public void Where_nobody_asks_or_the_kernels_do_not_fit_a_lookup_is_index_select()
    {
        using var scope = NewDisposeScope();
        var ids = tensor(new long[] { 1, 1, 0 });
        var frozen = ones(2, 3);
        var wide = ones([2, 3], ScalarType.Float64, requires_grad: true);

        Assert.False(FusedLayers.Lookup(frozen, ids).requires_grad);
        FusedLayers.Lookup(wide, ids).sum().backward();

        Assert.True(wide.grad!.Equals(tensor(new double[] { 1, 1, 1, 2, 2, 2 }, [2, 3])));
    }

    // 70,000 rows of 64 are more than one buffer of products holds.
    [Theory]
    [InlineData(500, 24, false, 500)]
    [InlineData(500, 24, true, 500)]
    [InlineData(500, 24, true, 128)]
    [InlineData(70_000, 64, true, 70_000)]
    public void A_head_that_adds_to_its_own_gradient_gets_the_gradient_of_one_that_does_not(
        int vocabulary,
        int width,
        bool half,
        int entries
    )
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var (ours, theirs) = Twins(vocabulary, width);
        var (hidden, targets) = (randn(30, width), randint(0, vocabulary, 30, ScalarType.Int64));
        Tensor Step(Tensor weight, bool adds)
        {
            var input = hidden.clone().requires_grad_();
            using var autocast = half ? Autocast.To(ScalarType.BFloat16) : null;
            var options = new LogProbabilityOptions { AddsToWeightGradient = adds };
            for (var pass = 0; pass < 2; pass++)
            {
                LogProbabilityCall
                    .Score(input, weight, targets, options, new LogitTiles(30, vocabulary, 8, entries))
                    .LogProbabilities.sum()
                    .backward();
            }

            return input.grad!;
        }

        Assert.True(Step(ours, adds: true).Equals(Step(theirs, adds: false)));
        Assert.InRange(Distance(ours.grad!, theirs.grad!), 0, 1e-6);
    }

    private static (Tensor Ours, Tensor Theirs) Twins(long rows, long width)
    {
        var values = randn(rows, width);
        return (values.clone().requires_grad_(), values.clone().requires_grad_());
    }

    private static double Distance(Tensor actual, Tensor expected) => ((actual - expected).norm() / expected.norm()).item<float>();
}
