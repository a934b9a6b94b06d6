using System.Text.Json;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Adapters;

/// <summary>One case of <c>Golden/low_rank.json</c>, made by the script beside it.</summary>
internal sealed class GoldenCase(JsonElement json)
{
    private static readonly string[] Rows = ["q_proj", "k_proj", "v_proj"];

    internal static IEnumerable<GoldenCase> All()
    {
        using var stream = typeof(GoldenCase).Assembly.GetManifestResourceStream("Adapters/low_rank.json")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.EnumerateArray().Select(element => new GoldenCase(element.Clone()))];
    }

    internal string Name => json.GetProperty("name").GetString()!;

    internal double Alpha => json.GetProperty("alpha").GetDouble();

    internal bool UseRslora => json.GetProperty("use_rslora").GetBoolean();

    internal bool UseDora => json.GetProperty("use_dora").GetBoolean();

    internal Dictionary<string, int> Ranks =>
        json.GetProperty("ranks").EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetInt32());

    internal Tensor Input => Tensor(json.GetProperty("input"));

    internal Tensor Coefficients => Tensor(json.GetProperty("coefficients"));

    internal Tensor Output => Tensor(json.GetProperty("output"));

    internal Tensor InputGradient => Tensor(json.GetProperty("input_gradient"));

    /// <summary>Weights or biases of query, key and value, one below the other.</summary>
    internal Tensor Joined(string kind) =>
        cat([.. Rows.Select(module => Tensor(json.GetProperty("frozen").GetProperty($"{module}.{kind}")))]);

    /// <summary>Rows of query, key and value.</summary>
    internal IEnumerable<(string Module, long Rows)> Modules =>
        Rows.Select(module => (module, json.GetProperty("frozen").GetProperty(module + ".bias").GetProperty("shape")[0].GetInt64()));

    internal Tensor Adapter(string name) => Tensor(json.GetProperty("adapter").GetProperty(name));

    internal Tensor Gradient(string name) => Tensor(json.GetProperty("gradients").GetProperty(name));

    private static Tensor Tensor(JsonElement element) =>
        tensor(element.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()).ToArray())
            .reshape([.. element.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())]);
}
