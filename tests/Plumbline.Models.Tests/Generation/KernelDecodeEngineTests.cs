using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Kernels.Decoding;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Generation;

[NoTensorLeaks]
public sealed class KernelDecodeEngineTests
{
    private static readonly KernelDecodeOptions Small = new()
    {
        Slots = 12,
        CacheTokens = 1024,
        Threads = 2,
        Float32Prefill = true,
    };

    public static TheoryData<string> Kernels => ["512", "256", "scalar"];

    public static TheoryData<string> Models => ["llama", "qwen2", "qwen3", "tied", "narrow"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_equal_the_decoders_own_in_float32_at_every_step(string model)
    {
        using var decoder = Rounded(Config(model));
        using var engine = new KernelDecodeEngine(decoder, Small);
        var ids = TinyModels.Ids(1, 70);

        var logits = new List<float[]> { engine.Append(3, ids.AsSpan(0, 5)).ToArray() };
        logits.AddRange(Enumerable.Range(5, 65).Select(i => engine.Step([3], [ids[i]]).ToArray()));

        var expected = Logits(decoder, ids);
        Assert.All(Enumerable.Range(0, logits.Count), i => AssertNear(expected[4 + i], logits[i], 1e-4));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_vector_width_computes_the_same_batch(string kernels)
    {
        Assert.SkipUnless(kernels != "512" || Unit512.IsSupported, "No AVX-512 here.");
        Assert.SkipUnless(kernels != "256" || Unit256.IsSupported, "No AVX2 here.");
        using var decoder = Rounded(Config("qwen3"));
        using var engine = new KernelDecodeEngine(
            decoder,
            Small,
            (packed, cache, buffers, team) =>
                kernels switch
                {
                    "512" => DecodePass.Wide512(packed, cache, buffers, team),
                    "256" => DecodePass.Wide256(packed, cache, buffers, team),
                    _ => DecodePass.Scalar(packed, cache, buffers, team),
                }
        );
        int[][] sequences = [.. Enumerable.Range(0, 11).Select(i => TinyModels.Ids((ulong)i + 1, 8 + (3 * i)))];

        var logits = Decode(engine, sequences, prompt: 7, together: true);

        foreach (var (sequence, rows) in sequences.Zip(logits))
        {
            var expected = Logits(decoder, sequence);
            Assert.All(Enumerable.Range(0, rows.Count), i => AssertNear(expected[6 + i], rows[i], 1e-4));
        }
    }

    [Theory]
    [InlineData(DecodeWeights.BFloat16)]
    [InlineData(DecodeWeights.Int8)]
    public void Logits_do_not_depend_on_the_batch_or_on_the_threads_to_the_bit(DecodeWeights weights)
    {
        using var decoder = new Decoder(Config("llama"), new Seed(1));
        int[][] sequences = [.. Enumerable.Range(0, 11).Select(i => TinyModels.Ids((ulong)i + 1, 12 + (3 * i)))];
        using var two = new KernelDecodeEngine(decoder, Small with { Weights = weights });
        using var three = new KernelDecodeEngine(decoder, Small with { Weights = weights, Threads = 3 });

        var together = Decode(two, sequences, prompt: 7, together: true);
        var alone = Decode(two, sequences, prompt: 7, together: false);
        var onThree = Decode(three, sequences, prompt: 7, together: true);

        Assert.Equal(alone, together);
        Assert.Equal(alone, onThree);
    }

    [Fact]
    public void A_prompt_gives_the_same_logits_in_one_piece_and_in_chunks()
    {
        using var decoder = Rounded(Config("llama"));
        using var engine = new KernelDecodeEngine(decoder, Small);
        var ids = TinyModels.Ids(1, 200);

        var whole = engine.Append(0, ids).ToArray();
        engine.Append(1, ids.AsSpan(0, 90));
        engine.Append(1, ids.AsSpan(90, 9));
        var chunked = engine.Append(1, ids.AsSpan(99)).ToArray();

        AssertNear(Logits(decoder, ids)[^1], whole, 1e-4);
        AssertNear(whole, chunked, 1e-4);
    }

    [Fact]
    public void A_prompt_in_bfloat16_stays_near_float32()
    {
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(1));
        using var engine = new KernelDecodeEngine(decoder, Small with { Float32Prefill = false });
        var ids = TinyModels.Ids(1, 100);

        AssertNear(Logits(decoder, ids)[^1], engine.Append(0, ids).ToArray(), 3e-2);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(37)]
    public void Forked_sequences_go_on_as_separate_ones(int prompt)
    {
        using var decoder = new Decoder(Config("llama"), new Seed(1));
        using var engine = new KernelDecodeEngine(decoder, Small);
        var ids = TinyModels.Ids(1, prompt);
        engine.Append(0, ids);
        engine.Fork(0, 1);
        engine.Fork(1, 2);
        engine.Release(1);
        engine.Append(1, ids);

        for (var i = 0; i < 20; i++)
        {
            // Slots 1 and 2 read one text, slot 0 another: a page written by both would show.
            var logits = engine.Step([0, 1, 2], [1 + i, 40 - i, 40 - i]);
            Assert.Equal(logits.Slice(64, 64).ToArray(), logits.Slice(128, 64).ToArray());
            Assert.NotEqual(logits[..64].ToArray(), logits.Slice(64, 64).ToArray());
        }
    }

    [Fact]
    public void A_group_takes_the_pages_of_its_prompt_once_and_gives_all_back()
    {
        using var decoder = new Decoder(Config("llama"), new Seed(1));
        using var engine = new KernelDecodeEngine(decoder, Small with { CacheTokens = 200 });

        // 13 pages: 2 full ones of the prompt shared, and for each of 5 sequences ceil((40 + 20) / 16) − 2 = 2 of its own.
        Assert.Equal(208, engine.TokenCapacity);
        Assert.Equal(16, engine.BlockTokens);
        for (var round = 0; round < 3; round++)
        {
            engine.Append(0, TinyModels.Ids(1, 40));
            for (var slot = 1; slot < 5; slot++)
            {
                engine.Fork(0, slot);
            }

            for (var i = 0; i < 20; i++)
            {
                engine.Step([0, 1, 2, 3, 4], [1, 2, 3, 4, 5]);
            }

            for (var slot = 0; slot < 5; slot++)
            {
                engine.Release(slot);
            }
        }
    }

    [Fact]
    public void Exhausted_pages_are_refused_and_the_sequences_stand_as_they_were()
    {
        using var decoder = new Decoder(Config("llama"), new Seed(1));
        using var engine = new KernelDecodeEngine(decoder, Small with { CacheTokens = 64 });
        engine.Append(0, TinyModels.Ids(1, 32));
        engine.Append(1, TinyModels.Ids(2, 16));

        // One page is left, and both sequences end with a full one.
        var refusal = Assert.Throws<InvalidOperationException>(() => engine.Step([0, 1], [5, 6]));
        Assert.Contains("1 of its 4 pages", refusal.Message);
        Assert.Throws<InvalidOperationException>(() => engine.Append(0, TinyModels.Ids(3, 40)));
        var alone = engine.Step([0], [5]).ToArray();

        engine.Release(0);
        engine.Release(1);
        engine.Append(7, TinyModels.Ids(1, 32));
        Assert.Equal(alone, engine.Step([7], [5]).ToArray());
    }

    [Fact]
    public void Refresh_takes_over_changed_weights_in_the_same_memory()
    {
        using var decoder = Rounded(Config("llama"));
        using var engine = new KernelDecodeEngine(decoder, Small);
        var (ids, memory) = (TinyModels.Ids(1, 10), engine.MemoryBytes);
        engine.Append(0, ids);
        Assert.Throws<InvalidOperationException>(engine.Refresh);
        engine.Release(0);

        Round(decoder, factor: 1.5f);
        engine.Refresh();

        AssertNear(Logits(decoder, ids)[^1], engine.Append(0, ids).ToArray(), 1e-4);
        Assert.Equal(memory, engine.MemoryBytes);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        using var decoder = new Decoder(Config("qwen3"), new Seed(1));
        using var engine = new KernelDecodeEngine(decoder, Small);
        int[] slots = [0, 1, 2];
        int[] tokens = [1, 2, 3];
        foreach (var slot in slots)
        {
            engine.Append(slot, [5, 6]);
        }

        engine.Step(slots, tokens);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 40; i++)
        {
            engine.Step(slots, tokens);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Misuse_is_named()
    {
        using var decoder = new Decoder(Config("llama"), new Seed(1));
        using var engine = new KernelDecodeEngine(decoder, Small);
        engine.Append(0, [1]);

        Assert.Contains("64", Assert.Throws<InvalidInputException>(() => engine.Append(1, [64])).Message);
        Assert.Throws<InvalidInputException>(() => engine.Step([0], [-1]));
        Assert.Contains("257", Assert.Throws<InvalidInputException>(() => engine.Append(0, TinyModels.Ids(1, 256))).Message);
        Assert.Throws<ArgumentException>(() => engine.Step([0, 0], [1, 1]));
        Assert.Throws<ArgumentException>(() => engine.Step([1], [1]));
        Assert.Throws<ArgumentException>(() => engine.Fork(1, 2));
        Assert.Throws<ArgumentException>(() => engine.Fork(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.Release(12));
        Assert.Throws<InvalidInputException>(() => new KernelDecodeEngine(decoder, Small with { Slots = 0 }));
        var experts = new ExpertOptions
        {
            Count = 4,
            PerToken = 2,
            IntermediateSize = 8,
        };
        Assert.False(KernelDecodeEngine.Supports(Config("llama") with { ModelType = "mixtral", Experts = experts }, out var reason));
        Assert.Contains("mixtral", reason);
        Assert.False(KernelDecodeEngine.Supports(Config("llama") with { RopeScaling = new DynamicRopeScaling { Factor = 2 } }, out reason));
        Assert.Contains("DynamicRopeScaling", reason);
    }

    private static DecoderConfig Config(string model) =>
        model switch
        {
            "tied" => TinyModels.Config("llama") with { TieWordEmbeddings = true, InitializerRange = 0.3 },
            // Widths that fill no register, heads that fill no page row, a vocabulary that fills no panel.
            "narrow" => TinyModels.Config("llama") with
            {
                VocabularySize = 75,
                HiddenSize = 45,
                IntermediateSize = 71,
                HeadCount = 3,
                KeyValueHeadCount = 1,
                HeadSize = 10,
                InitializerRange = 0.3,
                QueryKeyValueBias = true,
                OutputBias = true,
                FeedForwardBias = true,
            },
            _ => TinyModels.Config(model) with
            {
                InitializerRange = 0.3,
                QueryKeyValueBias = model == "qwen2",
                QueryKeyNorm = model == "qwen3",
            },
        };

    // A decoder whose weights are bfloat16 numbers (biases and norms random as well), so that packing loses nothing.
    private static Decoder Rounded(DecoderConfig config)
    {
        var decoder = new Decoder(config, new Seed(1));
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var generator = new Generator(3, CPU);
        foreach (var parameter in decoder.Parameters.Where(parameter => parameter.Value.dim() == 1))
        {
            using var drawn = empty(parameter.Value.shape).normal_(0, 0.3, generator);
            parameter.Value.add_(drawn);
        }

        Round(decoder, factor: 1);
        return decoder;
    }

    private static void Round(Decoder decoder, float factor)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        foreach (var parameter in decoder.Parameters)
        {
            parameter.Value.copy_((parameter.Value * factor).to(ScalarType.BFloat16));
        }
    }

    // The logits after each token but the prompt's first ones, for every sequence.
    private static List<float[]>[] Decode(KernelDecodeEngine engine, int[][] sequences, int prompt, bool together)
    {
        var logits = new List<float[]>[sequences.Length];
        for (var slot = 0; slot < sequences.Length; slot++)
        {
            logits[slot] = [engine.Append(slot, sequences[slot].AsSpan(0, prompt)).ToArray()];
        }

        void Step(int[] slots, int at)
        {
            var rows = engine.Step(slots, Array.ConvertAll(slots, slot => sequences[slot][at])).ToArray();
            foreach (var (slot, row) in slots.Zip(rows.Chunk(engine.VocabularySize)))
            {
                logits[slot].Add(row);
            }
        }

        var longest = sequences.Max(sequence => sequence.Length);
        for (var at = prompt; at < longest; at++)
        {
            int[] slots = [.. Enumerable.Range(0, sequences.Length).Where(slot => at < sequences[slot].Length)];
            foreach (var batch in together ? [slots] : slots.Select(slot => new[] { slot }))
            {
                Step(batch, at);
            }
        }

        for (var slot = 0; slot < sequences.Length; slot++)
        {
            engine.Release(slot);
        }

        return logits;
    }

    // The decoder's own logits after every token.
    private static float[][] Logits(Decoder decoder, int[] ids)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var logits = decoder.Logits(decoder.HiddenStates(PackedTokens.Of([ids])));
        return [.. logits.data<float>().ToArray().Chunk(decoder.Config.VocabularySize)];
    }

    private static void AssertNear(float[] expected, float[] actual, double relative)
    {
        var scale = expected.Max(Math.Abs);
        Assert.All(
            expected.Zip(actual),
            pair => Assert.InRange(pair.Second, pair.First - (relative * scale), pair.First + (relative * scale))
        );
    }
}
