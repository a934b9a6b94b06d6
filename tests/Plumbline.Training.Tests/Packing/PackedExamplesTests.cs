using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Functions;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Packing;

[NoTensorLeaks]
public sealed class PackedExamplesTests
{
    private static TokenizedExample Answer(int[] prompt, params int[] answer) =>
        new([.. prompt, .. answer], [.. prompt.Select(_ => false), .. answer.Select(_ => true)]);

    [Fact]
    public void What_a_group_begins_with_stands_once_and_its_answers_after_it()
    {
        using var model = new Decoder(TinyModels.Config, new Seed(1));
        int[] prompt = [5, 6, 7];

        // The second answer begins like the first: that token is common too.
        var packed = new PackedExamples(
            model,
            [
                [Answer(prompt, 8, 9), Answer(prompt, 8, 10, 11)],
                [Answer([1], 2)],
            ]
        );

        Assert.Equal([5, 6, 7, 8, 9, 10, 11, 1, 2], packed.Tokens.Ids);
        Assert.Equal(
            [new AttentionSpan(0, 4), new AttentionSpan(4, 1, 0, 4), new AttentionSpan(5, 2, 0, 4), new AttentionSpan(7, 2)],
            packed.Tokens.Spans
        );
        Assert.Equal([2, 3, 1], packed.Counts);
        Assert.Equal([4, 6, 8], packed.LastRows);
        Assert.Equal([0L, 0, 1, 1, 1, 2], packed.Owners);
    }

    [Fact]
    public void The_size_of_a_group_follows_the_formula()
    {
        using var model = new Decoder(TinyModels.Config, new Seed(1));
        var prompt = Enumerable.Range(0, 40).ToArray();
        TokenizedExample[] group = [.. Enumerable.Range(0, 8).Select(i => Answer(prompt, i, 1, 2, 3, 4))];

        var size = SharedBeginning.Size(model, group);

        // P + G·R against G·(P + R).
        Assert.Equal(new ExampleSize(40 + (8 * 5), 8 * 5), size);
        Assert.Equal(size.Computed, new PackedExamples(model, [group]).Tokens.Count);
        Assert.Equal(8 * 45, new PackedExamples(model, [group], share: false).Tokens.Count);
    }

    [Fact]
    public void Scores_and_gradients_with_shared_prompts_equal_those_without()
    {
        var random = new Seed(9).Source();
        TokenizedExample[][] groups =
        [
            .. new[] { 1, 2, 3, 5 }.Select(answers =>
            {
                var prompt = TinyModels.Ids(random, 3 + random.NextInt(30));
                return Enumerable.Range(0, answers).Select(_ => Answer(prompt, TinyModels.Ids(random, 1 + random.NextInt(12)))).ToArray();
            }),
        ];

        var (shared, sharedGradients) = Pass(groups, share: true);
        var (alone, gradients) = Pass(groups, share: false);

        Assert.All(shared.Zip(alone), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.All(sharedGradients.Zip(gradients), pair => Assert.True(Distance(pair.First, pair.Second) < 1e-6));
    }

    [Fact]
    public void Identical_answers_keep_a_token_of_their_own()
    {
        using var scope = NewDisposeScope();
        using var model = new Decoder(TinyModels.Config, new Seed(1));

        var packed = new PackedExamples(
            model,
            [
                [Answer([5, 6], 7), Answer([5, 6], 7)],
            ]
        );

        Assert.Equal([5, 6, 7, 7], packed.Tokens.Ids);
        var sums = packed.SumPerSequence(packed.Score(model).LogProbabilities);
        Assert.Equal(sums[0].item<float>(), sums[1].item<float>());
    }

    [Fact]
    public void Passes_keep_every_example_within_the_budget_but_one_that_exceeds_it_alone()
    {
        int[] sizes = [30, 10, 70, 20, 200, 40, 30];

        var passes = BatchPlan.Passes(sizes, size => size, 100);

        // First-fit decreasing: 200 alone; 70 + 30; 40 + 30 + 20 + 10.
        Assert.Equal(
            [
                [200],
                [30, 70],
                [10, 20, 40, 30],
            ],
            passes
        );
    }

    private static (float[] Sums, float[][] Gradients) Pass(TokenizedExample[][] groups, bool share)
    {
        using var scope = NewDisposeScope();
        using var model = new Decoder(TinyModels.Config, new Seed(1));
        var packed = new PackedExamples(model, groups, share);
        var sums = packed.SumPerSequence(packed.Score(model).LogProbabilities);
        sums.square().sum().Over(1000).backward();
        return (sums.data<float>().ToArray(), [.. model.Parameters.Select(parameter => parameter.Value.grad!.data<float>().ToArray())]);
    }

    private static double Distance(float[] one, float[] other) =>
        Math.Sqrt(one.Zip(other).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / one.Sum(value => Math.Pow(value, 2)));
}
