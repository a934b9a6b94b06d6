using System.Text;

namespace Plumbline;

/// <summary>Files that are there whole or not at all: written beside, forced to disk, then renamed into place.</summary>
public static class DurableFile
{
    /// <summary>The name under which <paramref name="path"/> is being written.</summary>
    internal static string Beside(string path) => path + ".partial";

    /// <summary>Writes a file; where <paramref name="write"/> fails, what stood there before still stands.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Gives its content.</param>
    public static void Write(string path, Action<Stream> write)
    {
        var partial = Beside(path);
        try
        {
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>Writes UTF-8 text without a byte order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Forces every file under <paramref name="folder"/> to disk, so that a rename after it never shows a name without its bytes.</summary>
    internal static void FlushFolder(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }
    }
}
