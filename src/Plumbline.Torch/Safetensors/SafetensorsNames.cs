using System.Text.RegularExpressions;

namespace Plumbline.Torch.Safetensors;

/// <summary>The file names that Hugging Face libraries give a model's weights in its folder.</summary>
/// <param name="Stem"><c>model</c>, <c>adapter_model</c> (PEFT) or <c>diffusion_pytorch_model</c> (diffusers).</param>
internal sealed partial record SafetensorsNames(string Stem)
{
    /// <summary>The one file of a model that is not split.</summary>
    internal string Single => $"{Stem}.safetensors";

    /// <summary>The list of a split model's files.</summary>
    internal string Index => $"{Stem}.safetensors.index.json";

    /// <summary>File <paramref name="number"/> (from 1) of <paramref name="count"/>.</summary>
    internal string Shard(int number, int count) => $"{Stem}-{number:D5}-of-{count:D5}.safetensors";

    /// <summary>The files in <paramref name="folder"/> that look like shards of this model.</summary>
    internal IEnumerable<string> ShardsIn(string folder) =>
        Directory
            .EnumerateFiles(folder, $"{Stem}-*.safetensors")
            .Where(path => ShardSuffix().IsMatch(Path.GetFileName(path).AsSpan(Stem.Length)));

    [GeneratedRegex(@"^-\d{5}-of-\d{5}\.safetensors$", RegexOptions.CultureInvariant)]
    private static partial Regex ShardSuffix();
}
