using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Allocation;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Language;

[NoTensorLeaks]
public sealed class GradientCheckpointingTests
{
    [Fact]
    public void A_checkpointed_block_gives_its_activations_back_before_the_backward_pass()
    {
        Assert.True(BytesHeld(checkpointing: false) > 0);
        Assert.Equal(0, BytesHeld(checkpointing: true));
    }

    private static long BytesHeld(bool checkpointing)
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(1)) { GradientCheckpointing = checkpointing };
        var before = BufferPool.BytesInUse;
        var hidden = decoder.HiddenStates(new PackedTokens(TinyModels.Ids(2, 30), [11, 19]));
        var held = BufferPool.BytesInUse - before;
        hidden.sum().backward();
        return held;
    }
}
