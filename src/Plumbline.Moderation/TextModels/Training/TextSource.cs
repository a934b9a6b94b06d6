using Plumbline.Configuration;

namespace Plumbline.Moderation.TextModels.Training;

/// <summary>A file of labelled texts, and how to read it.</summary>
public sealed record TextSource : IValidatedOptions
{
    /// <summary>What reports call it.</summary>
    public required string Name { get; init; }

    /// <summary>The file, or for phrases the folder; relative to the recipe's data folder.</summary>
    public required string Path { get; init; }

    /// <summary>How it lies there.</summary>
    /// <value>Table</value>
    public TextSourceFormat Format { get; init; }

    /// <summary>The column with the text; dots go into objects (<c>prompt.text</c>).</summary>
    /// <value>text</value>
    public string Text { get; init; } = "text";

    /// <summary>Columns with the same text in several languages, by language tag; instead of <see cref="Text"/>.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    /// <summary>The language of all texts; null where a column says it, or nobody knows.</summary>
    public string? Language { get; init; }

    /// <summary>The column that says the language.</summary>
    public string? LanguageColumn { get; init; }

    /// <summary>Language tags by what the column calls them, where it does not hold tags.</summary>
    public IReadOnlyDictionary<string, string> Languages { get; init; } = new Dictionary<string, string>();

    /// <summary>The column that says which group of people a text speaks of.</summary>
    public string? Group { get; init; }

    /// <summary>Only rows whose columns have one of these values are read.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Where { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>What the rows say of labels, by label.</summary>
    public IReadOnlyDictionary<string, LabelRule> Labels { get; init; } = new Dictionary<string, LabelRule>();

    /// <summary>Whether labels without a rule do not hold for a row to which no label applies (true), or are not known (false).</summary>
    /// <value>false</value>
    public bool OthersAreAbsent { get; init; }

    /// <summary>Whether only the opening of each text is read, about the first 36 letters.</summary>
    /// <value>false</value>
    public bool Opening { get; init; }

    /// <summary>How much each text counts in training.</summary>
    /// <value>1</value>
    public double Weight { get; init; } = 1;

    /// <summary>Which part of the rows is read; all by default.</summary>
    public SourcePart Part { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (!(Weight > 0 && double.IsFinite(Weight)))
        {
            yield return new OptionProblem(nameof(Weight), Weight, "above 0");
        }

        if (Format == TextSourceFormat.Phrases && Labels.Count > 0)
        {
            yield return new OptionProblem(nameof(Labels), Labels.Count, "left out: the sections of phrase files are their labels");
        }
    }
}

/// <summary>How labelled texts lie in a file.</summary>
public enum TextSourceFormat
{
    /// <summary>A row a text: jsonl, json, csv or tsv, also gzipped.</summary>
    Table,

    /// <summary>A text file, a line a text, as column <c>text</c>.</summary>
    Lines,

    /// <summary>A json file of objects in objects whose leaves are texts or lists of texts: columns <c>text</c>, and <c>level1</c>, <c>level2</c> ... for the names on the way.</summary>
    Tree,

    /// <summary>Any data set that trainers read: what the user says first in each conversation, as column <c>text</c>.</summary>
    Conversations,

    /// <summary>A folder of phrase files (<see cref="PhraseFile"/>), one a language.</summary>
    Phrases,
}

/// <summary>What a column says of a label.</summary>
public sealed record LabelRule : IValidatedOptions
{
    /// <summary>The column; null where <see cref="Always"/> says it.</summary>
    public string? Column { get; init; }

    /// <summary>Values for which the label holds.</summary>
    public IReadOnlyList<string> Yes { get; init; } = [];

    /// <summary>Values for which it does not; where both lists are silent it is not known.</summary>
    public IReadOnlyList<string> No { get; init; } = [];

    /// <summary>Passages for which the label holds, wherever they stand in the column; where none does it is not known.</summary>
    public IReadOnlyList<string> Contains { get; init; } = [];

    /// <summary>What holds of all rows; null where a column says it.</summary>
    public bool? Always { get; init; }

    /// <summary>What a row says of the label; null for nothing.</summary>
    /// <param name="value">What stands in the column; null where it is missing.</param>
    public bool? Of(string? value) =>
        Always
        ?? (
            value is null ? null
            : Yes.Contains(value, StringComparer.Ordinal) || Contains.Any(part => value.Contains(part, StringComparison.Ordinal)) ? true
            : No.Contains(value, StringComparer.Ordinal) ? false
            : null
        );

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if ((Column is null) == (Always is null))
        {
            yield return new OptionProblem(nameof(Column), Column, "given, or always, and not both");
        }

        if (Column is not null && Yes.Count + No.Count + Contains.Count == 0)
        {
            yield return new OptionProblem(nameof(Yes), 0, "a list of values, where no and contains are empty too");
        }
    }
}

/// <summary>A part of a source, by a hash of a column: rows that share its value stay together.</summary>
public sealed record SourcePart : IValidatedOptions
{
    /// <summary>Into how many parts the rows are dealt; 1 to 100.</summary>
    /// <value>1</value>
    public int Of { get; init; } = 1;

    /// <summary>Which of them are read, from 0.</summary>
    /// <value>0</value>
    public IReadOnlyList<int> Take { get; init; } = [0];

    /// <summary>The column that decides; null for the text.</summary>
    public string? By { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Of is < 1 or > 100)
        {
            yield return new OptionProblem(nameof(Of), Of, "between 1 and 100");
        }

        foreach (var part in Take.Where(part => part < 0 || part >= Of))
        {
            yield return new OptionProblem(nameof(Take), part, $"a list of parts from 0 to {Of - 1}");
        }
    }
}
