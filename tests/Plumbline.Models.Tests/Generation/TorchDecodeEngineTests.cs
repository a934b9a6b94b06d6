using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Generation;

[NoTensorLeaks]
public sealed class TorchDecodeEngineTests
{
    // Of the largest logit: the rounding of float32 sums in another order.
    private const float Tolerance = 1e-5f;

    private static readonly DecoderConfig Config = TinyModels.Config("llama") with { InitializerRange = 0.2 };

    [Theory]
    [InlineData("llama", 2)]
    [InlineData("qwen3", 4)]
    [InlineData("mistral", 1)]
    public void Logits_of_every_step_equal_those_of_the_full_packed_pass(string kind, int keyHeads)
    {
        using var decoder = new Decoder(
            TinyModels.Config(kind) with
            {
                InitializerRange = 0.2,
                KeyValueHeadCount = keyHeads,
                QueryKeyNorm = kind == "qwen3",
                QueryKeyValueBias = kind == "mistral",
            },
            new Seed(1)
        );
        using var engine = new TorchDecodeEngine(decoder, new DecodeEngineOptions { Slots = 6, SequenceCapacity = 120 });
        // Lengths far apart, so that groups are cut, and an unused slot in the middle.
        (int Slot, int[] Ids)[] sequences =
        [
            (5, TinyModels.Ids(1, 110)),
            (0, TinyModels.Ids(2, 9)),
            (2, TinyModels.Ids(3, 12)),
            (1, TinyModels.Ids(4, 90)),
            (4, TinyModels.Ids(5, 7)),
        ];
        const int Prompt = 4;
        foreach (var (slot, ids) in sequences)
        {
            AssertClose(FullPass(decoder, ids[..Prompt]), engine.Append(slot, ids.AsSpan(0, Prompt)));
        }

        for (var at = Prompt; at < 110; at++)
        {
            var growing = sequences.Where(sequence => at < sequence.Ids.Length).ToArray();
            int[] slots = [.. growing.Select(sequence => sequence.Slot)];
            int[] tokens = [.. growing.Select(sequence => sequence.Ids[at])];

            var logits = engine.Step(slots, tokens);

            if (at < 13 || at % 20 == 9)
            {
                for (var row = 0; row < growing.Length; row++)
                {
                    AssertClose(FullPass(decoder, growing[row].Ids[..(at + 1)]), logits.Slice(row * 64, 64));
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public void A_prompt_in_chunks_equals_one_pass(int chunk)
    {
        using var decoder = new Decoder(Config, new Seed(2));
        using var engine = new TorchDecodeEngine(decoder, new DecodeEngineOptions { Slots = 2 });
        var prompt = TinyModels.Ids(6, 101);

        var last = Span<float>.Empty;
        foreach (var part in prompt.Chunk(chunk))
        {
            last = engine.Append(1, part);
        }

        AssertClose(FullPass(decoder, prompt), last);
    }

    [Fact]
    public void A_forked_sequence_goes_on_like_its_origin_and_apart_from_it()
    {
        using var decoder = new Decoder(Config, new Seed(3));
        using var engine = new TorchDecodeEngine(decoder, new DecodeEngineOptions { Slots = 3 });
        var prompt = TinyModels.Ids(7, 20);
        engine.Append(2, prompt);

        engine.Fork(2, 0);
        var logits = engine.Step([0, 2], [3, 4]);

        AssertClose(FullPass(decoder, [.. prompt, 3]), logits[..64]);
        AssertClose(FullPass(decoder, [.. prompt, 4]), logits.Slice(64, 64));
    }

    [Fact]
    public void A_released_slot_starts_anew()
    {
        using var decoder = new Decoder(Config, new Seed(3));
        using var engine = new TorchDecodeEngine(decoder, new DecodeEngineOptions { Slots = 2 });
        engine.Append(0, TinyModels.Ids(8, 60));
        engine.Append(1, TinyModels.Ids(9, 60));
        engine.Release(1);

        engine.Append(1, [5, 6]);
        var logits = engine.Step([1], [7]);

        AssertClose(FullPass(decoder, [5, 6, 7]), logits);
    }

    [Fact]
    public void In_bfloat16_the_logits_are_those_of_autocast_to_its_rounding()
    {
        Assert.SkipUnless(Autocast.IsAvailable, "This libtorch has no autocast.");
        using var decoder = new Decoder(Config, new Seed(4));
        using var engine = new TorchDecodeEngine(decoder, new DecodeEngineOptions { Slots = 2, ComputeDtype = ScalarType.BFloat16 });
        var ids = TinyModels.Ids(10, 40);
        engine.Append(0, ids.AsSpan(0, 20));
        var logits = Span<float>.Empty;
        int[] slot = [0];
        for (var at = 20; at < 40; at++)
        {
            logits = engine.Step(slot, ids.AsSpan(at, 1));
        }

        float[] expected;
        using (Autocast.To(ScalarType.BFloat16))
        {
            expected = FullPass(decoder, ids);
        }

        // bfloat16 keeps 8 bits: 2⁻⁸ of the largest logit, over two layers.
        AssertClose(expected, logits, 4f / 256);
    }

    [Theory]
    [InlineData(new[] { 0, 1, 2, 3 }, new[] { 10, 11, 12, 10 }, 1)]
    [InlineData(new[] { 0, 1, 3 }, new[] { 10, 10, 10 }, 2)]
    [InlineData(new[] { 0, 1 }, new[] { 100, 3 }, 1)]
    [InlineData(new[] { 0, 1, 2 }, new[] { 100, 3, 3 }, 2)]
    [InlineData(new[] { 5 }, new[] { 7 }, 1)]
    public void Adjacent_slots_are_attended_together_while_half_of_what_is_read_counts(int[] slots, int[] positions, int groups)
    {
        using var scope = NewDisposeScope();
        using var cache = new SlotCache(Config, 6, 128, ScalarType.Float32, CPU);

        Assert.Equal(groups, new StepAttention(Config, cache, slots, positions, CPU).GroupCount);
    }

    [Fact]
    public void The_stated_memory_is_what_the_tensors_hold()
    {
        using var decoder = new Decoder(Config, new Seed(1));
        var options = new DecodeEngineOptions { Slots = 3, SequenceCapacity = 50 };
        using var engine = new TorchDecodeEngine(decoder, options);

        // 2 layers of keys and values: 3 slots x 2 heads x 50 tokens x 32 floats each; 3 rows of 64 logits.
        Assert.Equal((2 * 2 * 3 * 2 * 50 * 32 * 4) + (3 * 64 * 4), engine.MemoryBytes);
        Assert.Equal(engine.MemoryBytes, TorchDecodeEngine.BytesFor(Config, options));
        Assert.Equal((150, 50, 3), (engine.TokenCapacity, engine.SequenceCapacity, engine.Slots));
    }

    [Fact]
    public void Steps_make_no_lasting_tensors()
    {
        using var decoder = new Decoder(Config, new Seed(1));
        using var engine = new TorchDecodeEngine(decoder, new DecodeEngineOptions { Slots = 3 });
        engine.Append(0, [1, 2]);
        engine.Append(0, [3]);
        engine.Fork(0, 2);
        var before = Tensor.TotalCount;

        engine.Append(1, [4, 5]);
        engine.Append(1, [6]);
        engine.Step([2, 0, 1], [7, 8, 9]);
        engine.Release(0);
        engine.Fork(1, 0);

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing()
    {
        using var decoder = new Decoder(Config, new Seed(1));
        using var engine = new TorchDecodeEngine(decoder, new DecodeEngineOptions { Slots = 2, SequenceCapacity = 4 });
        engine.Append(0, [1, 2, 3]);

        Assert.Contains("5 tokens", Assert.Throws<InvalidInputException>(() => engine.Append(0, [1, 2])).Message);
        Assert.Contains("64", Assert.Throws<InvalidInputException>(() => engine.Append(0, [64])).Message);
        Assert.Throws<ArgumentException>(() => engine.Step([1], [1]));
        Assert.Throws<ArgumentException>(() => engine.Step([0, 0], [1, 1]));
        Assert.Throws<InvalidOperationException>(() => engine.Fork(1, 0));
        Assert.Throws<InvalidOperationException>(engine.Refresh);
        AssertClose(FullPass(decoder, [1, 2, 3, 4]), engine.Step([0], [4]));
        Assert.Throws<InvalidInputException>(() => engine.Step([0], [1]));
        Assert.Contains(
            "sequence_capacity",
            Assert
                .Throws<InvalidInputException>(() => new TorchDecodeEngine(decoder, new DecodeEngineOptions { SequenceCapacity = 257 }))
                .Message
        );
        Assert.Throws<InvalidInputException>(() => new TorchDecodeEngine(decoder, new DecodeEngineOptions { Slots = 0 }));
    }

    [Fact]
    public void After_a_refresh_the_new_weights_decode_and_nothing_of_damaged_ones_is_left()
    {
        using var decoder = new Decoder(Config, new Seed(1));
        using var healthy = decoder.FrozenCopy();
        using var engine = new TorchDecodeEngine(decoder, new DecodeEngineOptions { Slots = 2 });
        void Write(Func<int, Tensor> value)
        {
            using var noGradients = no_grad();
            using var scope = NewDisposeScope();
            for (var i = 0; i < decoder.Parameters.Count; i++)
            {
                decoder.Parameters[i].Value.copy_(value(i));
            }
        }

        Write(_ => tensor(float.NaN));
        engine.Append(0, TinyModels.Ids(1, 30));
        Assert.True(float.IsNaN(engine.Append(1, TinyModels.Ids(2, 30))[0]));
        engine.Release(0);
        engine.Release(1);
        Write(i => healthy.Parameters[i].Value);

        engine.Refresh();

        engine.Append(0, [1, 2]);
        engine.Append(1, [1, 2, 3]);
        var logits = engine.Step([0, 1], [4, 5]);
        AssertClose(FullPass(healthy, [1, 2, 4]), logits[..64]);
        AssertClose(FullPass(healthy, [1, 2, 3, 5]), logits.Slice(64, 64));
    }

    private static float[] FullPass(Decoder decoder, int[] ids)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return decoder.Logits(decoder.HiddenStates(PackedTokens.Of([ids])))[-1].to(ScalarType.Float32).data<float>().ToArray();
    }

    private static void AssertClose(float[] expected, Span<float> actual, float tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = expected.Max(MathF.Abs);
        for (var id = 0; id < expected.Length; id++)
        {
            Assert.Equal(expected[id], actual[id], tolerance * largest);
        }
    }
}
