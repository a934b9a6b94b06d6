using Plumbline.Testing.Torch;
using Plumbline.Torch.Checkpointing;
using static Plumbline.Torch.Tests.Checkpointing.CheckpointNetwork;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Torch.Tests.Checkpointing;

[NoTensorLeaks]
public sealed class GradientCheckpointTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Loss_and_all_gradients_are_those_of_the_plain_run_to_the_bit_with_dropout_and_with_a_frozen_input(bool inputNeedsGradient)
    {
        using var scope = NewDisposeScope();
        var (weights, input) = Network(blocks: 4, inputNeedsGradient);

        var plain = Step(weights, input, Plainly);
        var checkpointed = Step(weights, input, Checkpointed);

        Assert.Equal(weights.Length + (inputNeedsGradient ? 2 : 1), plain.Count);
        AssertSameBits(plain, checkpointed);
    }

    [Fact]
    public void The_random_stream_goes_on_after_the_backward_pass_as_it_does_after_a_plain_one()
    {
        using var scope = NewDisposeScope();
        var (weights, input) = Network(blocks: 2, inputNeedsGradient: false);

        Step(weights, input, Plainly);
        var plain = rand(4);
        Step(weights, input, Checkpointed);
        var checkpointed = rand(4);

        Assert.True(plain.bytes.SequenceEqual(checkpointed.bytes));
    }

    [Fact]
    public void Activations_of_one_block_are_alive_instead_of_all()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var weight = (randn(64, 64) * 0.1).requires_grad_();
        var input = randn(512, 64);
        const int blocks = 12;
        const long activation = 512 * 64 * sizeof(float);

        var (plainPeak, plainTensors) = Peak(Plainly);
        var (checkpointedPeak, checkpointedTensors) = Peak(Checkpointed);

        // A block makes six activations, and autograd keeps most of them; a checkpoint keeps the block's input, and one block is whole at a time.
        Assert.InRange(plainPeak, 3L * blocks * activation, long.MaxValue);
        Assert.InRange(checkpointedPeak, blocks * activation, (blocks + 12) * activation);
        Assert.InRange(checkpointedTensors, 1, plainTensors / 2);

        (long Bytes, long Tensors) Peak(Around around)
        {
            using var step = NewDisposeScope();
            var (bytesBefore, tensorsBefore, bytes) = (NativeMemory.BytesInUse(), Tensor.TotalCount, 0L);
            var hidden = input;
            for (var block = 0; block < blocks; block++)
            {
                hidden = around(Block, hidden);
            }

            var tensors = Tensor.TotalCount - tensorsBefore;
            hidden.sum().backward();
            return (bytes, tensors);

            Tensor Block(Tensor x)
            {
                var output = x;
                for (var layer = 0; layer < 3; layer++)
                {
                    output = F.gelu(output.matmul(weight));
                }

                bytes = Math.Max(bytes, NativeMemory.BytesInUse() - bytesBefore);
                return output;
            }
        }
    }

    [Fact]
    public void Twenty_steps_leave_no_tensor_behind_and_gradients_of_blocks_do_not_pile_up_within_a_step()
    {
        using var scope = NewDisposeScope();
        var (weights, input) = Network(blocks: 6, inputNeedsGradient: true);
        using (NewDisposeScope())
        {
            Step(weights, input, Checkpointed);
        }

        var before = Tensor.TotalCount;

        for (var step = 0; step < 20; step++)
        {
            using var stepScope = NewDisposeScope();
            var loss = Forward(weights, input, Checkpointed);
            var beforeBackward = Tensor.TotalCount;
            loss.backward();
            Assert.InRange(Tensor.TotalCount - beforeBackward, 0, 1);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Without_any_dispose_scope_at_most_one_tensor_stays_between_backward_passes()
    {
        using var weight = randn(Width, Width).requires_grad_();
        using var input = randn(2, Width).requires_grad_();
        var counts = new List<long>();

        for (var step = 0; step < 6; step++)
        {
            using var output = GradientCheckpoint.Run(x => x.matmul(weight).relu(), input);
            using var loss = output.sum();
            loss.backward();
            counts.Add(Tensor.TotalCount);
        }

        Assert.Equal(counts[1], counts[^1]);
        // A last call lets go of what the last pass handed over.
        using var last = GradientCheckpoint.Run(x => x * 2, input);
    }

    [Fact]
    public void Several_inputs_with_and_without_gradients_get_what_the_plain_run_gives_them()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var (left, right) = (randn(3, Width).requires_grad_(), randn(3, Width).requires_grad_());
        var mask = tensor(new[] { true, false, true }).unsqueeze(1);
        var positions = tensor(new[] { 2L, 0L, 1L });

        Tensor Block(IReadOnlyList<Tensor> inputs) =>
            (inputs[0] * inputs[1].sigmoid()).masked_fill(inputs[2], 0).index_select(0, inputs[3]).softmax(1).square();

        var plain = Gradients(() => Block([left, right, mask, positions]));
        var checkpointed = Gradients(() => GradientCheckpoint.Run(Block, [left, right, mask, positions]));

        AssertSameBits(plain, checkpointed);

        List<byte[]> Gradients(Func<Tensor> run) => Backward(run().sum(), [left, right]);
    }

    [Fact]
    public void Without_gradients_the_block_simply_runs_once()
    {
        using var scope = NewDisposeScope();
        var calls = 0;
        using var nothing = no_grad();

        var output = GradientCheckpoint.Run(Counted, ones(2));

        Assert.Equal((1, 4f, false), (calls, output.sum().item<float>(), output.requires_grad));

        Tensor Counted(Tensor x)
        {
            calls++;
            return x * 2;
        }
    }

    [Fact]
    public void Checkpoints_nest_and_a_graph_that_is_retained_can_be_walked_twice()
    {
        using var scope = NewDisposeScope();
        var (weights, input) = Network(blocks: 3, inputNeedsGradient: true);

        var plain = Twice(Plainly, Plainly);
        var nested = Twice(Checkpointed, Checkpointed);

        AssertSameBits(plain, nested);

        List<byte[]> Twice(Around outer, Around inner)
        {
            manual_seed(1);
            var loss = outer(x => inner(y => (y * weights[0]).relu(), inner(z => z.matmul(weights[1]), x)) * weights[2], input).sum();
            loss.backward(retain_graph: true);
            return Backward(loss, [.. weights, input]);
        }
    }

    [Fact]
    public void Blocks_that_return_their_input_or_a_view_of_it_or_nothing_differentiable_work()
    {
        using var scope = NewDisposeScope();
        var input = randn(2, Width).requires_grad_();

        var through = GradientCheckpoint.Run(x => x, input);
        var viewed = GradientCheckpoint.Run(x => x.view(-1), input);
        var constant = GradientCheckpoint.Run(_ => ones(3), input);
        (through.sum() + viewed.sum() * 2 + constant.sum()).backward();

        Assert.False(input.IsInvalid);
        Assert.Equal(3f * 2 * Width, input.grad!.sum().item<float>());
    }
}
