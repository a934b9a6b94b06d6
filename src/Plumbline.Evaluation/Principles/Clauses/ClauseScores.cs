using System.Text.Json;
using Plumbline.Constitutions;
using Plumbline.Data;

namespace Plumbline.Evaluation.Principles.Clauses;

/// <summary>
/// What each clause of a constitution says of pairs: the rows <c>{"id": "…", "clauses": {"clause_id": 0.8}}</c> of a jsonl file, where a number in [0, 1] is how sure the clause makes it that
/// the chosen (first) answer is the better one; 0.5 is no opinion, and so is a clause that a row leaves out. The labels of <c>plumb constitution label</c> are such rows too.
/// </summary>
public sealed class ClauseScores
{
    /// <summary>Clauses at most: what fits them all thousands of times stays affordable.</summary>
    private const int MostClauses = 200;
    private const int LongestId = 200;

    private readonly Dictionary<string, IReadOnlyDictionary<string, double>> rows;

    private ClauseScores(string path, Dictionary<string, IReadOnlyDictionary<string, double>> rows, IReadOnlyList<string> clauses)
    {
        Path = path;
        this.rows = rows;
        Clauses = clauses;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The clauses that some row names, in the order of their ids.</summary>
    public IReadOnlyList<string> Clauses { get; }

    /// <summary>How many rows there are.</summary>
    public int Rows => rows.Count;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="constitution">What the clauses must belong to; null for any ids.</param>
    /// <exception cref="InvalidInputException">
    /// The file cannot be read, a row is not of that form, an id comes twice, a number lies outside [0, 1], a clause is not the constitution's, or there are no rows or too many clauses.
    /// </exception>
    public static ClauseScores Read(string path, Constitution? constitution = null) => Parse(Lines(path), path, constitution);

    /// <summary>Reads lines: what fuzzing drives.</summary>
    internal static ClauseScores Parse(IEnumerable<string> lines, string path, Constitution? constitution)
    {
        var read = new Dictionary<string, IReadOnlyDictionary<string, double>>(StringComparer.Ordinal);
        var clauses = new SortedSet<string>(StringComparer.Ordinal);
        long number = 0;
        foreach (var line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var here = new InputPosition(path, number);
            var (id, scores) = Row(line, here, constitution);
            if (!read.TryAdd(id, scores))
            {
                throw new InvalidInputException(
                    $"The pair '{Shown(id)}' has a row already.",
                    "Give each pair one row with all its clauses.",
                    here
                );
            }

            clauses.UnionWith(scores.Keys);
            if (clauses.Count > MostClauses)
            {
                throw new InvalidInputException($"There are more than {MostClauses} clauses.", "Leave out some of them.", here);
            }
        }

        return clauses.Count > 0
            ? new ClauseScores(path, read, [.. clauses])
            : throw new InvalidInputException(
                "The file holds no scores of clauses.",
                """Give a row like {"id": "…", "clauses": {"privacy": 0.8}} for each pair.""",
                new InputPosition(path)
            );
    }

    /// <summary>2·score − 1 in [−1, 1] of each pair, by clause: above 0 where the clause prefers the chosen answer, 0 where it says nothing.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="scored">How many of them have a row.</param>
    /// <exception cref="InvalidInputException">No pair has a row.</exception>
    internal double[][] Differences(IReadOnlyList<PreferenceExample> pairs, out int scored)
    {
        scored = pairs.Count(pair => rows.ContainsKey(pair.Id));
        if (scored == 0)
        {
            throw new InvalidInputException(
                $"None of the {pairs.Count} pairs has a row; the first pair is '{pairs[0].Id}'.",
                "Give the rows the ids of the pairs, as the data set reader makes them.",
                new InputPosition(Path)
            );
        }

        return
        [
            .. Clauses.Select(clause =>
                pairs
                    .Select(pair => rows.TryGetValue(pair.Id, out var row) && row.TryGetValue(clause, out var score) ? (2 * score) - 1 : 0)
                    .ToArray()
            ),
        ];
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The file cannot be read: {failure.Message}",
                "Check its name and permissions.",
                new InputPosition(path),
                failure
            );
        }
    }

    private static (string Id, IReadOnlyDictionary<string, double> Scores) Row(string line, InputPosition here, Constitution? constitution)
    {
        const string expected = """Expected {"id": "…", "clauses": {"clause_id": 0.8}} in one line.""";
        try
        {
            using var document = JsonDocument.Parse(line);
            return Row(document.RootElement, here, constitution)
                ?? throw new InvalidInputException("The row lacks a pair's id or its clauses.", expected, here);
        }
        catch (JsonException failure)
        {
            throw new InvalidInputException("The row is not JSON.", expected, here, failure);
        }
        catch (InvalidOperationException failure)
        {
            throw new InvalidInputException(
                "The row holds an escaped surrogate (\\ud800 to \\udfff) without its partner.",
                expected,
                here,
                failure
            );
        }
    }

    private static (string Id, IReadOnlyDictionary<string, double> Scores)? Row(
        JsonElement row,
        InputPosition here,
        Constitution? constitution
    )
    {
        if (
            row.ValueKind != JsonValueKind.Object
            || !row.TryGetProperty("id", out var id)
            || id.ValueKind != JsonValueKind.String
            || !row.TryGetProperty("clauses", out var clauses)
            || clauses.ValueKind != JsonValueKind.Object
        )
        {
            return null;
        }

        var scores = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var clause in clauses.EnumerateObject())
        {
            if (!scores.TryAdd(clause.Name, Score(clause, here, constitution)))
            {
                throw new InvalidInputException($"The clause '{Shown(clause.Name)}' stands twice in the row.", "Leave one of them.", here);
            }
        }

        return (id.GetString()!, scores);
    }

    private static double Score(JsonProperty clause, InputPosition here, Constitution? constitution)
    {
        if (clause.Name.Length is 0 or > LongestId || (constitution is not null && !constitution.Clauses.ContainsKey(clause.Name)))
        {
            throw new InvalidInputException(
                $"'{Shown(clause.Name)}' is no clause{(constitution is null ? string.Empty : $" of {constitution.Name}")}.",
                constitution is null
                    ? $"Name clauses by ids of 1 to {LongestId} letters."
                    : "Give the constitution that the scores were made with.",
                here
            );
        }

        // A judge's label says how sure it was in each order.
        return Share(clause.Value)
            ?? (
                clause.Value.ValueKind == JsonValueKind.Object
                && clause.Value.TryGetProperty("in_order", out var inOrder)
                && clause.Value.TryGetProperty("swapped", out var swapped)
                    ? (Share(inOrder) + Share(swapped)) / 2
                    : null
            )
            ?? throw new InvalidInputException(
                $"The score of '{Shown(clause.Name)}' is {Shown(clause.Value.GetRawText())}.",
                "Expected a number between 0 and 1: how sure the clause makes it that the chosen answer is better.",
                here
            );
    }

    private static double? Share(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var share) && share is >= 0 and <= 1 ? share : null;

    private static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
