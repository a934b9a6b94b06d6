using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Randomness;

namespace Plumbline.Moderation.TextModels.Training;

/// <summary>Reads labelled texts.</summary>
/// <param name="folders">Where paths are looked for, in order.</param>
/// <param name="labels">Every label there is.</param>
/// <param name="seed">What groups are chosen by that stand in phrases.</param>
public sealed class TextSourceReader(IReadOnlyList<string> folders, IReadOnlyList<string> labels, Seed seed)
{
    private const int DeepestTree = 16;

    /// <summary>The texts of a source, in its order.</summary>
    /// <exception cref="InvalidInputException">The file is missing or damaged, or lacks a column. Thrown while enumerating.</exception>
    public IEnumerable<LabelledText> Read(TextSource source)
    {
        var path = Find(source);
        var texts =
            source.Format == TextSourceFormat.Phrases
                ? PhraseFile
                    .ReadFolder(path, labels, source.Part, seed)
                    .Select(text => text with { Source = source.Name, Weight = (float)source.Weight })
                : ReadRows(source, path);
        return source.Opening ? texts.Select(text => text with { Text = SentenceOpening.Of(text.Text).ToString() }) : texts;
    }

    private IEnumerable<LabelledText> ReadRows(TextSource source, string path)
    {
        var (rows, texts) = (0L, 0L);
        foreach (var row in Rows(source, path))
        {
            rows++;
            foreach (var text in IsWanted(source, row) ? Texts(source, row) : [])
            {
                texts++;
                yield return text;
            }
        }

        if (texts == 0)
        {
            throw new InvalidInputException(
                $"The source {source.Name} gives no text: none of {rows} rows is wanted and has a text in '{source.Text}'.",
                "Name the column of the texts, and the values of where as the file spells them.",
                new InputPosition(path)
            );
        }
    }

    private string Find(TextSource source) =>
        folders.Select(folder => Path.Combine(folder, source.Path)).FirstOrDefault(Path.Exists)
        ?? throw new InvalidInputException(
            $"The source {source.Name} is not there: {source.Path} is in none of the folders {string.Join(", ", folders)}.",
            "Fetch it, name its folder, or take the source out of the recipe."
        );

    private static IEnumerable<TableRow> Rows(TextSource source, string path) =>
        source.Format switch
        {
            TextSourceFormat.Lines => Lines(path),
            TextSourceFormat.Tree => Tree(path),
            TextSourceFormat.Conversations => Openings(path),
            _ => TableReader.Read(path),
        };

    private static bool IsWanted(TextSource source, TableRow row) =>
        source.Where.All(condition => Value(row, condition.Key) is { } value && condition.Value.Contains(value, StringComparer.Ordinal))
        && (
            source.Part.Of == 1
            || source.Part.Take.Contains(PartOf(Value(row, source.Part.By ?? source.Text) ?? string.Empty, source.Part.Of))
        );

    private static int PartOf(string value, int parts) => (int)(new Seed(0).Derive(value).Value % (ulong)parts);

    // An empty field of a csv file is no column, so a row may well be without a text.
    private IEnumerable<LabelledText> Texts(TextSource source, TableRow row)
    {
        var known = Labels(source, row);
        var columns = source.Texts.Count > 0 ? source.Texts : new Dictionary<string, string> { [string.Empty] = source.Text };
        foreach (var (language, column) in columns)
        {
            if (Value(row, column) is { Length: > 0 } text)
            {
                yield return new LabelledText(text, source.Name, known)
                {
                    Language = language.Length > 0 ? language : LanguageOf(source, row),
                    Group = source.Group is { } group ? Value(row, group) : null,
                    Weight = (float)source.Weight,
                };
            }
        }
    }

    private static string? LanguageOf(TextSource source, TableRow row) =>
        source.LanguageColumn is { } column && Value(row, column) is { } name
            ? source.Languages.GetValueOrDefault(name, name)
            : source.Language;

    private Dictionary<string, bool> Labels(TextSource source, TableRow row)
    {
        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (label, rule) in source.Labels)
        {
            if (rule.Of(rule.Column is { } column ? Value(row, column) : null) is { } holds)
            {
                known.Add(label, holds);
            }
        }

        if (source.OthersAreAbsent)
        {
            foreach (var label in labels)
            {
                known.TryAdd(label, false);
            }
        }

        return known;
    }

    private static string? Value(TableRow row, string column)
    {
        if (row[column] is { } whole || !column.Contains('.', StringComparison.Ordinal))
        {
            return row[column];
        }

        var steps = column.Split('.');
        if (!row.Columns.TryGetValue(steps[0], out var at))
        {
            return null;
        }

        foreach (var step in steps.Skip(1))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at))
            {
                return null;
            }
        }

        return at.ValueKind == JsonValueKind.String ? at.GetString() : at.GetRawText();
    }

    private static IEnumerable<TableRow> Lines(string path)
    {
        var number = 0L;
        foreach (var line in File.ReadLines(path, Encoding.UTF8))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return Row(number, line, []);
            }
        }
    }

    private static IEnumerable<TableRow> Openings(string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var prompt in DatasetReader.Open(new DatasetOptions(path)).ReadPrompts())
        {
            var opening = prompt.Prompt.Messages?.FirstOrDefault(message => message.Role == ChatRole.User)?.Text ?? prompt.Prompt.Text;
            if (opening is { Length: > 0 } text && seen.Add(text))
            {
                yield return Row(seen.Count, text, []);
            }
        }
    }

    private static IEnumerable<TableRow> Tree(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = DeepestTree });
        }
        catch (JsonException failure)
        {
            throw new InvalidInputException(
                $"the file is not JSON: {failure.Message}",
                "Mend it, or give the format it has.",
                new InputPosition(path, failure.LineNumber + 1),
                failure
            );
        }

        using (document)
        {
            foreach (var row in Leaves(document.RootElement, []))
            {
                yield return row;
            }
        }
    }

    private static IEnumerable<TableRow> Leaves(JsonElement element, IReadOnlyList<string> way) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().SelectMany(part => Leaves(part.Value, [.. way, part.Name])),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(part => Leaves(part, way)),
            JsonValueKind.String => [Row(1, element.GetString()!, way)],
            _ => [],
        };

    private static TableRow Row(long line, string text, IReadOnlyList<string> way)
    {
        var columns = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["text"] = JsonSerializer.SerializeToElement(text) };
        for (var i = 0; i < way.Count; i++)
        {
            columns[$"level{i + 1}"] = JsonSerializer.SerializeToElement(way[i]);
        }

        return new TableRow(line, columns);
    }
}
