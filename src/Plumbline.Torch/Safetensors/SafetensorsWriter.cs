using System.Text.Json;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Safetensors;

/// <summary>
/// Writes tensors as safetensors files that Hugging Face libraries load. The bytes depend on the tensors and the metadata alone. One tensor at a time
/// is made contiguous or brought to the CPU where it is not; the model is never copied as a whole. Files appear by rename, complete and on disk.
/// </summary>
public static unsafe class SafetensorsWriter
{
    /// <summary>The largest shard that Hugging Face libraries write by default, in bytes.</summary>
    public const long DefaultShardBytes = 5_000_000_000;

    private const int WriteStep = 1 << 30;

    private static readonly Dictionary<string, string> PyTorchFormat = new() { ["format"] = "pt" };

    /// <summary>Writes one file, in the reference implementation's order: widest alignment first, then by name.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="tensors">Names and tensors of any shape, device and memory layout.</param>
    /// <param name="metadata">Text pairs for the header; by default <c>format: pt</c>, which transformers asks for.</param>
    /// <exception cref="ArgumentException">A name is used twice, reserved or no valid Unicode, or a dtype has no place in the format.</exception>
    public static void Write(
        string path,
        IEnumerable<(string Name, Tensor Tensor)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        using var file = WriteBeside(path, PlannedTensor.Plan(tensors), metadata);
        file.Commit();
    }

    /// <summary>
    /// Writes a model into its folder: as <c>model.safetensors</c> where it fits into one shard, else as numbered shards, filled in the given order,
    /// with <c>model.safetensors.index.json</c>. Weight files of an earlier model under the same stem are removed.
    /// </summary>
    /// <param name="folder">The model's folder; made where it is missing.</param>
    /// <param name="tensors">Names and tensors, in the model's order.</param>
    /// <param name="maxShardBytes">The most tensor bytes in one file; a larger tensor gets a file of its own.</param>
    /// <param name="metadata">Text pairs for the headers; by default <c>format: pt</c>.</param>
    /// <param name="stem"><c>model</c>, <c>adapter_model</c> or <c>diffusion_pytorch_model</c>.</param>
    /// <returns>The names of the files with weights, in order.</returns>
    /// <remarks>
    /// All files are complete on disk before the first gets its name. Several renames are no single step, though: to replace a sharded model that
    /// must survive a crash, write to a fresh folder and rename that.
    /// </remarks>
    /// <exception cref="ArgumentException">As for <see cref="Write"/>.</exception>
    public static IReadOnlyList<string> WriteSharded(
        string folder,
        IEnumerable<(string Name, Tensor Tensor)> tensors,
        long maxShardBytes = DefaultShardBytes,
        IReadOnlyDictionary<string, string>? metadata = null,
        string stem = "model"
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxShardBytes, 1);
        var names = new SafetensorsNames(stem);
        var shards = Split(PlannedTensor.Plan(tensors), maxShardBytes);
        string[] files = shards.Count == 1 ? [names.Single] : [.. shards.Select((_, i) => names.Shard(i + 1, shards.Count))];
        Directory.CreateDirectory(folder);
        var written = new List<PartialFile>();
        try
        {
            for (var i = 0; i < files.Length; i++)
            {
                written.Add(WriteBeside(Path.Combine(folder, files[i]), shards[i], metadata));
            }

            if (files.Length > 1)
            {
                var index = Index(files, shards);
                written.Add(new PartialFile(Path.Combine(folder, names.Index), stream => stream.Write(index)));
            }

            written.ForEach(file => file.Commit());
        }
        finally
        {
            written.ForEach(file => file.Dispose());
        }

        RemoveEarlier(folder, names, files);
        return files;
    }

    private static PartialFile WriteBeside(string path, List<PlannedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        tensors.Sort(PlannedTensor.CompareInFile);
        var header = PlannedTensor.Header(tensors, metadata ?? PyTorchFormat);
        return new PartialFile(
            path,
            stream =>
            {
                stream.Write(header);
                foreach (var tensor in tensors)
                {
                    WriteBytes(stream, tensor);
                }
            }
        );
    }

    private static void WriteBytes(FileStream stream, PlannedTensor planned)
    {
        if (planned.ByteLength == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var nothing = no_grad();
        // A conjugation or negation may be noted at the tensor without being in its memory yet.
        var plain = planned.Tensor.resolve_conj().resolve_neg().cpu().contiguous();
        var start = (byte*)TensorMemory.Start(plain);
        for (var done = 0L; done < planned.ByteLength; done += WriteStep)
        {
            stream.Write(new ReadOnlySpan<byte>(start + done, (int)Math.Min(WriteStep, planned.ByteLength - done)));
        }
    }

    private static List<List<PlannedTensor>> Split(List<PlannedTensor> tensors, long maxShardBytes)
    {
        var shards = new List<List<PlannedTensor>> { new() };
        var filled = 0L;
        foreach (var tensor in tensors)
        {
            if (shards[^1].Count > 0 && filled + tensor.ByteLength > maxShardBytes)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1].Add(tensor);
            filled += tensor.ByteLength;
        }

        return shards;
    }

    private static byte[] Index(string[] files, List<List<PlannedTensor>> shards)
    {
        var places = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < files.Length; i++)
        {
            shards[i].ForEach(tensor => places.Add(tensor.Name, files[i]));
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteNumber("total_size", shards.Sum(shard => shard.Sum(tensor => tensor.ByteLength)));
            json.WriteEndObject();
            json.WriteStartObject("weight_map");
            foreach (var (name, file) in places)
            {
                json.WriteString(name, file);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void RemoveEarlier(string folder, SafetensorsNames names, string[] files)
    {
        // A reader prefers the single file, so it goes last when shards replace it; until then the earlier model is whole.
        var kept = files.Select(file => Path.Combine(folder, file)).ToHashSet();
        var stale = names.ShardsIn(folder).Where(path => !kept.Contains(path)).ToList();
        stale.Insert(0, Path.Combine(folder, files.Length > 1 ? names.Single : names.Index));
        stale.ForEach(File.Delete);
    }
}
