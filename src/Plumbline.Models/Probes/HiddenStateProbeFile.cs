using System.Runtime.InteropServices;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Models.Probes;

/// <summary>A probe as a safetensors file: <c>weight</c> [labels, hidden size], <c>bias</c> [labels], <c>mean</c> and <c>scale</c> [hidden size] in float64, the rest as JSON in its metadata.</summary>
internal static class HiddenStateProbeFile
{
    private const string Key = "plumbline_probe";
    private const string Numbers = "F64";
    private const long MostHidden = 1 << 16;

    private static readonly string[] Names = ["weight", "bias", "mean", "scale"];

    internal static void Write(string path, HiddenStateProbe probe)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(
            path,
            [
                (Names[0], tensor(probe.Weights.SelectMany(row => row).ToArray(), [probe.Weights.Count, probe.HiddenSize])),
                (Names[1], tensor(probe.Bias)),
                (Names[2], tensor(probe.Mean)),
                (Names[3], tensor(probe.Scale)),
            ],
            new Dictionary<string, string> { ["format"] = "pt", [Key] = probe.Description.ToJson() }
        );
    }

    internal static HiddenStateProbe Read(string path)
    {
        using var file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue(Key, out var json))
        {
            throw Fault(path, $"its metadata has no {Key}");
        }

        var description = ProbeDescription.Parse(json, path);
        if (file.Entries.FirstOrDefault(entry => !Names.Contains(entry.Name, StringComparer.Ordinal)) is { } unknown)
        {
            throw Fault(path, $"it has a tensor {unknown.Name}");
        }

        var hidden =
            file.Contains(Names[2]) && file.Entries.First(entry => entry.Name == Names[2]).Shape is [>= 1 and <= MostHidden] shape
                ? shape[0]
                : 0;
        if (hidden == 0)
        {
            throw Fault(path, $"the mean is missing, or not of 1 to {MostHidden} numbers");
        }

        var labels = description.Labels.Count;
        var weights = Values(file, Names[0], [labels, hidden]);
        var scale = Values(file, Names[3], [hidden]);
        return scale.All(value => value > 0)
            ? new HiddenStateProbe(
                description,
                [.. weights.Chunk((int)hidden)],
                Values(file, Names[1], [labels]),
                Values(file, Names[2], [hidden]),
                scale
            )
            : throw Fault(path, "a scale is not above 0");
    }

    private static double[] Values(SafetensorsFile file, string name, long[] shape)
    {
        var entry = file.Entries.FirstOrDefault(one => one.Name == name) ?? throw Fault(file.Path, $"there is no tensor {name}");
        if (entry.Dtype != Numbers || !entry.Shape.SequenceEqual(shape))
        {
            throw Fault(
                file.Path,
                $"{name} is {entry.Dtype} [{string.Join(", ", entry.Shape)}], where {Numbers} [{string.Join(", ", shape)}] is expected"
            );
        }

        var values = MemoryMarshal.Cast<byte, double>(file.Bytes(name)).ToArray();
        return values.All(double.IsFinite) ? values : throw Fault(file.Path, $"{name} holds something that is no number");
    }

    private static InvalidInputException Fault(string path, string what) =>
        new(
            $"the file is damaged, or no probe: {what}.",
            "Train it again with plumb guard probe, or fetch it again.",
            new InputPosition(path)
        );
}
