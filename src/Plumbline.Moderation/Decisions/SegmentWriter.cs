using System.Buffers.Text;
using Plumbline.Lineage;

namespace Plumbline.Moderation.Decisions;

/// <summary>
/// Writes groups of lines at the end of a log, beginning a new segment where one is full. A group is written in one go and forced to disk once; then the head is
/// written over, so it is never ahead. For one thread at a time; after a failure it is of no more use.
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    private const int LargestWrite = 1 << 20;

    private readonly string folder;
    private readonly int segmentBytes;
    private readonly DecisionDisk disk;
    private readonly byte[] hash;
    private readonly FileStream head;
    private byte[] group = new byte[1 << 16];
    private int filled;
    private FileStream segment;
    private int number;
    private long length;
    private long sequence;
    private DateTimeOffset recorded;

    private SegmentWriter(string folder, int segmentBytes, DecisionDisk disk, DecisionLogEnd end)
    {
        (this.folder, this.segmentBytes, this.disk) = (folder, segmentBytes, disk);
        if (!File.Exists(DecisionFiles.Head(folder)))
        {
            // So that a log without its head is one that somebody took it from.
            ChainHead.Empty.Write(DecisionFiles.Head(folder), DecisionFiles.HeadDigits);
        }

        number = Math.Max(1, end.Segment);
        segment = OpenSegment();
        try
        {
            var mended = end.Mend(segment, disk);
            (hash, length, sequence, recorded) = (mended.HashBytes(), mended.End, mended.Sequence, mended.Recorded);
            head = new FileStream(DecisionFiles.Head(folder), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            WriteHead();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The segment that is written.</summary>
    internal string Path => DecisionFiles.Segment(folder, number);

    /// <summary>Goes on where a log ends.</summary>
    internal static SegmentWriter Open(string folder, int segmentBytes, DecisionDisk disk) =>
        new(folder, segmentBytes, disk, DecisionLogEnd.Read(folder));

    /// <summary>Writes lines and forces them to disk.</summary>
    /// <param name="pending">The decisions in their order.</param>
    /// <param name="now">The time that they carry, unless the record before carries a later one.</param>
    internal void Append(IReadOnlyList<PendingDecision> pending, DateTimeOffset now)
    {
        recorded = now > recorded ? now : recorded;
        for (var i = 0; i < pending.Count; i++)
        {
            if (length > 0 && length + pending[i].SealedLength(sequence + 1) > segmentBytes)
            {
                BeginSegment();
            }

            sequence++;
            var line = pending[i].Seal(sequence, recorded, hash);
            if (filled + line.Length > LargestWrite)
            {
                WriteOut();
            }

            Hold(line);
            length += line.Length;
        }

        WriteOut();
        disk.Flush(segment);
        WriteHead();
    }

    /// <summary>Forces the head to disk, which the system writes when it likes otherwise: until then it may fall behind, no more.</summary>
    internal void FlushHead() => disk.Flush(head);

    /// <inheritdoc/>
    public void Dispose()
    {
        segment.Dispose();
        head?.Dispose();
    }

    // The head names the end of a segment before the next one is there.
    private void BeginSegment()
    {
        if (number == DecisionFiles.LastNumber)
        {
            throw new IOException($"A log has at most {DecisionFiles.LastNumber} segments: begin another one in a new folder.");
        }

        WriteOut();
        disk.Flush(segment);
        WriteHead();
        FlushHead();
        segment.Dispose();
        number++;
        segment = OpenSegment();
        length = 0;
    }

    private FileStream OpenSegment() =>
        new(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private void Hold(ReadOnlySpan<byte> line)
    {
        if (group.Length - filled < line.Length)
        {
            Array.Resize(ref group, Math.Max(group.Length * 2, filled + line.Length));
        }

        line.CopyTo(group.AsSpan(filled));
        filled += line.Length;
    }

    private void WriteOut()
    {
        if (filled > 0)
        {
            disk.Write(segment, group.AsSpan(0, filled));
            filled = 0;
        }
    }

    // Over what stood there, in one write of one length: a kill leaves the old one or the new one.
    private void WriteHead()
    {
        Span<byte> text = stackalloc byte[DecisionFiles.HeadDigits + 1 + ChainLine.HashLength + 1];
        Utf8Formatter.TryFormat(sequence, text, out _, new System.Buffers.StandardFormat('D', DecisionFiles.HeadDigits));
        text[DecisionFiles.HeadDigits] = (byte)' ';
        hash.CopyTo(text[(DecisionFiles.HeadDigits + 1)..]);
        text[^1] = (byte)'\n';
        head.Position = 0;
        disk.Write(head, text);
    }
}
