namespace Plumbline.Moderation.Decisions;

/// <summary>The two things that a log asks of its disk: a seam for tests that count them or have them fail.</summary>
internal class DecisionDisk
{
    /// <summary>Writes at the stream's place.</summary>
    internal virtual void Write(FileStream stream, ReadOnlySpan<byte> bytes) => stream.Write(bytes);

    /// <summary>Forces to disk what was written.</summary>
    internal virtual void Flush(FileStream stream) => stream.Flush(flushToDisk: true);
}
