using System.IO.Compression;
using Plumbline.Data.Writing;

namespace Plumbline.Data;

/// <summary>
/// Writes examples in TRL's layouts, which <see cref="DatasetReader"/> recognises again: jsonl in text or chat form, csv in text form; gzipped
/// where the name ends in .gz. The file appears by renaming, never half written. Ids are not written: they follow from the content.
/// </summary>
public static class DatasetWriter
{
    private const int FlushedBytes = 64 << 10;

    /// <summary>Writes <paramref name="examples"/>, which are all of one kind and form; an existing file is replaced.</summary>
    /// <param name="path">A path that ends in .jsonl, .jsonl.gz, .csv or .csv.gz.</param>
    /// <param name="examples">At least one example; enumerated once.</param>
    /// <returns>How many examples were written.</returns>
    /// <exception cref="InvalidInputException">
    /// The name has another ending or the folder does not exist; there are no examples, or of several kinds or forms; a message holds more than
    /// text or has an unknown role; text holds half a surrogate pair; csv is asked for chat or rankings.
    /// </exception>
    public static long Write(string path, IEnumerable<Example> examples)
    {
        using var formatter = ExampleFormatter.For(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException($"the folder {folder} does not exist.", "Create it first.", new InputPosition(path));
        }

        var beside = path + ".partial";
        try
        {
            WriteFile(beside, path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase), formatter, examples);
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }

        return formatter.Count;
    }

    private static void WriteFile(string path, bool gzip, ExampleFormatter formatter, IEnumerable<Example> examples)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        using (var target = gzip ? new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true) : null)
        {
            Stream output = target is null ? file : target;
            foreach (var example in examples)
            {
                formatter.Add(example);
                if (formatter.Pending.WrittenCount >= FlushedBytes)
                {
                    output.Write(formatter.Pending.WrittenSpan);
                    formatter.Pending.ResetWrittenCount();
                }
            }

            if (formatter.Count == 0)
            {
                throw new InvalidInputException(
                    "there are no examples to write.",
                    "A data set has at least one row.",
                    new InputPosition(path)
                );
            }

            output.Write(formatter.Pending.WrittenSpan);
        }

        file.Flush(flushToDisk: true);
    }
}
