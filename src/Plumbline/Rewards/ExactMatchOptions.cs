using System.Text.RegularExpressions;
using Plumbline.Configuration;

namespace Plumbline.Rewards;

/// <summary>What <see cref="ExactMatch"/> compares an answer with, and how closely.</summary>
public sealed record ExactMatchOptions : IValidatedOptions
{
    /// <summary>The column of the prompt's row that holds the right answer, or a list of answers that are right. Only where <see cref="Text"/> is not set.</summary>
    /// <value>Null by default: <c>completion</c>, unless there is a text.</value>
    public string? Column { get; init; }

    /// <summary>The right answer to every prompt, at least one character; null: it stands in a column.</summary>
    /// <value>Null by default.</value>
    public string? Text { get; init; }

    /// <summary>
    /// A regular expression that finds the answer proper in what was said: the group <c>answer</c> of its last match, else the first group, else the whole match.
    /// Matched in linear time, so without look-around and backreferences; <c>(?i)</c>, <c>(?m)</c> and <c>(?s)</c> work. Null: all that was said.
    /// </summary>
    /// <value>Null by default.</value>
    public string? Extract { get; init; }

    /// <summary>Whether white space around the two texts does not count.</summary>
    /// <value>true</value>
    public bool Trim { get; init; } = true;

    /// <summary>Whether upper and lower case are the same, letter by letter.</summary>
    /// <value>false</value>
    public bool IgnoreCase { get; init; }

    /// <summary>Whether any run of white space is the same as one space.</summary>
    /// <value>false</value>
    public bool CollapseWhiteSpace { get; init; }

    /// <summary>The column to read; null where there is a text.</summary>
    internal string? ColumnInUse => Text is null ? Column ?? RewardColumn.Default : null;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Column is not null && Text is not null)
        {
            yield return new OptionProblem(nameof(Column), Column, "left out where text is set", "Keep one of column and text.");
        }

        if (Column is { Length: 0 })
        {
            yield return new OptionProblem(nameof(Column), Column, "the name of a column");
        }

        if (Text is { Length: 0 })
        {
            yield return new OptionProblem(nameof(Text), Text, "at least one character");
        }

        if (Extract is not null && LinearPattern.Fault(Extract) is { } fault)
        {
            yield return new OptionProblem(nameof(Extract), Extract, LinearPattern.Range, fault);
        }
    }

    /// <summary>The compiled <see cref="Extract"/>.</summary>
    internal Regex? ExtractPattern() => Extract is null ? null : LinearPattern.Compile(Extract);
}
