using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Loop;

[NoTensorLeaks]
public sealed class GradientCheckpointingTests
{
    /// <summary>The second block is dense.</summary>
    private static readonly DecoderConfig Mixture = TinyModels.Config with
    {
        ModelType = "qwen3_moe",
        Experts = new ExpertOptions
        {
            Count = 4,
            PerToken = 2,
            IntermediateSize = 32,
            AuxiliaryLossWeight = 0.5,
        },
        ExpertLayers = [true, false],
    };

    // A head of 32 fits the kernels of whole blocks, one of 16 does not.
    [Theory]
    [InlineData(Precision.Fp32, 16)]
    [InlineData(Precision.Bf16, 16)]
    [InlineData(Precision.Fp32, 32)]
    [InlineData(Precision.Bf16, 32)]
    public void A_checkpointed_run_ends_in_the_bits_of_a_plain_one(Precision precision, int headSize)
    {
        var config = TinyModels.Config with { HeadSize = headSize };

        Assert.All(
            Train(config, precision, checkpointing: false).Zip(Train(config, precision, checkpointing: true)),
            pair => Assert.Equal(pair.First, pair.Second)
        );
    }

    [Fact]
    public void What_routers_say_reaches_the_loss_as_in_a_plain_run() =>
        Assert.All(
            Train(Mixture, Precision.Fp32, checkpointing: false).Zip(Train(Mixture, Precision.Fp32, checkpointing: true)),
            pair => Assert.Equal(pair.First, pair.Second)
        );

    [Fact]
    public void A_checkpointed_block_holds_its_input_and_nothing_else()
    {
        var config = TinyModels.Config with { LayerCount = 6 };

        var plain = TensorsHeld(config, checkpointing: false);
        var checkpointed = TensorsHeld(config, checkpointing: true);

        // Each block has at least its norms, projections, attention and feed-forward to hold; checkpointed, an output and a random state.
        Assert.True(plain - checkpointed >= 6 * 4, $"{plain} tensors held without checkpoints, {checkpointed} with them");
    }

    private static long TensorsHeld(DecoderConfig config, bool checkpointing)
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(config, new Seed(1)) { GradientCheckpointing = checkpointing };
        var packed = new PackedExamples(decoder, TinyModels.Examples(3).Select(example => new[] { example }));
        var before = Tensor.TotalCount;
        decoder.HiddenStates(packed.Tokens);
        return Tensor.TotalCount - before;
    }

    private static float[][] Train(DecoderConfig config, Precision precision, bool checkpointing)
    {
        using var policy = new Decoder(config, new Seed(1));
        var options = new TrainingOptions
        {
            BatchSize = 5,
            MaxSteps = 3,
            MicroBatchTokens = 80,
            LearningRate = 3e-3,
            Precision = precision,
            GradientCheckpointing = checkpointing,
        };
        new TrainingLoop<TokenizedExample>(
            new SupervisedObjective(policy),
            TinyModels.Examples(15),
            options,
            new Seed(7),
            new MemoryJournal()
        ).Run();
        return [.. policy.Parameters.Select(parameter => parameter.Value.data<float>().ToArray())];
    }
}
