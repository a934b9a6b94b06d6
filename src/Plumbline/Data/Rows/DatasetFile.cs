using System.Text.Json;

namespace Plumbline.Data.Rows;

/// <summary>A data set's file, once its format has been recognised from its first bytes and its name.</summary>
/// <param name="Path">The path as the user gave it.</param>
/// <param name="Format">How rows lie in it.</param>
/// <param name="Gzip">Whether it is gzipped.</param>
internal sealed record DatasetFile(string Path, DatasetFile.RowFormat Format, bool Gzip)
{
    private const int SniffedBytes = 1 << 20;

    /// <summary>How rows lie in a file.</summary>
    internal enum RowFormat
    {
        Lines,
        Document,
        CommaSeparated,
        TabSeparated,
    }

    /// <summary>Recognises the format.</summary>
    /// <exception cref="InvalidInputException">There is no such file, it is empty, or of a format that is not read.</exception>
    public static DatasetFile Recognise(string path)
    {
        var here = new InputPosition(path);
        if (!File.Exists(path))
        {
            var problem = Directory.Exists(path) ? "this is a folder, not a file." : "there is no such file.";
            throw new InvalidInputException(problem, "Give the path of a jsonl, json, csv or tsv file.", here);
        }

        var gzip = HasGzipMagic(path);
        if (!gzip && path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) && new FileInfo(path).Length > 0)
        {
            throw new InvalidInputException(
                "the name ends in .gz, but the content is not gzip.",
                "Fetch the file again, or rename it.",
                here
            );
        }

        using var window = new StreamWindow(OpenStream(path, gzip));
        while (window.Length < SniffedBytes && !HasWholeLine(window.Span) && Fill(window, here)) { }

        return new DatasetFile(path, FormatOf(path, window.Span, here), gzip);
    }

    /// <summary>Reads the file from its start.</summary>
    /// <exception cref="InvalidInputException">A csv header is missing or ambiguous, or the file is damaged.</exception>
    public RowSource OpenRows(ColumnNames names, int maxRowBytes)
    {
        var window = new StreamWindow(OpenStream(Path, Gzip));
        try
        {
            SkipByteOrderMark(window, new InputPosition(Path));
            return Format switch
            {
                RowFormat.Lines => new JsonLinesSource(Path, window, maxRowBytes),
                RowFormat.Document => new JsonDocumentSource(Path, window, maxRowBytes),
                RowFormat.CommaSeparated => new CsvSource(Path, window, maxRowBytes, (byte)',', names),
                _ => new CsvSource(Path, window, maxRowBytes, (byte)'\t', names),
            };
        }
        catch
        {
            window.Dispose();
            throw;
        }
    }

    private static Stream OpenStream(string path, bool gzip)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            return gzip ? new GzipInput(file) : file;
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException("the file cannot be opened.", "Check that it exists and may be read.", new(path), failure);
        }
    }

    private static bool HasGzipMagic(string path)
    {
        using var stream = OpenStream(path, gzip: false);
        Span<byte> magic = stackalloc byte[2];
        return stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
    }

    private static void SkipByteOrderMark(StreamWindow window, InputPosition here)
    {
        while (window.Length < 3 && Fill(window, here)) { }

        if (window.Span.StartsWith(Encodings.Utf8ByteOrderMark))
        {
            window.Consume(Encodings.Utf8ByteOrderMark.Length);
        }
    }

    private static bool Fill(StreamWindow window, InputPosition here)
    {
        try
        {
            return window.Fill();
        }
        catch (InvalidDataException failure)
        {
            throw new InvalidInputException(failure.Message, "Fetch or compress the file again.", here with { Line = 1 }, failure);
        }
    }

    private static RowFormat FormatOf(string path, ReadOnlySpan<byte> start, InputPosition here)
    {
        const string accepted = "Accepted: jsonl, json, csv and tsv, plain or gzipped, in UTF-8.";
        if (Encodings.ForeignFormat(start) is { } foreign)
        {
            throw new InvalidInputException($"the file is {foreign}, which is not read here.", accepted, here);
        }

        start = start.StartsWith(Encodings.Utf8ByteOrderMark) ? start[3..] : start;
        start = start.TrimStart(" \t\r\n"u8);
        if (start.IsEmpty)
        {
            throw new InvalidInputException("the file is empty.", "Give a file with at least one row.", here);
        }

        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        var extension = System.IO.Path.GetExtension(name).ToLowerInvariant();
        return (extension, (char)start[0]) switch
        {
            (".csv", _) => RowFormat.CommaSeparated,
            (".tsv", _) => RowFormat.TabSeparated,
            (".jsonl" or ".ndjson", not '[') => RowFormat.Lines,
            (".jsonl" or ".ndjson", _) => FirstLineIsJson(start) ? RowFormat.Lines : RowFormat.Document,
            (_, '[') => RowFormat.Document,
            (_, '{') => FirstLineIsJson(start) ? RowFormat.Lines : RowFormat.Document,
            (".json", _) => RowFormat.Document,
            _ => throw new InvalidInputException(
                $"'{extension}' is no known kind of data set, and the content does not start like JSON.",
                accepted,
                here
            ),
        };
    }

    private static bool HasWholeLine(ReadOnlySpan<byte> start)
    {
        var text = start.IndexOfAnyExcept(" \t\r\n"u8);
        return text >= 0 && start[text..].Contains((byte)'\n');
    }

    private static bool FirstLineIsJson(ReadOnlySpan<byte> start)
    {
        var end = start.IndexOf((byte)'\n');
        var reader = new Utf8JsonReader(end < 0 ? start : start[..end], new JsonReaderOptions { MaxDepth = JsonRowIndex.MaxDepth });
        try
        {
            while (reader.Read()) { }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
