using System.Text.Json;
using Plumbline.Configuration;
using Plumbline.Constitutions;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>The situation of a row, from its columns.</summary>
internal static class RowSituation
{
    /// <summary>The columns that say something of it.</summary>
    internal static readonly string[] Columns = ["language", "region", "domain", "audience", "modality", "day"];

    /// <summary>What is the same for all rows, with what this one says.</summary>
    /// <param name="shared">What is the same.</param>
    /// <param name="columns">The row's columns.</param>
    /// <param name="wanted">Those that count.</param>
    /// <param name="place">Where the row is, for messages.</param>
    /// <exception cref="InvalidInputException">A column says what no situation is.</exception>
    internal static Situation Of(
        Situation shared,
        IReadOnlyDictionary<string, JsonElement> columns,
        IReadOnlyList<string> wanted,
        (string File, string Row) place
    )
    {
        var said = wanted
            .Where(columns.ContainsKey)
            .Select(column => $"{column}={JsonSerializer.Serialize(columns[column].ToString())}")
            .ToList();
        try
        {
            return said.Count == 0 ? shared : OptionsFile.Read(path: null, said.Select(Unquoted), shared);
        }
        catch (InvalidInputException failure)
        {
            throw new InvalidInputException(
                $"The row {place.Row} says a situation that is none: {failure.Problem}",
                failure.Mend,
                new InputPosition(place.File),
                failure
            );
        }
    }

    // A day and an enum's name are no quoted texts.
    private static string Unquoted(string text)
    {
        var value = text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var isWord = value.Length > 2 && value[1..^1].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
        return isWord ? text.Replace(value, value[1..^1], StringComparison.Ordinal) : text;
    }
}
