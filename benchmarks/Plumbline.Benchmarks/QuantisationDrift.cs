using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Torch.Kernels.Decoding;
using Plumbline.Torch.Optimization;
using static TorchSharp.torch;

namespace Plumbline.Benchmarks;

/// <summary>
/// How far packed weights move the log-probabilities of next tokens, on a small model trained for a moment on a random language: every token is followed by one of
/// eight, with falling probabilities.
/// </summary>
internal sealed class QuantisationDrift : IDisposable
{
    private const int Steps = 60;
    private const int Batch = 8;
    private const int Time = 128;
    private const double LearningRate = 2e-3;

    private static readonly DecoderConfig Config = new()
    {
        ModelType = "llama",
        VocabularySize = 512,
        HiddenSize = 256,
        IntermediateSize = 704,
        LayerCount = 4,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        HeadSize = 64,
    };

    private readonly Decoder decoder = new(Config, new Seed(7));
    private readonly int[][] successors;
    private readonly int[][] texts;
    private readonly double[] exact;

    internal QuantisationDrift()
    {
        var random = new Seed(8).Source();
        successors = [.. Enumerable.Range(0, Config.VocabularySize).Select(_ => Draws(random, 8))];
        Train(random);
        texts = [.. Enumerable.Range(0, Batch).Select(_ => Text(random))];
        exact = LogProbabilities(texts);
        MeanLogProbability = exact.Average();
    }

    /// <summary>What the trained model gives the tokens on average; −log 512 = −6.24 untrained.</summary>
    internal double MeanLogProbability { get; }

    /// <summary>Mean and largest difference of an engine's log-probabilities from the decoder's own in float32.</summary>
    internal (double Mean, double Largest) Measure(DecodeWeights weights)
    {
        var options = new KernelDecodeOptions
        {
            Slots = Batch,
            CacheTokens = Batch * Time,
            Weights = weights,
        };
        using var engine = new KernelDecodeEngine(decoder, options);
        int[] slots = [.. Enumerable.Range(0, Batch)];
        var differences = new List<double>();
        foreach (var slot in slots)
        {
            engine.Append(slot, texts[slot].AsSpan(0, 1));
        }

        for (var t = 1; t < Time - 1; t++)
        {
            var logits = engine.Step(slots, Array.ConvertAll(slots, slot => texts[slot][t]));
            foreach (var slot in slots)
            {
                var row = logits.Slice(slot * Config.VocabularySize, Config.VocabularySize);
                var logProbability = row[texts[slot][t + 1]] - TokenSelection.LogNormaliser(row);
                differences.Add(Math.Abs(logProbability - exact[(slot * (Time - 1)) + t]));
            }
        }

        return (differences.Average(), differences.Max());
    }

    /// <inheritdoc/>
    public void Dispose() => decoder.Dispose();

    private void Train(RandomSource random)
    {
        using var optimizer = new AdamW(
            decoder.Parameters.Select(parameter => new OptimizedParameter(parameter.Name, parameter.Value, parameter.Decays)),
            new AdamWOptions()
        );
        for (var step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            int[][] batch = [.. Enumerable.Range(0, Batch).Select(_ => Text(random))];
            (-Scores(batch).mean()).backward();
            optimizer.ClipGradients(1);
            optimizer.Apply(LearningRate);
            foreach (var parameter in decoder.Parameters)
            {
                using var gradient = parameter.Value.grad;
                gradient?.zero_();
            }
        }
    }

    private double[] LogProbabilities(int[][] batch)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        return Array.ConvertAll(Scores(batch).data<float>().ToArray(), value => (double)value);
    }

    // [batch · (time − 1)] log-probabilities of each token after the first.
    private Tensor Scores(int[][] batch)
    {
        var inputs = PackedTokens.Of([.. batch.Select(text => text[..^1])]);
        var targets = batch.SelectMany(text => text[1..]).Select(id => (long)id).ToArray();
        return decoder.LogProbabilities(decoder.HiddenStates(inputs), tensor(targets)).LogProbabilities;
    }

    private int[] Text(RandomSource random)
    {
        var text = new int[Time];
        text[0] = random.NextInt(Config.VocabularySize);
        for (var t = 1; t < Time; t++)
        {
            // Each successor is half as likely as the one before.
            var rank = 0;
            while (rank < 7 && random.NextBool(0.5))
            {
                rank++;
            }

            text[t] = successors[text[t - 1]][rank];
        }

        return text;
    }

    private static int[] Draws(RandomSource random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextInt(Config.VocabularySize))];
}
