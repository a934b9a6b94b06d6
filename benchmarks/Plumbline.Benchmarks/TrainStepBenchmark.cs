using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;

namespace Plumbline.Benchmarks;

internal static class TrainStepBenchmark
{
    private const int Batch = 4;
    private const int Time = 512;

    internal static readonly DecoderConfig Config = new()
    {
        ModelType = "llama",
        VocabularySize = 8192,
        HiddenSize = 384,
        IntermediateSize = 1024,
        LayerCount = 8,
        HeadCount = 6,
        KeyValueHeadCount = 2,
        HeadSize = 64,
    };

    internal static BenchmarkReport Run(int runs)
    {
        using var decoder = new Decoder(Config, new Seed(1));
        var eager32 = new EagerDecoder(decoder, ScalarType.Float32, Time);
        var eager16 = new EagerDecoder(decoder, ScalarType.BFloat16, Time);
        using var ids = randint(0, Config.VocabularySize, [Batch, Time]);
        using var targets = randint(0, Config.VocabularySize, [Batch, Time]);
        var packed = new PackedTokens([.. ids.data<long>().Select(id => (int)id)], [.. Enumerable.Repeat(Time, Batch)]);
        var flops = Config.TrainingFlops(packed.Lengths);

        void Ours(bool half)
        {
            using var scope = NewDisposeScope();
            using var autocast = half ? Autocast.To(ScalarType.BFloat16) : null;
            var logProbabilities = decoder.LogProbabilities(decoder.HiddenStates(packed), targets.view(-1)).LogProbabilities;
            (-logProbabilities.mean()).backward();
            foreach (var parameter in decoder.Parameters)
            {
                using var gradient = parameter.Value.grad;
                gradient?.zero_();
            }
        }

        void Theirs(EagerDecoder eager)
        {
            using var scope = NewDisposeScope();
            eager.Loss(ids, targets).backward();
            eager.ZeroGradients();
        }

        var ceiling16 = new MatrixMultiplyCeiling(Config, Batch * Time, ScalarType.BFloat16);
        var ceiling32 = new MatrixMultiplyCeiling(Config, Batch * Time, ScalarType.Float32);
        var seconds = Interleaved.Medians(
            runs,
            () => Ours(true),
            () => Ours(false),
            () => Theirs(eager16),
            () => Theirs(eager32),
            ceiling16.Run,
            ceiling32.Run
        );
        double Rate(int i) => flops / seconds[i] / 1e9;
        var (limit16, limit32) = (ceiling16.Flops / seconds[4] / 1e9, ceiling32.Flops / seconds[5] / 1e9);
        return new BenchmarkReport(
            "train-step",
            "GFLOP/s",
            [
                new("bf16 against eager bf16", Rate(0), Rate(2), seconds[2] / seconds[0], Rate(0) / limit16, runs),
                new("bf16 against eager fp32", Rate(0), Rate(3), seconds[3] / seconds[0], Rate(0) / limit16, runs),
                new("fp32 against eager fp32", Rate(1), Rate(3), seconds[3] / seconds[1], Rate(1) / limit32, runs),
                new("matrix multiply, bf16 (the limit)", limit16, null, null, 1, runs),
                new("matrix multiply, fp32 (the limit)", limit32, null, null, 1, runs),
            ]
        );
    }
}
