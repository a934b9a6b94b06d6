using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Generation;

[NoTensorLeaks]
public sealed class TextGeneratorTests
{
    private static readonly DecoderConfig Config = TinyModels.Config("llama") with { InitializerRange = 0.3 };

    [Fact]
    public void Greedy_answers_of_a_mixed_batch_equal_those_computed_without_a_cache()
    {
        using var decoder = new Decoder(Config, new Seed(1));
        int[][] prompts = [TinyModels.Ids(1, 3), TinyModels.Ids(2, 11), TinyModels.Ids(3, 1), TinyModels.Ids(4, 100)];
        var options = new GenerationOptions { Temperature = 0, MaxNewTokens = 12 };

        var answers = new TextGenerator(decoder).Generate(prompts, [5, 6], options, new Seed(2));

        Assert.All(prompts.Zip(answers), pair => Assert.Equal(Greedy(decoder, pair.First, [5, 6], 12), pair.Second.Ids));
    }

    [Fact]
    public void An_answer_stops_at_any_of_the_end_tokens_and_says_so()
    {
        using var decoder = new Decoder(Config, new Seed(1));
        int[][] prompts = [.. Enumerable.Range(1, 20).Select(i => TinyModels.Ids((ulong)i, 4))];
        int[] ends = [.. Enumerable.Range(0, 32)];

        var answers = new TextGenerator(decoder).Generate(prompts, ends, new GenerationOptions { MaxNewTokens = 6 }, new Seed(3));

        Assert.All(answers, answer => Assert.DoesNotContain(answer.Ids, id => id < 32));
        Assert.All(answers, answer => Assert.Equal(answer.Ended, answer.Ids.Length < 6));
        Assert.Contains(answers, answer => answer.Ended);
    }

    [Fact]
    public void An_answer_does_not_depend_on_its_batch_and_a_seed_repeats_it()
    {
        using var decoder = new Decoder(Config, new Seed(1));
        int[][] prompts = [.. Enumerable.Range(1, 9).Select(i => TinyModels.Ids((ulong)i, 2 + i))];
        var generator = new TextGenerator(decoder);
        IReadOnlyList<GeneratedTokens> Run(int batch, ulong seed) =>
            generator.Generate(
                prompts,
                [0],
                new GenerationOptions
                {
                    MaxNewTokens = 8,
                    BatchSize = batch,
                    TopP = 0.9,
                },
                new Seed(seed)
            );

        var whole = Run(64, 4);

        Assert.All(whole.Zip(Run(64, 4)), pair => Assert.Equal(pair.First.Ids, pair.Second.Ids));
        Assert.All(whole.Zip(Run(2, 4)), pair => Assert.Equal(pair.First.Ids, pair.Second.Ids));
        Assert.Contains(whole.Zip(Run(64, 5)), pair => !pair.First.Ids.SequenceEqual(pair.Second.Ids));
    }

    [Fact]
    public void Generation_leaves_no_tensor_behind()
    {
        using var decoder = new Decoder(Config, new Seed(1));
        var generator = new TextGenerator(decoder);
        void Run() =>
            generator.Generate([TinyModels.Ids(1, 5), TinyModels.Ids(2, 9)], [0], new GenerationOptions { MaxNewTokens = 5 }, new Seed(1));
        Run();
        var before = Tensor.TotalCount;

        Run();

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Options_out_of_range_and_empty_prompts_are_refused_by_name()
    {
        using var decoder = new Decoder(Config, new Seed(1));
        var generator = new TextGenerator(decoder);

        Assert.Contains(
            "top_p",
            Assert
                .Throws<InvalidInputException>(() =>
                    generator.Generate(
                        [
                            [1],
                        ],
                        [0],
                        new GenerationOptions { TopP = 0 },
                        new Seed(1)
                    )
                )
                .Message
        );
        Assert.Throws<InvalidInputException>(() =>
            generator.Generate(
                [
                    [],
                ],
                [0],
                new GenerationOptions(),
                new Seed(1)
            )
        );
    }

    private static int[] Greedy(Decoder decoder, int[] prompt, int[] ends, int limit)
    {
        using var noGradients = no_grad();
        var ids = prompt.ToList();
        while (ids.Count < prompt.Length + limit)
        {
            using var scope = NewDisposeScope();
            var next = (int)
                decoder
                    .Logits(
                        decoder.HiddenStates(
                            PackedTokens.Of([
                                [.. ids],
                            ])
                        )
                    )[-1]
                    .argmax()
                    .item<long>();
            if (ends.Contains(next))
            {
                break;
            }

            ids.Add(next);
        }

        return [.. ids.Skip(prompt.Length)];
    }
}
