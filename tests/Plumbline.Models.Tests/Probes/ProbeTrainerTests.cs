using Plumbline.Findings;
using Plumbline.Models.Probes;
using Plumbline.Models.Probes.Training;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;

namespace Plumbline.Models.Tests.Probes;

[NoTensorLeaks]
public sealed class ProbeTrainerTests
{
    [Theory]
    [InlineData(ProbeFraming.Chat, ProbePooling.Mean)]
    [InlineData(ProbeFraming.Plain, ProbePooling.Mean)]
    [InlineData(ProbeFraming.Chat, ProbePooling.Last)]
    public async Task A_probe_tells_harmful_requests_that_it_never_saw_and_one_of_shuffled_labels_tells_nothing(
        ProbeFraming framing,
        ProbePooling pooling
    )
    {
        using var decoder = ProbeWorld.Decoder();
        using var reader = new HiddenStateReader(decoder, ProbeWorld.Encoder, "tiny");
        var options = ProbeWorld.Options with
        {
            Reading = new ProbeReading { Framing = framing, Pooling = pooling },
        };
        var (prompts, others) = (ProbeWorld.Prompts(heldOut: false, 100), ProbeWorld.Prompts(heldOut: true, 50));
        Assert.InRange(others.Count, 40, 100);
        Assert.Empty(prompts.Select(prompt => prompt.Text).Intersect(others.Select(prompt => prompt.Text)));

        var trained = await Train(reader, prompts, options);
        var shuffled = await Train(reader, Shuffled(prompts), options);

        Assert.InRange(await AreaOf(trained, reader, others), 0.9, 1);
        Assert.InRange(await AreaOf(shuffled, reader, others), 0.25, 0.75);
        Assert.Equal([1, 3], trained.Layers.Select(layer => layer.Layer));
        Assert.Equal(trained.Layers.MinBy(layer => layer.Loss)!.Layer, trained.Probe.Description.Layer);
        var label = Assert.Single(trained.Probe.Description.Labels);
        var tried = Assert.Single(trained.Layers.Single(layer => layer.Layer == trained.Probe.Description.Layer).Labels);
        Assert.Equal(prompts.Count, label.Positives + label.Negatives + tried.Scores.Count);
    }

    [Fact]
    public async Task The_same_texts_and_seed_give_the_same_bytes_and_another_seed_others()
    {
        using var folder = new TemporaryFolder();
        using var decoder = ProbeWorld.Decoder();
        using var reader = new HiddenStateReader(decoder, ProbeWorld.Encoder, "tiny");
        var prompts = ProbeWorld.Prompts(heldOut: false, 40);

        (await Train(reader, prompts, ProbeWorld.Options)).Probe.Save(folder.File("one"));
        (await Train(reader, prompts, ProbeWorld.Options)).Probe.Save(folder.File("two"));
        (await Train(reader, prompts, ProbeWorld.Options, seed: 4)).Probe.Save(folder.File("three"));

        Assert.Equal(await File.ReadAllBytesAsync(folder.File("one"), Stop), await File.ReadAllBytesAsync(folder.File("two"), Stop));
        Assert.NotEqual(await File.ReadAllBytesAsync(folder.File("one"), Stop), await File.ReadAllBytesAsync(folder.File("three"), Stop));
    }

    [Fact]
    public async Task The_detector_gives_validation_texts_the_scores_that_training_chose_by()
    {
        using var decoder = ProbeWorld.Decoder();
        using var reader = new HiddenStateReader(decoder, ProbeWorld.Encoder, "tiny");
        // Windows of eight tokens, so that most texts have several.
        var options = ProbeWorld.Options with
        {
            Reading = new ProbeReading { WindowTokens = 8, Overlap = 4 },
            ValidationShare = 0.5,
        };
        var prompts = ProbeWorld.Prompts(heldOut: false, 30);

        var trained = await Train(reader, prompts, options);

        var label = trained.Probe.Description.Labels[0];
        var tried = trained.Layers.Single(layer => layer.Layer == trained.Probe.Description.Layer).Labels[0];
        var detector = new HiddenStateProbeDetector(trained.Probe, reader, new HiddenStateProbeOptions { LeastScore = 0 });
        var validation = prompts
            .Where(prompt => new Seed(17).Derive("validation").Derive(prompt.Text).Value < 0.5 * ulong.MaxValue)
            .ToList();
        Assert.Equal(validation.Count, tried.Scores.Count);
        foreach (var (prompt, logOdds) in validation.Zip(tried.Scores))
        {
            var finding = Assert.Single(await detector.DetectAsync(Input(prompt.Text), Stop));
            Assert.Equal(1 / (1 + Math.Exp(-((label.Slope * logOdds) + label.Offset))), finding.Score, 1e-4);
        }
    }

    [Fact]
    public async Task What_cannot_be_learnt_is_refused_with_what_is_missing()
    {
        using var decoder = ProbeWorld.Decoder();
        using var reader = new HiddenStateReader(decoder, ProbeWorld.Encoder, "tiny");
        var prompts = ProbeWorld.Prompts(heldOut: false, 40);
        var none = prompts.Select(prompt => prompt with { Labels = new Dictionary<string, bool>() }).ToList();

        var few = await Assert.ThrowsAsync<InvalidInputException>(() => Train(reader, none, ProbeWorld.Options));
        var layer = await Assert.ThrowsAsync<InvalidInputException>(() =>
            Train(reader, prompts, ProbeWorld.Options with { Layers = [2, 7] })
        );
        var memory = await Assert.ThrowsAsync<InvalidInputException>(() =>
            Train(
                reader,
                [.. Enumerable.Range(0, 2000).Select(i => prompts[i % prompts.Count])],
                ProbeWorld.Options with
                {
                    Layers = [1, 2, 3],
                    MostMegabytes = 1,
                }
            )
        );
        var unlabelled = Assert.Throws<InvalidInputException>(() => new ProbeTrainer(reader, [], ProbeWorld.Options, new Seed(1)));
        var ranges = Assert.Throws<InvalidInputException>(() =>
            new ProbeTrainer(
                reader,
                ProbeWorld.Labels,
                new ProbeTrainingOptions
                {
                    L2 = [],
                    ValidationShare = 1,
                    Layers = [1, 1],
                },
                new Seed(1)
            )
        );

        Assert.Contains("The label harmful holds of 0", few.Message, StringComparison.Ordinal);
        Assert.Contains("block 7, and the model has 3", layer.Message, StringComparison.Ordinal);
        Assert.Contains("most_megabytes is 1", memory.Message, StringComparison.Ordinal);
        Assert.Contains("0 labels", unlabelled.Message, StringComparison.Ordinal);
        Assert.Contains("validation_share", ranges.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ProbeTrainer(reader, ProbeWorld.Labels, ProbeWorld.Options, new Seed(1)).TrainAsync(
                prompts,
                null,
                new CancellationToken(true)
            )
        );
    }

    [Theory]
    [InlineData(1, "1")]
    [InlineData(4, "1 2 3 4")]
    [InlineData(32, "5 10 16 21 26 32")]
    public void Without_a_choice_six_layers_are_spread_evenly(int count, string layers) =>
        Assert.Equal(layers, string.Join(' ', new ProbeTrainingOptions().LayersOf(count)));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static DetectorInput Input(string text) => new() { Part = GuardedPart.Prompt, Text = text };

    private static Task<TrainedProbe> Train(
        HiddenStateReader reader,
        IReadOnlyList<ProbeExample> examples,
        ProbeTrainingOptions options,
        ulong seed = 17
    ) => new ProbeTrainer(reader, ProbeWorld.Labels, options, new Seed(seed)).TrainAsync(examples, null, Stop);

    private static async Task<double> AreaOf(TrainedProbe trained, HiddenStateReader reader, IReadOnlyList<ProbeExample> others)
    {
        var detector = new HiddenStateProbeDetector(trained.Probe, reader, new HiddenStateProbeOptions { LeastScore = 0 });
        var scores = new List<double>();
        foreach (var other in others)
        {
            scores.Add((await detector.DetectAsync(Input(other.Text), Stop)).Single().Score);
        }

        return ProbeWorld.Area(scores, [.. others.Select(other => other.Labels[ProbeWorld.Label])]);
    }

    private static List<ProbeExample> Shuffled(IReadOnlyList<ProbeExample> examples)
    {
        var labels = examples.Select(example => example.Labels).ToArray();
        new Seed(6).Source().Shuffle(labels.AsSpan());
        return [.. examples.Select((example, i) => example with { Labels = labels[i] })];
    }
}
