namespace Plumbline.Torch.Safetensors;

/// <summary>A file written under another name and renamed when it is whole: nobody ever sees half of it under its own name.</summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string path;
    private readonly string beside;
    private bool committed;

    /// <summary>Writes the whole content beside <paramref name="path"/> and forces it to disk.</summary>
    internal PartialFile(string path, Action<FileStream> write)
    {
        this.path = path;
        beside = path + ".partial";
        try
        {
            using var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            write(stream);
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gives the file its name, replacing a file that has it.</summary>
    internal void Commit()
    {
        File.Move(beside, path, overwrite: true);
        committed = true;
    }

    /// <summary>Removes the file unless it was committed.</summary>
    public void Dispose()
    {
        if (!committed)
        {
            File.Delete(beside);
        }
    }
}
