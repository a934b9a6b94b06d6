using System.Text.Json;
using System.Text.RegularExpressions;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Architectures;

/// <summary>
/// The state dict of every published size, built on the meta device, where 400 billion weights take no memory. Published/models.json holds what each model's
/// config.json says and the number of weights that its files are published with (null where that is not at hand).
/// </summary>
[NoTensorLeaks]
public sealed partial class PublishedModelTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Architectures", "Published");

    [Fact]
    public void State_dicts_have_the_approved_names_shapes_and_dtypes()
    {
        var listing = string.Join("\n", Models().Select(model => Listing(model.Name, model.Config))) + "\n";
        var approved = Path.Combine(Folder, "state-dicts.txt");

        if (!File.Exists(approved) || File.ReadAllText(approved) != listing)
        {
            var received = Path.Combine(Path.GetTempPath(), "state-dicts.received.txt");
            File.WriteAllText(received, listing);
            Assert.Fail($"The listing differs from the approved {approved}: compare it with {received}.");
        }
    }

    [Fact]
    public void The_number_of_weights_is_the_published_one()
    {
        foreach (var (name, config, published) in Models())
        {
            using var decoder = Decoder.Uninitialised(config, META);
            Assert.True(
                published is null || decoder.ParameterCount == published,
                $"{name}: {decoder.ParameterCount:N0} against the published {published:N0}"
            );
        }
    }

    private static IEnumerable<(string Name, DecoderConfig Config, long? Published)> Models()
    {
        using var folder = new TemporaryFolder();
        using var models = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "models.json")));
        foreach (var model in models.RootElement.EnumerateObject())
        {
            folder.Write("config.json", model.Value.GetProperty("config").GetRawText());
            yield return (
                model.Name,
                ConfigJson.Read(folder.File("config.json")),
                model.Value.GetProperty("parameters").Deserialize<long?>()
            );
        }
    }

    // A line for all tensors that differ in numbers of layers and experts only.
    private static string Listing(string name, DecoderConfig config)
    {
        using var scope = NewDisposeScope();
        using var decoder = Decoder.Uninitialised(config, META);
        var lines = ModelFolder
            .Named(decoder)
            .Select(tensor =>
                $"{Number().Replace(tensor.Name, ".*.")} [{string.Join(", ", tensor.Tensor.shape)}] {tensor.Tensor.dtype.ToString().ToLowerInvariant()}"
            )
            .CountBy(line => line)
            .Select(line => $"  {line.Value, 5} x {line.Key}");
        return $"{name}: {decoder.ParameterCount} weights\n{string.Join("\n", lines)}";
    }

    [GeneratedRegex(@"\.\d+\.")]
    private static partial Regex Number();
}
