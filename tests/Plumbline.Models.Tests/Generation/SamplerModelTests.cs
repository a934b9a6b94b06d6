using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Generation;

[NoTensorLeaks]
public sealed class SamplerModelTests
{
    private static readonly DecoderConfig Config = TinyModels.Config("llama") with { InitializerRange = 0.3 };

    [Fact]
    public void Greedy_answers_of_a_mixed_batch_equal_those_computed_without_a_cache()
    {
        using var decoder = new Decoder(Config, new Seed(1));
        using var engine = DecodeEngines.For(decoder, new DecodeEngineOptions { Slots = 3, Exact = true });
        int[][] prompts = [TinyModels.Ids(1, 3), TinyModels.Ids(2, 11), TinyModels.Ids(3, 1), TinyModels.Ids(4, 100)];
        var options = new SamplingOptions { Temperature = 0, EndTokens = [5, 6] };

        var answers = new Sampler(engine, new SamplerOptions { PrefillChunk = 40 }).Generate([
            .. prompts.Select(prompt => SamplerSchedulingTests.Request(prompt, 12, 2, options)),
        ]);

        Assert.All(prompts.Zip(answers), pair => Assert.Equal(Greedy(decoder, pair.First, [5, 6], 12), pair.Second.ContentIds.ToArray()));
    }

    [Fact]
    public void Log_probabilities_equal_those_of_the_full_packed_pass()
    {
        using var decoder = new Decoder(Config, new Seed(2));
        using var engine = DecodeEngines.For(decoder, new DecodeEngineOptions { Slots = 5, Exact = true });
        var options = new SamplingOptions
        {
            Temperature = 0.7,
            TopK = 20,
            TopP = 0.9,
            RepetitionPenalty = 1.1,
        };
        List<SamplingRequest> requests =
        [
            .. Enumerable
                .Range(1, 4)
                .Select(i => SamplerSchedulingTests.Request(TinyModels.Ids((ulong)i, 9 * i), 10, 5, options, answers: i)),
        ];

        var answers = new Sampler(engine).Generate(requests);

        Assert.Equal(10, answers.Count);
        foreach (var answer in answers)
        {
            var prompt = answer.Request.Prompt;
            var rows = Logits(decoder, [.. prompt, .. answer.Ids]);
            for (var at = 0; at < answer.Ids.Length; at++)
            {
                var row = rows[prompt.Length + at - 1];
                var filtered = ReferenceDistribution.Of(row, options, prompt, answer.Ids[..at])[answer.Ids[at]];
                // Float32 logits of order 10 computed in another order.
                Assert.Equal(ReferenceDistribution.LogSoftmax(row, answer.Ids[at]), answer.UnfilteredLogProbabilities[at], 1e-4);
                Assert.Equal(Math.Log(filtered), answer.LogProbabilities[at], 1e-3);
            }
        }
    }

    [Fact]
    public void An_answer_does_not_depend_on_its_batch_and_a_seed_repeats_it()
    {
        using var decoder = new Decoder(Config, new Seed(1));
        IReadOnlyList<SampledAnswer> Run(int slots, ulong seed)
        {
            using var engine = new TorchDecodeEngine(decoder, new DecodeEngineOptions { Slots = slots });
            return new Sampler(engine).Generate([
                .. Enumerable
                    .Range(1, 9)
                    .Select(i =>
                        SamplerSchedulingTests.Request(
                            TinyModels.Ids((ulong)i, 2 + i),
                            8,
                            seed,
                            new SamplingOptions { TopP = 0.9, EndTokens = [0] },
                            firstStream: i
                        )
                    ),
            ]);
        }

        var whole = Run(64, 4);

        Assert.All(whole.Zip(Run(64, 4)), pair => Assert.Equal(pair.First.Ids, pair.Second.Ids));
        Assert.All(whole.Zip(Run(2, 4)), pair => Assert.Equal(pair.First.Ids, pair.Second.Ids));
        Assert.Contains(whole.Zip(Run(64, 5)), pair => !pair.First.Ids.SequenceEqual(pair.Second.Ids));
    }

    [Fact]
    public void Sampling_leaves_no_tensor_behind()
    {
        using var decoder = new Decoder(Config, new Seed(1));
        using var engine = new TorchDecodeEngine(decoder, new DecodeEngineOptions { Slots = 3, SequenceCapacity = 64 });
        var sampler = new Sampler(engine);
        void Run() =>
            sampler.Generate([
                SamplerSchedulingTests.Request(TinyModels.Ids(1, 30), 5, 1, answers: 4),
                SamplerSchedulingTests.Request(TinyModels.Ids(2, 9), 7, 2),
            ]);
        Run();
        var before = Tensor.TotalCount;

        Run();

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static float[][] Logits(Decoder decoder, int[] ids)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return
        [
            .. decoder.Logits(decoder.HiddenStates(PackedTokens.Of([ids]))).data<float>().ToArray().Chunk(decoder.Config.VocabularySize),
        ];
    }

    private static int[] Greedy(Decoder decoder, int[] prompt, int[] ends, int limit)
    {
        var ids = prompt.ToList();
        while (ids.Count < prompt.Length + limit)
        {
            var row = Logits(decoder, [.. ids])[^1];
            var next = Array.IndexOf(row, row.Max());
            if (ends.Contains(next))
            {
                break;
            }

            ids.Add(next);
        }

        return [.. ids.Skip(prompt.Length)];
    }
}
