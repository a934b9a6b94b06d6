using Plumbline.Models.Generation;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Architectures;

/// <summary>
/// Every architecture against tiny models that an independent implementation made (Reference/reference_models.py, float64): its config, its names, its
/// weights in bf16, and the logits it must give.
/// </summary>
[NoTensorLeaks]
public sealed class ReferenceModelTests
{
    private const int VocabularySize = 40;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Architectures", "Reference");

    public static TheoryData<string> Cases =>
        [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_agree_with_the_reference_to_1e_4(string model)
    {
        using var scope = NewDisposeScope();
        using var decoder = ModelFolder.Load(Path.Combine(Folder, model));

        AssertAgrees(decoder, Expected(model));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_with_a_cache_agree_with_the_reference_to_1e_4(string model)
    {
        using var scope = NewDisposeScope();
        using var decoder = ModelFolder.Load(Path.Combine(Folder, model));
        using var engine = new TorchDecodeEngine(decoder, new DecodeEngineOptions { Slots = 3 });

        DecodeAll(engine, decoder.Config, Expected(model));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_of_the_decode_kernels_agree_with_the_reference_to_1e_4(string model)
    {
        using var scope = NewDisposeScope();
        using var decoder = ModelFolder.Load(Path.Combine(Folder, model));
        if (!KernelDecodeEngine.Supports(decoder.Config, out var reason))
        {
            Assert.True(decoder.Config.Experts is not null || decoder.Config.RopeScaling is DynamicRopeScaling or LongRopeScaling, reason);
            return;
        }

        // The reference's weights are bf16 numbers, so that packing loses nothing.
        var options = new KernelDecodeOptions
        {
            Slots = 3,
            CacheTokens = 96,
            Threads = 2,
        };
        using var engine = new KernelDecodeEngine(decoder, options);

        DecodeAll(engine, decoder.Config, Expected(model));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_model_written_and_read_back_is_the_same_to_the_bit(string model)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var decoder = ModelFolder.Load(Path.Combine(Folder, model));

        ModelFolder.Save(folder.Path, decoder);
        using var read = ModelFolder.Load(folder.Path);

        Assert.Equal(Described(decoder.Config), Described(read.Config));
        Assert.All(decoder.Parameters.Zip(read.Parameters), pair => Assert.True(pair.First.Value.Equals(pair.Second.Value)));
        AssertAgrees(read, Expected(model));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Under_bf16_autocast_logits_stay_within_rounding_and_every_parameter_gets_a_float32_gradient(string model)
    {
        using var scope = NewDisposeScope();
        using var decoder = ModelFolder.Load(Path.Combine(Folder, model));
        using var autocast = Autocast.To(ScalarType.BFloat16);
        var (ids, wanted) = Expected(model)[0];
        var tokens = PackedTokens.Of([ids]);

        var hidden = decoder.HiddenStates(tokens);
        var difference = (decoder.Logits(hidden).to(ScalarType.Float32) - wanted).norm() / wanted.norm();
        decoder.LogProbabilities(hidden, tensor(Array.ConvertAll(ids, id => (long)id))).LogProbabilities.sum().backward();

        // 2^-8 per rounding, some twenty of them in a row; a mixture may choose another expert where two are nearly even.
        var tolerance = decoder.Config.Experts is null ? 0.05 : 0.3;
        Assert.True(difference.item<float>() < tolerance, $"relative difference {difference.item<float>()}");
        Assert.All(decoder.Parameters, parameter => Assert.Equal(ScalarType.Float32, parameter.Value.grad!.dtype));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_parameter_has_a_gradient_that_agrees_with_finite_differences(string model)
    {
        using var scope = NewDisposeScope();
        var config = ConfigJson.Read(Path.Combine(Folder, model, "config.json"));
        using var decoder = new Decoder(config with { InitializerRange = 0.4 }, new Randomness.Seed(3), ScalarType.Float64);
        var tokens = PackedTokens.Of([
            [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8],
            [9, 7, 9],
        ]);
        var targets = tensor(new long[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 });
        Tensor Loss() => -decoder.LogProbabilities(decoder.HiddenStates(tokens), targets).LogProbabilities.sum();

        Loss().backward();

        var random = new Randomness.Seed(6).Source();
        foreach (var parameter in decoder.Parameters)
        {
            using var noGradients = no_grad();
            var flat = parameter.Value.view(-1);
            var index = random.NextInt((int)flat.shape[0]);
            var gradient = parameter.Value.grad!.view(-1)[index].item<double>();
            double At(double delta)
            {
                flat[index] += delta;
                var loss = Loss().item<double>();
                flat[index] -= delta;
                return loss;
            }

            const double Step = 1e-6;
            var slope = (At(Step) - At(-Step)) / (2 * Step);
            Assert.True(
                Math.Abs(slope - gradient) < 1e-5 * Math.Max(1, Math.Abs(slope)),
                $"{parameter.Name}[{index}]: {gradient} against {slope}"
            );
        }
    }

    private static List<(int[] Ids, Tensor Logits)> Expected(string model)
    {
        using var file = SafetensorsFile.Open(Path.Combine(Folder, model, "expected.safetensors"));
        var count = file.Entries.Count / 2;
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => (Array.ConvertAll(file.Load($"ids.{i}").data<long>().ToArray(), id => (int)id), file.Load($"logits.{i}"))),
        ];
    }

    // Prompts in two chunks, then all sequences step by step together, beyond the widest window.
    private static void DecodeAll(IDecodeEngine engine, DecoderConfig config, List<(int[] Ids, Tensor Logits)> expected)
    {
        // The angles of these depend on the whole sequence's length, which a cache cannot know before its end.
        var whole = config.RopeScaling is DynamicRopeScaling or LongRopeScaling;
        var at = new int[expected.Count];
        for (var i = 0; i < expected.Count; i++)
        {
            var ids = expected[i].Ids;
            int[] ends = whole ? [ids.Length] : [.. new[] { ids.Length / 5, ids.Length / 3, Math.Max(1, ids.Length / 3) }.Distinct()];
            foreach (var end in ends.Where(end => end > at[i]))
            {
                AssertRow(engine.Append(i, ids.AsSpan(at[i]..end)), expected[i].Logits[end - 1]);
                at[i] = end;
            }
        }

        for (; ; )
        {
            int[] open = [.. Enumerable.Range(0, expected.Count).Where(i => at[i] < expected[i].Ids.Length)];
            if (open.Length == 0)
            {
                return;
            }

            var rows = engine.Step(open, Array.ConvertAll(open, i => expected[i].Ids[at[i]]));
            for (var row = 0; row < open.Length; row++)
            {
                AssertRow(rows.Slice(row * VocabularySize, VocabularySize), expected[open[row]].Logits[at[open[row]]++]);
            }
        }
    }

    private static void AssertRow(Span<float> actual, Tensor wanted)
    {
        var expected = wanted.data<float>().ToArray();
        var scale = expected.Max(Math.Abs);
        for (var id = 0; id < expected.Length; id++)
        {
            Assert.Equal(expected[id], actual[id], 1e-4 * scale);
        }
    }

    // All sequences in one pack, so that shorter ones are filled up inside attention.
    private static void AssertAgrees(Decoder decoder, List<(int[] Ids, Tensor Logits)> expected)
    {
        var logits = decoder.Logits(decoder.HiddenStates(PackedTokens.Of([.. expected.Select(one => one.Ids)])));
        var rows = logits.split([.. expected.Select(one => (long)one.Ids.Length)]);
        foreach (var (actual, (_, wanted)) in rows.Zip(expected))
        {
            var difference = (actual - wanted).abs().max().item<float>() / wanted.abs().max().item<float>();
            Assert.True(difference < 1e-4, $"relative difference {difference}");
        }
    }

    private static string Described(DecoderConfig config) =>
        string.Join(
            "\n",
            typeof(DecoderConfig)
                .GetProperties()
                .Select(property =>
                    $"{property.Name} = {(property.GetValue(config) is System.Collections.IEnumerable many and not string ? string.Join(",", many.Cast<object>()) : property.GetValue(config) is LongRopeScaling longRope ? $"{string.Join(",", longRope.ShortFactors)} {string.Join(",", longRope.LongFactors)} {longRope.Factor}" : property.GetValue(config))}"
                )
        );
}
