using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Torch.Kernels.Decoding;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Benchmarks;

/// <summary>
/// Sampled tokens per second after a prompt that is cached already: our decode kernels against the usual TorchSharp code (float32, cache allocated once, top-p
/// by sorting), and against decoding without a cache.
/// </summary>
internal static class DecodeBenchmark
{
    private const int Prompt = 128;
    private const int NewTokens = 64;
    private const int LongAnswer = 256;
    private const double TopP = 0.95;
    private const long BeyondAnyCache = 512L << 20;

    // Without a cache one answer takes minutes: every eighth of its steps is timed.
    private const int NoCacheStride = 8;

    /// <summary>30.9 million parameters, of which 26.7 million are in matrix multiplies.</summary>
    private static readonly DecoderConfig Config = new()
    {
        ModelType = "llama",
        VocabularySize = 8192,
        HiddenSize = 512,
        IntermediateSize = 1408,
        LayerCount = 8,
        HeadCount = 8,
        KeyValueHeadCount = 2,
        HeadSize = 64,
    };

    internal static BenchmarkReport Run(int runs)
    {
        using var decoder = new Decoder(Config, new Seed(1));
        var eager = new EagerDecoder(decoder, ScalarType.Float32, Prompt + LongAnswer);
        var threads = get_num_threads();
        var cases = new List<BenchmarkCase>();
        // The whole takes minutes: each figure shows as soon as it stands.
        void Add(IEnumerable<BenchmarkCase> found)
        {
            foreach (var row in found)
            {
                Console.Error.WriteLine(row.ToText());
                cases.Add(row);
            }
        }

        foreach (var batch in new[] { 1, 8, 32, 64 })
        {
            using var scope = NewDisposeScope();
            using var bf16 = new Ours(decoder, batch, DecodeWeights.BFloat16, threads);
            using var int8 = new Ours(decoder, batch, DecodeWeights.Int8, threads);
            var theirs = new Theirs(eager, batch);
            Add(
                batch switch
                {
                    1 => AgainstBandwidth(bf16, int8, theirs, threads, runs),
                    64 => AgainstMultiply(bf16, int8, theirs, threads, runs),
                    _ => Cases(batch, Interleaved.Medians(runs, bf16.Run, int8.Run, theirs.Run), null, null, runs),
                }
            );
            if (batch == 1)
            {
                Add(Repacking(bf16, int8, runs));
                Add([AgainstNoCache(decoder, eager, threads, runs)]);
            }
        }

        Add(Drift());
        return new BenchmarkReport("decode", "tokens/s, prompt 128, 64 new tokens, top-p 0.95, 31M Llama-style, vocabulary 8192", cases);
    }

    // At batch 1 every weight is read for every token. The weights of this model may fit into the last-level cache: the limit is the faster one of reading a
    // buffer larger than any cache and reading one of the weights' size.
    private static IEnumerable<BenchmarkCase> AgainstBandwidth(Ours bf16, Ours int8, Theirs theirs, int threads, int runs)
    {
        using var memory = new MachineLimits.Reading(BeyondAnyCache);
        using var asWeights = new MachineLimits.Reading(bf16.WeightBytes);
        using var asInt8 = new MachineLimits.Reading(int8.WeightBytes);
        const int repeats = 16;
        void Repeat(MachineLimits.Reading reading)
        {
            for (var i = 0; i < repeats; i++)
            {
                reading.Run(threads);
            }
        }

        var seconds = Interleaved.Medians(
            runs,
            bf16.Run,
            int8.Run,
            theirs.Run,
            () => memory.Run(threads),
            () => Repeat(asWeights),
            () => Repeat(asInt8)
        );
        var fromMemory = memory.Bytes / seconds[3];
        var (asBf16Rate, asInt8Rate) = (repeats * asWeights.Bytes / seconds[4], repeats * asInt8.Bytes / seconds[5]);
        double Share(Ours ours, double time, double asWeightsRate) =>
            ours.WeightBytes * NewTokens / time / Math.Max(fromMemory, asWeightsRate);
        return
        [
            .. Cases(1, seconds, Share(bf16, seconds[0], asBf16Rate), Share(int8, seconds[1], asInt8Rate), runs),
            Figure("reading 512 MiB, GB/s", fromMemory / 1e9, runs),
            Figure($"reading {bf16.WeightBytes >> 20} MiB as the bf16 weights, GB/s", asBf16Rate / 1e9, runs),
            Figure($"reading {int8.WeightBytes >> 20} MiB as the int8 weights, GB/s", asInt8Rate / 1e9, runs),
            Figure("bf16 weights over the memory limit alone", bf16.WeightBytes * NewTokens / seconds[0] / fromMemory, runs),
        ];
    }

    private static IEnumerable<BenchmarkCase> AgainstMultiply(Ours bf16, Ours int8, Theirs theirs, int threads, int runs)
    {
        var ceiling = new MatrixMultiplyCeiling(Config, bf16.Batch, ScalarType.BFloat16);
        var seconds = Interleaved.Medians(runs, bf16.Run, int8.Run, theirs.Run, ceiling.Run, () => MachineLimits.MultiplyAdd(threads));
        var flops = 2.0 * Config.MatrixParameterCount * bf16.Batch * NewTokens;
        var (limit, peak) = (ceiling.Flops / seconds[3], MachineLimits.MultiplyAddFlops * threads / seconds[4]);
        return
        [
            .. Cases(bf16.Batch, seconds, flops / seconds[0] / limit, flops / seconds[1] / limit, runs),
            Figure("libtorch bf16 multiply of 64 rows, GFLOP/s", limit / 1e9, runs),
            Figure("fp32 multiply-add in registers, GFLOP/s", peak / 1e9, runs),
            Figure("batch 64, bf16 over the fp32 multiply-add limit", flops / seconds[0] / peak, runs),
        ];
    }

    private static IEnumerable<BenchmarkCase> Cases(int batch, double[] seconds, double? bf16Share, double? int8Share, int runs)
    {
        double Rate(int i) => batch * NewTokens / seconds[i];
        return
        [
            new($"batch {batch}, bf16 against eager static cache", Rate(0), Rate(2), seconds[2] / seconds[0], bf16Share, runs),
            new($"batch {batch}, int8 against eager static cache", Rate(1), Rate(2), seconds[2] / seconds[1], int8Share, runs),
        ];
    }

    private static IEnumerable<BenchmarkCase> Repacking(Ours bf16, Ours int8, int runs)
    {
        var seconds = Interleaved.Medians(runs, bf16.Refresh, int8.Refresh);
        return
        [
            Figure($"repacking {bf16.WeightBytes >> 20} MiB after an update, bf16, ms", seconds[0] * 1e3, runs),
            Figure($"repacking {int8.WeightBytes >> 20} MiB after an update, int8, ms", seconds[1] * 1e3, runs),
        ];
    }

    private static BenchmarkCase AgainstNoCache(Decoder decoder, EagerDecoder eager, int threads, int runs)
    {
        using var ours = new Ours(decoder, 1, DecodeWeights.BFloat16, threads);
        var seconds = Interleaved.Medians(
            runs,
            () => ours.Generate(LongAnswer),
            () =>
            {
                for (var length = Prompt; length < Prompt + LongAnswer; length += NoCacheStride)
                {
                    using var scope = NewDisposeScope();
                    Theirs.Sample(eager.NextLogits(randint(0, Config.VocabularySize, [1, length])));
                }
            }
        );
        var theirs = seconds[1] * NoCacheStride;
        return new("256 tokens, batch 1, against no cache", LongAnswer / seconds[0], LongAnswer / theirs, theirs / seconds[0], null, runs);
    }

    private static IEnumerable<BenchmarkCase> Drift()
    {
        using var drift = new QuantisationDrift();
        var (bf16, int8) = (drift.Measure(DecodeWeights.BFloat16), drift.Measure(DecodeWeights.Int8));
        return
        [
            Figure("trained 3M model: mean log-prob of a token", drift.MeanLogProbability, 1),
            Figure("its |log-prob − fp32|, bf16, mean", bf16.Mean, 1),
            Figure("its |log-prob − fp32|, bf16, largest", bf16.Largest, 1),
            Figure("its |log-prob − fp32|, int8, mean", int8.Mean, 1),
            Figure("its |log-prob − fp32|, int8, largest", int8.Largest, 1),
        ];
    }

    private static BenchmarkCase Figure(string name, double value, int runs) => new(name, value, null, null, null, runs);

    // Prompts lie in the first half of the slots; a run forks them into the second half and forgets those.
    private sealed class Ours : IDisposable
    {
        private readonly KernelDecodeEngine engine;
        private readonly RandomSource random = new Seed(2).Source();
        private readonly float[][] weights;
        private readonly float[][] scratch;
        private readonly RandomSource[] streams;
        private readonly int threads;
        private readonly int[] slots;
        private readonly int[] tokens;

        internal Ours(Decoder decoder, int batch, DecodeWeights kind, int threads)
        {
            var options = new KernelDecodeOptions
            {
                Slots = 2 * batch,
                CacheTokens = (2 * batch * (Prompt + LongAnswer)) + 16,
                Weights = kind,
                Threads = threads,
            };
            engine = new KernelDecodeEngine(decoder, options);
            this.threads = threads;
            weights = [.. Enumerable.Range(0, threads).Select(_ => new float[Config.VocabularySize])];
            scratch = [.. Enumerable.Range(0, threads).Select(_ => new float[TokenSelection.ScratchLength(Config.VocabularySize)])];
            streams = [.. Enumerable.Range(0, batch).Select(row => new Seed(3).Derive("row", row).Source())];
            slots = [.. Enumerable.Range(batch, batch)];
            tokens = new int[batch];
            FillPrompts();
        }

        internal int Batch => slots.Length;

        internal long WeightBytes => engine.WeightBytes;

        internal void Run() => Generate(NewTokens);

        internal void Generate(int count)
        {
            foreach (var slot in slots)
            {
                engine.Fork(slot - Batch, slot);
            }

            for (var step = 0; step < count; step++)
            {
                Sample(engine.Step(slots, tokens));
            }

            foreach (var slot in slots)
            {
                engine.Release(slot);
            }
        }

        // Nothing is decoded after it: the prompts are gone.
        internal void Refresh()
        {
            for (var slot = 0; slot < Batch; slot++)
            {
                engine.Release(slot);
            }

            engine.Refresh();
        }

        public void Dispose() => engine.Dispose();

        private void FillPrompts()
        {
            for (var slot = 0; slot < Batch; slot++)
            {
                engine.Append(slot, Array.ConvertAll(new int[Prompt], _ => random.NextInt(Config.VocabularySize)));
            }
        }

        // As the sampler does: rows on several threads where there are enough of them.
        private unsafe void Sample(Span<float> logits)
        {
            var parts = Math.Clamp(Batch * Config.VocabularySize / 16_384, 1, threads);
            fixed (float* start = logits)
            {
                var address = (nint)start;
                if (parts == 1)
                {
                    SamplePart(address, 0, 1);
                }
                else
                {
                    Parallel.For(0, parts, part => SamplePart(address, part, parts));
                }
            }
        }

        private unsafe void SamplePart(nint logits, int part, int parts)
        {
            for (var row = Batch * part / parts; row < Batch * (part + 1) / parts; row++)
            {
                var scores = new ReadOnlySpan<float>((float*)logits + ((long)row * Config.VocabularySize), Config.VocabularySize);
                var filtered = TokenSelection.Filter(scores, new TokenFilter(1, TopP: TopP), weights[part], scratch[part]);
                tokens[row] = TokenSelection.Draw(weights[part], filtered, streams[row].NextDouble());
            }
        }
    }

    // As it is usually written; the prompt is in the cache.
    private sealed class Theirs
    {
        private readonly EagerDecoder eager;
        private readonly StaticCache cache;
        private readonly Tensor first;

        internal Theirs(EagerDecoder eager, int batch)
        {
            this.eager = eager;
            cache = new StaticCache(Config, batch, Prompt + NewTokens);
            first = randint(0, Config.VocabularySize, [batch, 1]);
            using var scope = NewDisposeScope();
            eager.NextLogits(randint(0, Config.VocabularySize, [batch, Prompt]), cache);
        }

        internal void Run()
        {
            cache.CutTo(Prompt);
            using var all = NewDisposeScope();
            var token = first;
            for (var step = 0; step < NewTokens; step++)
            {
                using var scope = NewDisposeScope();
                token = Sample(eager.NextLogits(token, cache)).MoveToOuterDisposeScope();
            }
        }

        internal static Tensor Sample(Tensor logits)
        {
            var (sorted, order) = logits.sort(-1, descending: true);
            var probabilities = F.softmax(sorted, -1);
            var before = probabilities.cumsum(-1) - probabilities;
            var drawn = probabilities.masked_fill(before.ge(TopP), 0).multinomial(1);
            return order.gather(-1, drawn);
        }
    }
}
