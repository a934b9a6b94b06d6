namespace Plumbline.Torch.Machine;

/// <summary>Files that the kernel or the linker provides, where there are such.</summary>
internal static class SystemFile
{
    private const long LargestRead = 256 << 20;

    /// <summary>The lines of a text file; none where it cannot be read.</summary>
    internal static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The bytes of a file; null where it cannot be read or is unreasonably large.</summary>
    internal static byte[]? Bytes(string path)
    {
        try
        {
            return new FileInfo(path).Length <= LargestRead ? File.ReadAllBytes(path) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What stands behind <c>key :</c> on the first line that starts so; null where none does.</summary>
    internal static string? Value(IEnumerable<string> lines, string key)
    {
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Trim().SequenceEqual(key))
            {
                return line[(colon + 1)..].Trim();
            }
        }

        return null;
    }
}
