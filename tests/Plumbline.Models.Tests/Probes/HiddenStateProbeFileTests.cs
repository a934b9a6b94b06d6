using Plumbline.Models.Probes;
using Plumbline.Models.Probes.Training;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Probes;

[NoTensorLeaks]
public sealed class HiddenStateProbeFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_probe_that_is_read_back_is_the_same_and_writes_the_same_bytes()
    {
        var probe = Probe();
        probe.Save(folder.File("probe"));

        var read = HiddenStateProbe.Load(folder.File("probe"));
        read.Save(folder.File("again"));

        Assert.Equal(probe.Hash, read.Hash);
        Assert.Equal(probe.Description.ToJson(), read.Description.ToJson());
        Assert.Equal(probe.LogOdds(1, [1, 2, 3]), read.LogOdds(1, [1, 2, 3]));
        Assert.Equal(File.ReadAllBytes(folder.File("probe")), File.ReadAllBytes(folder.File("again")));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.partial"));
    }

    [Fact]
    public void Log_odds_are_the_bias_and_the_weighted_standardised_states()
    {
        var probe = Probe();

        // 0.25 + 2·(1 − 1)/2 − 1·(4 − 0)/4 + 0.5·(3 − 1)/1
        Assert.Equal(0.25, probe.LogOdds(0, [1, 4, 3]), 1e-12);
        // 1 / (1 + e^−(2·0.25 − 0.5))
        Assert.Equal(0.5, probe.Probability(0, 0.25), 1e-12);
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":2", "format 2")]
    [InlineData("\"layer\":2", "\"layer\":0", "layer is 0")]
    [InlineData("\"hazard\":\"S2\"", "\"hazard\":\"S99\"", "S99")]
    [InlineData("\"name\":\"b\"", "\"name\":\"a\"", "two labels")]
    [InlineData("\"slope\":2", "\"slope\":-2", "slope")]
    [InlineData("\"layer\":2", "\"layer\":2,\"colour\":1", "colour")]
    [InlineData("\"pooling\":\"mean\"", "\"pooling\":\"most\"", "pooling")]
    [InlineData("\"window_tokens\":256", "\"window_tokens\":1", "window_tokens")]
    [InlineData("\"seed\":7", "\"seed\":null", "seed")]
    [InlineData("\"model\":\"aa", "\"model\":\"zz", "model is")]
    public void A_description_that_is_no_probe_s_is_refused(string from, string to, string problem)
    {
        var json = Probe().Description.ToJson();
        Assert.Contains(from, json, StringComparison.Ordinal);
        Write(json.Replace(from, to, StringComparison.Ordinal), Good());

        Refused(problem);
    }

    [Fact]
    public void Tensors_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        var json = Probe().Description.ToJson();

        Write(json, [.. Good().Where(one => one.Name != "bias")]);
        Refused("no tensor bias");
        Write(json, [.. Good().Where(one => one.Name != "mean")]);
        Refused("the mean is missing");
        Write(json, [.. Good(), ("other", zeros(1))]);
        Refused("a tensor other");
        Write(json, [.. Good().Select(one => one.Name == "weight" ? (one.Name, one.Tensor.to(ScalarType.Float32)) : one)]);
        Refused("weight is F32");
        Write(json, [.. Good().Select(one => one.Name == "scale" ? (one.Name, one.Tensor * 0) : one)]);
        Refused("a scale is not above 0");
        Write(json, [.. Good().Select(one => one.Name == "bias" ? (one.Name, one.Tensor / 0) : one)]);
        Refused("bias holds something that is no number");
        SafetensorsWriter.Write(folder.File("probe"), Good());
        Refused("plumbline_probe");
        File.Delete(folder.File("probe"));
        Assert.Throws<InvalidInputException>(() => HiddenStateProbe.Load(folder.File("probe")));
    }

    [Fact]
    public void Damaged_files_are_refused_and_never_crash()
    {
        Probe().Save(folder.File("good"));
        var path = folder.File("probe");

        ByteFuzzer.Run(
            [File.ReadAllBytes(folder.File("good"))],
            1500,
            new Seed(3),
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                _ = HiddenStateProbe.Load(path).LogOdds(0, new float[HiddenStateProbe.Load(path).HiddenSize]);
            }
        );
    }

    private void Refused(string problem)
    {
        var refused = Assert.Throws<InvalidInputException>(() => HiddenStateProbe.Load(folder.File("probe")));
        Assert.Contains(problem, refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(folder.File("probe"), refused.Position!.File);
        Assert.NotNull(refused.Mend);
    }

    private void Write(string json, IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(folder.File("probe"), tensors, new Dictionary<string, string> { ["plumbline_probe"] = json });
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Good()
    {
        var probe = Probe();
        yield return ("weight", tensor(probe.Weights.SelectMany(row => row).ToArray(), [2, 3]));
        yield return ("bias", tensor(probe.Bias));
        yield return ("mean", tensor(probe.Mean));
        yield return ("scale", tensor(probe.Scale));
    }

    private static HiddenStateProbe Probe() =>
        new(
            new ProbeDescription
            {
                Version = 1,
                Model = new string('a', 64),
                Layer = 2,
                Reading = new ProbeReading(),
                Labels = [new ProbeLabel("a", "S2", 2, -0.5, 0.1, 10, 20), new ProbeLabel("b", "S10", 1, 0, 1, 5, 6)],
                Training = new ProbeTrainingOptions { Layers = [1, 2] },
                Seed = 7,
            },
            [
                [2, -1, 0.5],
                [1, 1, 1],
            ],
            [0.25, -1],
            [1, 0, 1],
            [2, 4, 1]
        );
}
