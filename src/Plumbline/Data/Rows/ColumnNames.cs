using System.Text;

namespace Plumbline.Data.Rows;

/// <summary>The columns that some shape knows.</summary>
internal enum Column
{
    Prompt,
    Completion,
    Chosen,
    Rejected,
    Label,
    Labels,
    Text,
    Messages,
    Conversations,
    System,
    Answers,
    Completions,
    Ranks,
    Instruction,
    Input,
    Output,
    Instances,
    Margin,
    Confidence,
    Gold,
    ChosenHarmful,
    RejectedHarmful,
    MoreHarmful,
    Response0,
    Response1,
    BetterResponseId,
    SaferResponseId,
    IsResponse0Safe,
    IsResponse1Safe,
}

/// <summary>What the known columns are called in one file.</summary>
internal sealed class ColumnNames
{
    public static readonly int Count = Enum.GetValues<Column>().Length;

    private readonly string[] names = new string[Count];
    private readonly byte[][] encoded = new byte[Count][];

    /// <summary>The known names, with the user's replacements.</summary>
    /// <exception cref="InvalidInputException">A replacement is for no known column, or two columns would share a name.</exception>
    public ColumnNames(IReadOnlyDictionary<string, string> replacements)
    {
        foreach (var column in Enum.GetValues<Column>())
        {
            names[(int)column] = NameOf(column);
        }

        var canonical = (string[])names.Clone();
        var known = string.Join(", ", canonical);
        var replaced = new bool[Count];
        foreach (var (name, inFile) in replacements)
        {
            var column = Array.IndexOf(canonical, name);
            if (column < 0)
            {
                throw new InvalidInputException($"columns names '{name}', which is no known column.", $"Known columns: {known}.");
            }

            if (replacements.Any(other => other.Value == inFile && other.Key != name))
            {
                throw new InvalidInputException($"columns gives '{inFile}' two meanings.", "Give each column of the file one meaning.");
            }

            names[column] = inFile;
            replaced[column] = true;
        }

        for (var i = 0; i < Count; i++)
        {
            // A column the user renamed takes its new name away from the column that had it by default.
            if (!replaced[i] && replacements.Values.Contains(names[i], StringComparer.Ordinal))
            {
                names[i] = string.Empty;
            }

            encoded[i] = Encoding.UTF8.GetBytes(names[i]);
        }
    }

    /// <summary>The column's name in the file; empty where the user gave that name another meaning.</summary>
    public string this[Column column] => names[(int)column];

    /// <summary>The column with this name in the file; null where no shape knows it.</summary>
    public Column? Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < encoded.Length; i++)
        {
            if (name.Length > 0 && name.SequenceEqual(encoded[i]))
            {
                return (Column)i;
            }
        }

        return null;
    }

    // The data sets' own names: words apart, and digits too.
    private static string NameOf(Column column) =>
        string.Concat(column.ToString().Select((letter, i) => i > 0 && !char.IsAsciiLetterLower(letter) ? $"_{letter}" : $"{letter}"))
            .ToLowerInvariant();
}
