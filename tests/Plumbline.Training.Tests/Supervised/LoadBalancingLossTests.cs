using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Supervised;

[NoTensorLeaks]
public sealed class LoadBalancingLossTests
{
    private static readonly DecoderConfig Config = TinyModels.Config with
    {
        ModelType = "mixtral",
        InitializerRange = 0.5,
        Experts = new ExpertOptions
        {
            Count = 4,
            PerToken = 2,
            IntermediateSize = 32,
            NormalizeWeights = true,
            AuxiliaryLossWeight = 0.5,
        },
    };

    [Fact]
    public void The_loss_is_the_one_computed_by_hand()
    {
        using var scope = NewDisposeScope();
        var routing = new RoutingRecord();
        // Two tokens, three experts, one each: f = (1/2, 1/2, 0), P = (0.55, 0.3, 0.15).
        routing.Add(
            tensor(
                new[,]
                {
                    { 0.8f, 0.1f, 0.1f },
                    { 0.3f, 0.5f, 0.2f },
                }
            ),
            tensor(new long[] { 0, 1 }).view(2, 1)
        );

        Assert.Equal(3 * ((0.5 * 0.55) + (0.5 * 0.3)), LoadBalancingLoss.Of(routing, 3).item<float>(), 1e-6);
    }

    [Fact]
    public void Even_routing_gives_the_number_of_experts_per_token_and_one_favourite_gives_more()
    {
        using var scope = NewDisposeScope();
        var (even, skewed) = (new RoutingRecord(), new RoutingRecord());
        even.Add(full([4, 4], 0.25f), tensor(new long[] { 0, 1, 2, 3, 0, 1, 2, 3 }).view(4, 2));
        skewed.Add(tensor(new[] { 0.7f, 0.1f, 0.1f, 0.1f }).expand(4, 4), tensor(new long[] { 0, 1, 0, 1, 0, 1, 0, 1 }).view(4, 2));

        Assert.Equal(2, LoadBalancingLoss.Of(even, 4).item<float>(), 1e-6);
        Assert.True(LoadBalancingLoss.Of(skewed, 4).item<float>() > 3);
    }

    [Fact]
    public void Supervised_learning_of_a_mixture_adds_the_loss_with_its_weight()
    {
        using var scope = NewDisposeScope();
        using var model = new Decoder(Config, new Seed(1));
        var examples = TinyModels.Examples(3);
        var weight = examples.Sum(example => (double)example.TargetCount);
        var routing = new RoutingRecord();
        var plain =
            -new PackedExamples(model, examples.Select(example => new[] { example })).Score(model, routing: routing).LogProbabilities.sum()
            / weight;
        var metrics = new MetricSums();

        var loss = new SupervisedObjective(model).Evaluate(examples, new StepNormalizer(weight, 3), metrics);

        var balance = LoadBalancingLoss.Of(routing, 4).item<float>();
        Assert.Equal(plain.item<float>() + (0.5 * balance), loss.item<float>(), 1e-5);
    }

    [Fact]
    public void A_mixture_trains_and_its_routing_becomes_more_even()
    {
        using var model = new Decoder(Config with { InitializerRange = 1 }, new Seed(2));
        var journal = new MemoryJournal();
        var options = new TrainingOptions
        {
            BatchSize = 8,
            Epochs = 30,
            LoggingSteps = 1,
            LearningRate = 5e-3,
        };

        new TrainingLoop<TokenizedExample>(new SupervisedObjective(model), TinyModels.Examples(16), options, new Seed(1), journal).Run();

        Assert.True(journal.Rows[^1].Values["aux_loss"] < journal.Rows[0].Values["aux_loss"]);
        Assert.True(journal.Rows[^1].Values["loss"] < journal.Rows[0].Values["loss"]);
    }

    [Fact]
    public void A_record_of_no_layer_is_refused() => Assert.Throws<ArgumentException>(() => LoadBalancingLoss.Of(new RoutingRecord(), 4));
}
