namespace Plumbline.Runs;

/// <summary>Files that are there whole or not at all: written beside, forced to disk, then renamed into place.</summary>
internal static class DurableFile
{
    /// <summary>The name under which <paramref name="path"/> is being written.</summary>
    public static string Beside(string path) => path + ".partial";

    public static void Write(string path, Action<Stream> write)
    {
        var partial = Beside(path);
        using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16))
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Forces every file under <paramref name="folder"/> to disk, so that a rename after it never shows a name without its bytes.</summary>
    public static void FlushFolder(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }
    }
}
