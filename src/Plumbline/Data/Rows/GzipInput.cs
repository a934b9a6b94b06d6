using System.IO.Compression;

namespace Plumbline.Data.Rows;

/// <summary>
/// Reads gzip and notices a file that was cut short, which <see cref="GZipStream"/> reports as a normal end. A small gzip member of known
/// content is put after the file's own: it can only be decoded where the last member before it was complete.
/// </summary>
internal sealed class GzipInput : Stream
{
    private static readonly byte[] Mark = "\0end of input!\0\0"u8.ToArray();
    private static readonly byte[] MarkMember = Compress(Mark);

    private readonly GZipStream gzip;
    private readonly byte[] buffer = new byte[64 << 10];
    private int start;
    private int end;
    private bool ended;
    private long delivered;

    /// <summary>Reads <paramref name="compressed"/>, which is disposed with this.</summary>
    public GzipInput(Stream compressed) => gzip = new GZipStream(new MarkedStream(compressed), CompressionMode.Decompress);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => delivered;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The gzip data is damaged or ends early.</exception>
    public override int Read(Span<byte> target)
    {
        // The last bytes are held back until more arrive: at the end they must be the mark.
        while (!ended && end - start <= Mark.Length)
        {
            ReadOn();
        }

        var count = Math.Max(0, Math.Min(target.Length, end - start - Mark.Length));
        buffer.AsSpan(start, count).CopyTo(target);
        start += count;
        delivered += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] target, int offset, int count) => Read(target.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] source, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            gzip.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ReadOn()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        end -= start;
        start = 0;
        int read;
        try
        {
            read = gzip.Read(buffer, end, buffer.Length - end);
        }
        catch (InvalidDataException failure)
        {
            throw Damaged(failure);
        }

        end += read;
        if (read == 0)
        {
            ended = true;
            if (!buffer.AsSpan(start, end - start).SequenceEqual(Mark))
            {
                throw Damaged(null);
            }
        }
    }

    private InvalidDataException Damaged(Exception? inner) =>
        new($"the gzip data is damaged or cut short: it could be read up to byte {delivered} of the unpacked text.", inner);

    private static byte[] Compress(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var packed = new GZipStream(memory, CompressionLevel.Fastest))
        {
            packed.Write(content);
        }

        return memory.ToArray();
    }

    /// <summary>The compressed file, and after it the mark.</summary>
    private sealed class MarkedStream(Stream file) : Stream
    {
        private int marked;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> target)
        {
            var read = marked == 0 ? file.Read(target) : 0;
            if (read > 0 || target.Length == 0)
            {
                return read;
            }

            read = Math.Min(target.Length, MarkMember.Length - marked);
            MarkMember.AsSpan(marked, read).CopyTo(target);
            marked += read;
            return read;
        }

        public override int Read(byte[] target, int offset, int count) => Read(target.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] source, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                file.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
