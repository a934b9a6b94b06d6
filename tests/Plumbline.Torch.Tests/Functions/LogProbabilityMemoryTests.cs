using Plumbline.Testing.Torch;
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
            LogProbabilityCall.Score(part, weight, targets.narrow(0, 0, count), options, ChunkRows).LogProbabilities.sum().backward();
            return PeakMemory.Read() - before;
        }

        Peak(ChunkRows);
        var grown = Peak(rows);

        // A chunk is 4 MiB, or twice 8 with the reference's; all logits are 256 MiB in both cases. Heads, their gradients and the multiply's own buffers take the rest.
        Assert.InRange(grown, 0, 64L << 20);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(32768)]
    [InlineData(151936)]
    [InlineData(262144)]
    public void A_chunk_of_logits_takes_at_most_64_MiB_in_bf16_with_or_without_a_reference(long vocabulary)
    {
        const long Limit = 64L << 20;
        var alone = LogProbabilityCall.RowsOfChunk(vocabulary, hasReference: false) * vocabulary * sizeof(short);
        var beside = 2 * LogProbabilityCall.RowsOfChunk(vocabulary, hasReference: true) * vocabulary * sizeof(short);

        Assert.InRange(alone, Limit * 9 / 10, Limit);
        Assert.InRange(beside, Limit * 9 / 10, Limit);
    }

    private static Tensor Parameter(params long[] shape) => randn(shape).requires_grad_();
}
