using System.IO.MemoryMappedFiles;
using Plumbline.Torch.Blocks;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Safetensors;

/// <summary>
/// A safetensors file, open for reading. Opening reads and checks the header only; the tensors' bytes are mapped, and read when they are asked for.
/// Safe to use from several threads until it is disposed.
/// </summary>
/// <remarks>
/// While the file is open nobody may shorten it: the system ends a process that touches mapped bytes which are gone. Replacing the file by rename,
/// as <see cref="SafetensorsWriter"/> does, is safe (Windows refuses that rename while the file is open).
/// </remarks>
public sealed unsafe class SafetensorsFile : IDisposable
{
    // One copy call moves at most this many bytes, so that spans (2 GB at most) never limit a tensor's size.
    private const int CopyStep = 1 << 30;

    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;
    private readonly Dictionary<string, SafetensorsEntry> byName;
    private readonly byte* start;
    private bool disposed;

    private SafetensorsFile(string path, MemoryMappedFile map, SafetensorsHeader header)
    {
        Path = path;
        this.map = map;
        Entries = header.Entries;
        Metadata = header.Metadata;
        byName = header.Entries.ToDictionary(entry => entry.Name);
        view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
    }

    /// <summary>The path it was opened with.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>The free text pairs under <c>__metadata__</c>; empty where the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header: every dtype, shape and byte range, and that the ranges cover the data exactly.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">There is no such file, it cannot be read, is damaged or cut short.</exception>
    public static SafetensorsFile Open(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            var header = ReadHeader(stream, path);
            var mapped = MemoryMappedFile.CreateFromFile(
                stream,
                null,
                0,
                MemoryMappedFileAccess.Read,
                HandleInheritability.None,
                leaveOpen: true
            );
            return new SafetensorsFile(path, mapped, header);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The file cannot be opened ({failure.Message})",
                "Check the path and its permissions.",
                new InputPosition(path),
                failure
            );
        }
    }

    /// <summary>Whether the file holds a tensor of this name.</summary>
    public bool Contains(string name) => byName.ContainsKey(name);

    /// <summary>A tensor's raw bytes, little endian, in row-major order; they are valid until the file is disposed.</summary>
    /// <exception cref="InvalidInputException">There is no such tensor, or it has more than 2 GB.</exception>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        var entry = Entry(name);
        return entry.ByteLength <= int.MaxValue
            ? new ReadOnlySpan<byte>(start + entry.Offset, (int)entry.ByteLength)
            : throw Fault($"Tensor '{name}' has {entry.ByteLength} bytes, more than one span holds.", "Load it as a tensor.");
    }

    /// <summary>Copies a tensor into new memory on the CPU, in the file's dtype. The caller disposes it (or its dispose scope does).</summary>
    /// <exception cref="InvalidInputException">There is no such tensor, or libtorch has no such dtype.</exception>
    public Tensor Load(string name)
    {
        var entry = Entry(name);
        var tensor = empty([.. entry.Shape], TypeOf(entry), CPU);
        Copy(entry, tensor);
        return tensor;
    }

    /// <summary>Copies a tensor into existing memory, on any device.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="destination">Overwritten; a parameter may require gradients, no gradient is recorded.</param>
    /// <param name="allowCast">Whether a different dtype of <paramref name="destination"/> is converted to, rounding to nearest; else it is refused.</param>
    /// <exception cref="InvalidInputException">There is no such tensor, or its shape or dtype differs.</exception>
    public void LoadInto(string name, Tensor destination, bool allowCast = false)
    {
        var entry = Entry(name);
        var type = TypeOf(entry);
        if (!TensorShape.AreEqual(entry.Shape, destination.shape) || (type != destination.dtype && !allowCast))
        {
            throw Fault(
                $"Tensor '{name}' is {entry.Describe()}, where {destination.dtype} {TensorShape.Describe(destination.shape)} is expected.",
                "The file belongs to another model or configuration."
            );
        }

        if (type == destination.dtype && destination.device_type == TorchSharp.DeviceType.CPU && destination.is_contiguous())
        {
            Copy(entry, destination);
            return;
        }

        using var nothing = no_grad();
        using var scope = NewDisposeScope();
        destination.copy_(Load(name));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            map.Dispose();
        }
    }

    /// <summary>The entry of this name.</summary>
    /// <exception cref="InvalidInputException">There is no such tensor.</exception>
    internal SafetensorsEntry Entry(string name)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return byName.TryGetValue(name, out var entry)
            ? entry
            : throw Fault($"There is no tensor '{name}' among the {Entries.Count} of this file.", "Check the model's configuration.");
    }

    private static SafetensorsHeader ReadHeader(FileStream stream, string path)
    {
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixLength];
        var length = stream.Length;
        var read = stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        var json = new byte[SafetensorsHeader.ReadLength(prefix[..read], length, path)];
        stream.ReadExactly(json);
        return SafetensorsHeader.Parse(json, length, path);
    }

    private ScalarType TypeOf(SafetensorsEntry entry) =>
        entry.Type
        ?? throw Fault(
            $"Tensor '{entry.Name}' has dtype {entry.Dtype}, which TorchSharp's libtorch binding lacks.",
            "Convert the file to BF16 or F32 first."
        );

    private void Copy(SafetensorsEntry entry, Tensor destination)
    {
        if (entry.ByteLength == 0)
        {
            return;
        }

        var target = (byte*)TensorMemory.Start(destination);
        for (var done = 0L; done < entry.ByteLength; done += CopyStep)
        {
            var step = (int)Math.Min(CopyStep, entry.ByteLength - done);
            new ReadOnlySpan<byte>(start + entry.Offset + done, step).CopyTo(new Span<byte>(target + done, step));
        }

        ParameterCast.Touch(destination);
    }

    private InvalidInputException Fault(string problem, string mend) => new(problem, mend, new InputPosition(Path));
}
