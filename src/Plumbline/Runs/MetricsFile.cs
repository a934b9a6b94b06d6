using System.Buffers;

namespace Plumbline.Runs;

/// <summary>
/// <c>metrics.jsonl</c>: one object a step, only ever appended to. A line that a kill tore off is dropped when the file is opened; going back to an
/// earlier step cuts the rows after it.
/// </summary>
internal sealed class MetricsFile : IDisposable
{
    private const int BufferedBytes = 1 << 16;
    private const int LongestLine = 1 << 20;

    private readonly FileStream stream;
    private readonly ArrayBufferWriter<byte> buffer = new(BufferedBytes);

    private MetricsFile(FileStream stream) => this.stream = stream;

    /// <summary>How many bytes wait in memory.</summary>
    public int Waiting => buffer.WrittenCount;

    /// <summary>Opens the file for appending, without a torn last line.</summary>
    public static MetricsFile Open(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var end = 0L;
            Scan(
                file,
                path,
                (_, lineEnd) =>
                {
                    end = lineEnd;
                    return true;
                }
            );
            Cut(file, end);
            return new MetricsFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The rows in the file at <paramref name="path"/>, which another process may be writing.</summary>
    public static List<MetricRow> Read(string path)
    {
        var rows = new List<MetricRow>();
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Scan(
            file,
            path,
            (row, _) =>
            {
                rows.Add(row);
                return true;
            }
        );
        return rows;
    }

    public void Append(long step, double time, IReadOnlyCollection<KeyValuePair<string, double>> values)
    {
        MetricRow.Write(buffer, step, time, values);
        if (buffer.WrittenCount >= BufferedBytes)
        {
            Flush();
        }
    }

    /// <summary>Hands what waits to the operating system, from where it survives the end of this process.</summary>
    public void Flush()
    {
        stream.Write(buffer.WrittenSpan);
        stream.Flush();
        buffer.ResetWrittenCount();
    }

    /// <summary>Removes the rows after <paramref name="step"/>.</summary>
    public void CutAfter(long step)
    {
        Flush();
        var end = 0L;
        stream.Position = 0;
        Scan(
            stream,
            stream.Name,
            (row, lineEnd) =>
            {
                end = row.Step <= step ? lineEnd : end;
                return row.Step <= step;
            }
        );
        Cut(stream, end);
    }

    public void Dispose()
    {
        Flush();
        stream.Dispose();
    }

    private static void Cut(FileStream stream, long end)
    {
        stream.SetLength(end);
        stream.Position = end;
    }

    /// <summary>
    /// Hands each whole row and the position after it to <paramref name="visit"/> until that returns false. A last line without its line feed was torn
    /// by a kill and is no row.
    /// </summary>
    private static void Scan(FileStream stream, string path, Func<MetricRow, long, bool> visit)
    {
        var bytes = new byte[BufferedBytes];
        int held = 0,
            line = 0;
        var consumed = 0L;
        while (true)
        {
            var read = stream.Read(bytes, held, bytes.Length - held);
            if (read == 0)
            {
                return;
            }

            held += read;
            var start = 0;
            while (bytes.AsSpan(start, held - start).IndexOf((byte)'\n') is >= 0 and var length)
            {
                line++;
                var row =
                    MetricRow.Parse(bytes.AsSpan(start, length))
                    ?? throw new InvalidInputException(
                        "This line is no row of metrics.",
                        "Remove the line, or move the file away.",
                        new InputPosition(path, line)
                    );
                start += length + 1;
                if (!visit(row, consumed + start))
                {
                    return;
                }
            }

            consumed += start;
            held -= start;
            bytes.AsSpan(start, held).CopyTo(bytes);
            if (held == bytes.Length)
            {
                RefuseLongLine(held, path, line + 1);
                Array.Resize(ref bytes, held * 2);
            }
        }
    }

    private static void RefuseLongLine(int length, string path, int line)
    {
        if (length >= LongestLine)
        {
            throw new InvalidInputException(
                "This line is longer than 1 MiB.",
                "Check that this is a metrics file.",
                new InputPosition(path, line)
            );
        }
    }
}
