using static TorchSharp.torch;

namespace Plumbline.Torch.Safetensors;

/// <summary>
/// The weights in a model's folder, open for reading: <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c> lists.
/// </summary>
public sealed class SafetensorsFolder : IDisposable
{
    private readonly Dictionary<string, SafetensorsFile> places = [];
    private readonly List<SafetensorsFile> files = [];
    private readonly List<SafetensorsEntry> entries = [];

    private SafetensorsFolder(string folder) => Folder = folder;

    /// <summary>The folder it was opened with.</summary>
    public string Folder { get; }

    /// <summary>All tensors, file after file in the order of their names. Offsets are those inside the tensor's own file.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => entries;

    /// <summary>The open files.</summary>
    public IReadOnlyList<SafetensorsFile> Files => files;

    /// <summary>Opens the weights in <paramref name="folder"/> and checks that every file is whole and holds what the index promises.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="stem"><c>model</c>, <c>adapter_model</c> (PEFT) or <c>diffusion_pytorch_model</c> (diffusers).</param>
    /// <exception cref="InvalidInputException">There are no weights, a shard is missing, damaged or lacks a promised tensor, or the index leaves the folder.</exception>
    public static SafetensorsFolder Open(string folder, string stem = "model")
    {
        var names = new SafetensorsNames(stem);
        var single = Path.Combine(folder, names.Single);
        var index = Path.Combine(folder, names.Index);
        var opened = new SafetensorsFolder(folder);
        try
        {
            if (File.Exists(single))
            {
                opened.Add(SafetensorsFile.Open(single));
            }
            else if (File.Exists(index))
            {
                opened.AddShards(index);
            }
            else
            {
                throw new InvalidInputException(
                    $"The folder has neither {names.Single} nor {names.Index}.",
                    "Point to a model's folder in Hugging Face layout; pickled weights (.bin, .pth) are never read: convert them to safetensors.",
                    new InputPosition(folder)
                );
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => places.ContainsKey(name);

    /// <summary>Copies a tensor into new memory on the CPU, in the file's dtype. The caller disposes it (or its dispose scope does).</summary>
    /// <exception cref="InvalidInputException">There is no such tensor, or libtorch has no such dtype.</exception>
    public Tensor Load(string name) => FileOf(name).Load(name);

    /// <summary>Copies a tensor into existing memory; see <see cref="SafetensorsFile.LoadInto"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such tensor, or its shape or dtype differs.</exception>
    public void LoadInto(string name, Tensor destination, bool allowCast = false) => FileOf(name).LoadInto(name, destination, allowCast);

    /// <inheritdoc/>
    public void Dispose() => files.ForEach(file => file.Dispose());

    private SafetensorsFile FileOf(string name) =>
        places.TryGetValue(name, out var file)
            ? file
            : throw new InvalidInputException(
                $"There is no tensor '{name}' among the {entries.Count} of this model.",
                "Check the model's configuration.",
                new InputPosition(Folder)
            );

    private void AddShards(string index)
    {
        var promised = SafetensorsIndex.Read(index);
        foreach (var shard in promised.Values.Distinct().Order(StringComparer.Ordinal))
        {
            var path = Path.Combine(Folder, shard);
            if (!File.Exists(path))
            {
                throw new InvalidInputException(
                    $"The index lists the shard {shard}, which is not in the folder.",
                    "Download the missing shard.",
                    new InputPosition(index)
                );
            }

            Add(SafetensorsFile.Open(path));
        }

        foreach (var (name, shard) in promised)
        {
            if (!places.TryGetValue(name, out var file) || Path.GetFileName(file.Path) != shard)
            {
                throw new InvalidInputException(
                    $"The index promises tensor '{name}' in {shard}, which does not hold it.",
                    "The shards and the index belong to different versions of the model: download both again.",
                    new InputPosition(index)
                );
            }
        }
    }

    private void Add(SafetensorsFile file)
    {
        files.Add(file);
        foreach (var entry in file.Entries)
        {
            if (!places.TryAdd(entry.Name, file))
            {
                throw new InvalidInputException(
                    $"Tensor '{entry.Name}' is in {Path.GetFileName(places[entry.Name].Path)} and in {Path.GetFileName(file.Path)}.",
                    "The shards belong to different versions of the model: download them again.",
                    new InputPosition(Folder)
                );
            }

            entries.Add(entry);
        }
    }
}
