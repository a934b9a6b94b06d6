using System.Text.Json;
using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary><c>prompt</c> and <c>answers</c> (or <c>completions</c>), best first, or in any order with <c>ranks</c> of which the lowest is best.</summary>
internal sealed class RankedListLayout : RowLayout
{
    private readonly List<Content> answers = [];
    private readonly List<int> ranks = [];

    /// <inheritdoc/>
    public override RowFault? Read(Row row, List<Example> examples)
    {
        var fault = ContentReader.Read(row, Column.Prompt, BadRowReason.EmptyPrompt, out var prompt) ?? ReadAnswers(row) ?? ReadRanks(row);
        for (var i = 0; i < answers.Count && fault is null; i++)
        {
            var answer = answers[i];
            var aligned = prompt!;
            fault = ContentReader.Align(ref aligned, ref answer);
            answers[i] = answer;
            prompt = i == answers.Count - 1 ? aligned : prompt;
        }

        return fault ?? Ranking.Add(prompt!, answers, ranks, examples);
    }

    private RowFault? ReadAnswers(Row row)
    {
        answers.Clear();
        var column = row.Has(Column.Answers) ? Column.Answers : Column.Completions;
        if (row.Kind(column) != FieldKind.Array)
        {
            return row.Unfit(column, "an array of answers");
        }

        var reader = new Utf8JsonReader(row.Json(column));
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var name = $"answer {answers.Count + 1}";
            if (ContentReader.Read(ref reader, name, BadRowReason.EmptyAnswer, out var answer) is { } fault)
            {
                return fault;
            }

            answers.Add(answer!);
        }

        return null;
    }

    private RowFault? ReadRanks(Row row)
    {
        ranks.Clear();
        if (!row.Has(Column.Ranks))
        {
            ranks.AddRange(Enumerable.Range(1, answers.Count));
            return null;
        }

        if (row.Kind(Column.Ranks) != FieldKind.Array)
        {
            return row.Unfit(Column.Ranks, "an array of whole numbers");
        }

        var reader = new Utf8JsonReader(row.Json(Column.Ranks));
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var rank))
            {
                return new RowFault(BadRowReason.WrongType, $"rank {ranks.Count + 1} is no whole number.");
            }

            ranks.Add(rank);
        }

        return ranks.Count == answers.Count
            ? null
            : new RowFault(BadRowReason.TooFewAnswers, $"there are {ranks.Count} ranks for {answers.Count} answers.");
    }
}
