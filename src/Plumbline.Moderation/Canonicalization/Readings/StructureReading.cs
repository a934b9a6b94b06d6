using System.Buffers;
using System.Text;
using Plumbline.Findings;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>What data formats hold: the strings of JSON, the values of YAML, the cells of Markdown tables, the content of fenced blocks.</summary>
internal sealed class StructureReading : Reading
{
    private const string Fence = "```";
    private static readonly SearchValues<char> ProseSigns = SearchValues.Create(" .,;()?!");

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        if (profile.Has('{') || profile.Has('['))
        {
            Add("json", JsonStrings.Find(text), found);
        }

        if (profile.Has('`') && text.Contains(Fence, StringComparison.Ordinal))
        {
            Add("code", Blocks(text), found);
        }

        if (profile.Has('|'))
        {
            var (rows, headers) = TableRows(text);
            Add("table", rows, found);

            // What is said in the cells shall not be drowned by the names of the columns.
            Add("table-body", headers > 0 ? rows[headers..] : [], found);
        }

        if (profile.Has(':'))
        {
            Add("yaml", YamlValues(text), found);
        }
    }

    private static void Add(string name, List<UnwrappedRun> runs, ICollection<UnwrappedText> found)
    {
        if (runs.Count > 0)
        {
            found.Add(new UnwrappedText(name, runs) { IsExtract = true });
        }
    }

    private static List<UnwrappedRun> Blocks(string text)
    {
        var runs = new List<UnwrappedRun>();
        for (var open = text.IndexOf(Fence, StringComparison.Ordinal); open >= 0; )
        {
            var line = text.IndexOf('\n', open);
            var close = line < 0 ? -1 : text.IndexOf(Fence, line, StringComparison.Ordinal);
            if (line < 0)
            {
                break;
            }

            var end = close < 0 ? text.Length : close;
            runs.Add(new UnwrappedRun(line + 1, end, text[(line + 1)..end].Trim('\n')));
            open = close < 0 ? -1 : text.IndexOf(Fence, close + Fence.Length, StringComparison.Ordinal);
        }

        return runs;
    }

    // Rows are lines between bars; one row of dashes makes them a table. Cells are read along each row.
    private static (List<UnwrappedRun> Rows, int Headers) TableRows(string text)
    {
        var (runs, headers, isTable) = (new List<UnwrappedRun>(), 0, false);
        foreach (var line in Lines(text))
        {
            var row = line.Of(text).Trim();
            if (row.Length < 3 || row[0] != '|' || row[^1] != '|')
            {
                continue;
            }

            if (row.IndexOfAnyExcept("|-: ") < 0)
            {
                (isTable, headers) = (true, isTable ? headers : runs.Count);
                continue;
            }

            var cells = new StringBuilder(row.Length);
            foreach (var cell in row[1..^1].Split('|'))
            {
                var content = row[1..^1][cell].Trim();
                cells.Append(content).Append(content.Length > 0 ? " " : string.Empty);
            }

            runs.Add(new UnwrappedRun(line.Start, line.End, cells.ToString().TrimEnd()));
        }

        return isTable ? (runs, headers) : ([], 0);
    }

    // A document where nearly every line is "key: value", an item of a list or the content of a block.
    private static List<UnwrappedRun> YamlValues(string text)
    {
        var (runs, lines, keys, blockIndent) = (new List<UnwrappedRun>(), 0, 0, -1);
        foreach (var line in Lines(text))
        {
            var content = line.Of(text);
            var bare = content.TrimStart();
            var indent = content.Length - bare.Length;
            if (bare.Length == 0 || bare.StartsWith("---", StringComparison.Ordinal))
            {
                continue;
            }

            lines++;
            if (blockIndent >= 0 && indent > blockIndent)
            {
                runs.Add(new UnwrappedRun(line.Start + indent, line.End, bare.ToString(), MapKind.Copy));
                keys++;
                continue;
            }

            blockIndent = -1;
            var isItem = bare.StartsWith("- ", StringComparison.Ordinal);
            var start = isItem ? 2 : KeyLength(bare);
            if (start == 0)
            {
                continue;
            }

            keys++;
            var value = bare[start..].Trim();
            if (value.Length == 0 || value is "|" or ">" or "|-" or ">-")
            {
                blockIndent = indent;
                continue;
            }

            var at = line.Start + indent + start + bare[start..].IndexOf(value, StringComparison.Ordinal);
            var quoted = value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0] ? 1 : 0;
            runs.Add(new UnwrappedRun(at, at + value.Length, value[quoted..^quoted].ToString()));
        }

        // A single line may be any sentence with a colon, unless it opens a block.
        return keys >= 2 && keys * 10 >= lines * 9 ? runs : [];
    }

    private static int KeyLength(ReadOnlySpan<char> line)
    {
        var colon = line.IndexOf(':');
        var key = colon > 0 ? line[..colon].Trim("\"'") : default;
        var isKey = key.Length is > 0 and <= 40 && !key.ContainsAny(ProseSigns);
        return isKey && (colon + 1 == line.Length || line[colon + 1] == ' ') ? colon + 1 : 0;
    }

    private static IEnumerable<TextSpan> Lines(string text)
    {
        for (var start = 0; start < text.Length; )
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            yield return TextSpan.Between(start, end);
            start = end + 1;
        }
    }
}
