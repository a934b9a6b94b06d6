using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;

namespace Plumbline.Models.Tests.Generation;

[NoTensorLeaks]
public sealed class DecodeEnginesTests
{
    private static readonly DecodeEngineOptions Options = new() { Slots = 3, SequenceCapacity = 50 };

    [Fact]
    public void The_kernels_decode_on_the_cpu_with_room_for_every_slot()
    {
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(1));

        using var engine = DecodeEngines.For(decoder, Options);

        Assert.IsType<KernelDecodeEngine>(engine);
        Assert.Equal((3, 50, 3 * 64), (engine.Slots, engine.SequenceCapacity, engine.TokenCapacity));
    }

    [Fact]
    public void Exact_log_probabilities_and_experts_take_libtorch()
    {
        var experts = new ExpertOptions
        {
            Count = 4,
            PerToken = 2,
            IntermediateSize = 16,
        };
        using var dense = new Decoder(TinyModels.Config("llama"), new Seed(1));
        using var mixture = new Decoder(TinyModels.Config("mixtral") with { Experts = experts }, new Seed(1));

        using var exact = DecodeEngines.For(dense, Options with { Exact = true });
        using var ofMixture = DecodeEngines.For(mixture, Options);

        Assert.IsType<TorchDecodeEngine>(exact);
        Assert.IsType<TorchDecodeEngine>(ofMixture);
    }

    [Fact]
    public void Sequences_longer_than_the_model_and_unknown_weights_are_refused_by_name()
    {
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(1));

        Assert.Contains(
            "257",
            Assert.Throws<InvalidInputException>(() => DecodeEngines.For(decoder, Options with { SequenceCapacity = 257 })).Message
        );
        Assert.Contains(
            "weights",
            Assert
                .Throws<InvalidInputException>(() =>
                    DecodeEngines.For(decoder, Options with { Weights = (Torch.Kernels.Decoding.DecodeWeights)7 })
                )
                .Message
        );
    }
}
