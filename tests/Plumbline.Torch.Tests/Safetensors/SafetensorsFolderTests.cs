using System.Text.Json;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Torch.Tests.Safetensors;

[NoTensorLeaks]
public sealed class SafetensorsFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Shards_are_filled_in_order_up_to_the_limit_and_read_back_through_the_index()
    {
        using var scope = NewDisposeScope();
        (string, Tensor)[] tensors = [("c", full(4, 1f)), ("a", full(4, 2f)), ("b", full(20, 3f)), ("d", full(1, 4f))];

        var files = SafetensorsWriter.WriteSharded(folder.Path, tensors, maxShardBytes: 36);

        Assert.Equal([.. Shards(3)], files);
        using var index = JsonDocument.Parse(File.ReadAllText(folder.File("model.safetensors.index.json")));
        Assert.Equal(29 * 4, index.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64());
        Assert.Equal(
            [("a", files[0]), ("b", files[1]), ("c", files[0]), ("d", files[2])],
            index.RootElement.GetProperty("weight_map").EnumerateObject().Select(pair => (pair.Name, pair.Value.GetString()!))
        );
        using var weights = SafetensorsFolder.Open(folder.Path);
        Assert.Equal(3, weights.Files.Count);
        Assert.Equal(["a", "c", "b", "d"], weights.Entries.Select(entry => entry.Name));
        Assert.All(tensors, pair => Assert.True(weights.Load(pair.Item1).equal(pair.Item2).all().item<bool>()));
        Assert.Throws<InvalidInputException>(() => weights.Load("e"));
    }

    [Fact]
    public void A_model_that_fits_is_one_file_and_replaces_the_shards_of_an_earlier_one()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.WriteSharded(folder.Path, [("a", ones(4)), ("b", ones(4))], maxShardBytes: 16);
        File.WriteAllText(folder.File("model-of-mine.safetensors"), "not a shard");

        SafetensorsWriter.WriteSharded(folder.Path, [("a", zeros(4))]);

        Assert.Equal(["model-of-mine.safetensors", "model.safetensors"], Names());
        using var weights = SafetensorsFolder.Open(folder.Path);
        Assert.Equal(["a"], weights.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void Shards_replace_an_earlier_single_file_and_longer_series_so_that_no_stale_weights_are_read()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.WriteSharded(folder.Path, [("a", ones(4))]);
        SafetensorsWriter.WriteSharded(folder.Path, [("a", ones(4)), ("b", ones(4)), ("c", ones(4))], maxShardBytes: 16);
        SafetensorsWriter.WriteSharded(folder.Path, [("a", zeros(4)), ("b", zeros(4))], maxShardBytes: 16, stem: "model");

        Assert.Equal([.. Shards(2), "model.safetensors.index.json"], Names());
        using var weights = SafetensorsFolder.Open(folder.Path);
        Assert.Equal(0, weights.Load("a").sum().item<float>());
    }

    [Fact]
    public void Other_stems_live_side_by_side()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.WriteSharded(folder.Path, [("a", ones(4))]);
        SafetensorsWriter.WriteSharded(folder.Path, [("lora", ones(2))], stem: "adapter_model");

        using var adapter = SafetensorsFolder.Open(folder.Path, "adapter_model");

        Assert.True(adapter.Contains("lora") && !adapter.Contains("a"));
        Assert.Equal(["adapter_model.safetensors", "model.safetensors"], Names());
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\\\model.safetensors")]
    [InlineData("C:model.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    public void An_index_that_leaves_the_folder_is_refused(string shard)
    {
        folder.Write("model.safetensors.index.json", $$$"""{"weight_map":{"a":"{{{shard}}}"}}""");

        var refusal = Assert.Throws<InvalidInputException>(() => SafetensorsFolder.Open(folder.Path));

        Assert.Contains("no plain file name", refusal.Problem);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}""")]
    [InlineData("""{"weight_map":{"a":1}}""")]
    [InlineData("""{"weight_map":{"a":"\ud800"}}""")]
    [InlineData("""{"weight_map":[]}""")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\n\"weight_map\": {\n")]
    public void A_malformed_index_is_refused(string index)
    {
        var path = folder.Write("model.safetensors.index.json", index);

        Assert.Equal(path, Assert.Throws<InvalidInputException>(() => SafetensorsFolder.Open(folder.Path)).Position!.File);
    }

    [Fact]
    public void A_missing_shard_a_promise_not_kept_a_tensor_in_two_shards_and_a_folder_without_weights_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("neither", Refusal());

        folder.Write("model.safetensors.index.json", """{"weight_map":{"a":"x.safetensors","b":"y.safetensors"}}""");
        SafetensorsWriter.Write(folder.File("x.safetensors"), [("a", ones(1))]);
        Assert.Contains("y.safetensors, which is not in the folder", Refusal());

        SafetensorsWriter.Write(folder.File("y.safetensors"), [("c", ones(1))]);
        Assert.Contains("promises tensor 'b' in y.safetensors", Refusal());

        SafetensorsWriter.Write(folder.File("y.safetensors"), [("a", ones(1)), ("b", ones(1))]);
        Assert.Contains("'a' is in x.safetensors and in y.safetensors", Refusal());

        SafetensorsWriter.Write(folder.File("x.safetensors"), [("b", ones(1))]);
        SafetensorsWriter.Write(folder.File("y.safetensors"), [("a", ones(1))]);
        Assert.Contains("promises tensor 'a' in x.safetensors", Refusal());
    }

    [Fact]
    public void Damaged_indexes_are_read_or_refused_never_anything_else()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.WriteSharded(folder.Path, [("a", ones(1)), ("b", ones(1))], maxShardBytes: 4);
        var path = folder.File("model.safetensors.index.json");

        ByteFuzzer.Run(
            [File.ReadAllBytes(path)],
            rounds: 1000,
            new Seed(21),
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                using var weights = SafetensorsFolder.Open(folder.Path);
            }
        );
    }

    private static IEnumerable<string> Shards(int count) =>
        Enumerable.Range(1, count).Select(number => $"model-0000{number}-of-0000{count}.safetensors");

    private IEnumerable<string> Names() =>
        Directory.EnumerateFiles(folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private string Refusal() => Assert.Throws<InvalidInputException>(() => SafetensorsFolder.Open(folder.Path)).Problem;
}
