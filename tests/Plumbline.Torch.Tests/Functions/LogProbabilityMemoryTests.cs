using Plumbline.Testing.Torch;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Torch.Tests.Functions;

/// <summary>What the log-probability engine holds, keeps and lets go.</summary>
[NoTensorLeaks]
public sealed class LogProbabilityMemoryTests
{
    [Fact]
    public void A_frozen_head_gets_no_gradient_and_the_hidden_states_get_the_same()
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        var (hidden, weight) = (Parameter(6, 8), Parameter(16, 8));
        var twin = hidden.detach().clone().requires_grad_();
        var targets = randint(0, 16, [6]);

        FusedLayers.LogProbabilities(hidden, weight, targets).LogProbabilities.sum().backward();
        var frozen = weight.detach();
        FusedLayers.LogProbabilities(twin, frozen, targets).LogProbabilities.sum().backward();

        Assert.True(hidden.grad!.Equals(twin.grad!));
        Assert.Null(frozen.grad);
    }

    [Fact]
    public void Frozen_hidden_states_get_no_gradient_and_the_head_gets_the_same()
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        var (hidden, weight) = (Parameter(6, 8), Parameter(16, 8));
        var twin = weight.detach().clone().requires_grad_();
        var targets = randint(0, 16, [6]);

        FusedLayers.LogProbabilities(hidden, weight, targets).LogProbabilities.sum().backward();
        var frozen = hidden.detach();
        FusedLayers.LogProbabilities(frozen, twin, targets).LogProbabilities.sum().backward();

        Assert.True(weight.grad!.Equals(twin.grad!));
        Assert.Null(frozen.grad);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Later_backward_passes_over_a_retained_graph_give_the_same_gradient(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        manual_seed(10);
        var (hidden, weight) = (randn(4, 8, dtype: dtype).requires_grad_(), randn(16, 8, dtype: dtype).requires_grad_());
        var sum = FusedLayers.LogProbabilities(hidden, weight, zeros(4, dtype: ScalarType.Int64)).LogProbabilities.sum();

        sum.backward(retain_graph: true);
        var once = hidden.grad!.clone();
        sum.backward(retain_graph: true);
        sum.backward();

        Assert.True((hidden.grad! - (3 * once)).abs().max().to(ScalarType.Float64).item<double>() < 1e-5);
    }

    [Fact]
    public void The_graph_outlives_the_scope_of_the_forward_pass()
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var (hidden, weight, targets) = (Parameter(6, 8), Parameter(16, 8), randint(0, 16, [6]));
        FusedLayers.LogProbabilities(hidden, weight, targets).LogProbabilities.sum().backward();
        var wanted = hidden.grad!.clone();
        hidden.grad!.zero_();

        Tensor sum;
        using (var inner = NewDisposeScope())
        {
            sum = FusedLayers.LogProbabilities(hidden, weight, targets).LogProbabilities.sum().MoveToOuterDisposeScope();
        }

        sum.backward();

        Assert.True((hidden.grad! - wanted).abs().max().item<float>() < 1e-6);
    }

    [Theory]
    [InlineData(4096, ScalarType.BFloat16, false)]
    [InlineData(1024, ScalarType.Float32, true)]
    public void The_process_never_grows_by_more_than_some_chunks_where_all_logits_would_take_many(
        int rows,
        ScalarType dtype,
        bool reference
    )
    {
        const int Vocabulary = 32768;
        const int ChunkRows = 64;
        using var scope = NewDisposeScope();
        manual_seed(12);
        var (hidden, weight) = (randn(rows, 8, dtype: dtype).requires_grad_(), randn(Vocabulary, 8, dtype: dtype).requires_grad_());
        var targets = randint(0, Vocabulary, [rows]);
        long Peak(int count)
        {
            using var pass = NewDisposeScope();
            var (before, part) = (PeakMemory.Reset(), hidden.narrow(0, 0, count));
            var options = new LogProbabilityOptions { Reference = reference ? new ReferenceLogits(part, weight) : null };
            var tiles = new LogitTiles(count, Vocabulary, ChunkRows, Vocabulary);
            LogProbabilityCall.Score(part, weight, targets.narrow(0, 0, count), options, tiles).LogProbabilities.sum().backward();
            return PeakMemory.Read() - before;
        }

        Peak(ChunkRows);
        var grown = Peak(rows);

        // A chunk is 4 MiB, or twice 8 with the reference's; all logits are 256 MiB in both cases. Heads, their gradients and the multiply's own buffers take the rest.
        Assert.InRange(grown, -PeakMemory.Inaccuracy, 64L << 20);
    }

    [Fact]
    public void Heads_are_cast_slice_by_slice_and_their_gradients_added_where_they_belong()
    {
        const int Vocabulary = 1 << 18;
        const int Width = 128;
        using var scope = NewDisposeScope();
        manual_seed(13);
        var (hidden, weight) = (Parameter(64, Width), Parameter(Vocabulary, Width));
        var targets = randint(0, Vocabulary, [64]);
        using var half = Autocast.To(ScalarType.BFloat16);
        var options = new LogProbabilityOptions { AddsToWeightGradient = true };
        long Peak()
        {
            using var pass = NewDisposeScope();
            var before = PeakMemory.Reset();
            LogProbabilityCall.Score(hidden, weight, targets, options).LogProbabilities.sum().backward();
            return PeakMemory.Read() - before;
        }

        Peak();
        var grown = Peak();

        // The head in bf16 alone is 64 MiB, and so would be its gradient; the logits are 32 MiB.
        Assert.InRange(grown, -PeakMemory.Inaccuracy, 56L << 20);
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(1000, 50)]
    [InlineData(100, 32768)]
    [InlineData(900, 151936)]
    [InlineData(40_000, 262144)]
    [InlineData(1_000_000, 8192)]
    public void Tiles_cover_every_logit_once_within_their_limits(long rows, long vocabulary)
    {
        foreach (var hasReference in new[] { false, true })
        {
            var tiles = LogitTiles.Of(rows, vocabulary, 64, hasReference);
            var all = tiles.Blocks().SelectMany(tiles.Tiles).ToList();

            Assert.Equal(rows * vocabulary, all.Sum(tile => tile.Rows * tile.Entries));
            Assert.Equal(all.Count, all.Select(tile => (tile.FirstRow, tile.FirstEntry)).Distinct().Count());
            Assert.Equal(all.Count == 1, tiles.IsWhole);
            var most = tiles.IsWhole ? LogitTiles.MostWhole : LogitTiles.MostInTile + (64L * tiles.TileRows);
            Assert.All(all, tile => Assert.InRange(tile.Rows * tile.Entries * (hasReference ? 2 : 1), 1, most));
        }
    }

    private static Tensor Parameter(params long[] shape) => randn(shape).requires_grad_();
}
