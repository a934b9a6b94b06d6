using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>Recognises a data set's shape from its first rows: the one that most of them fit.</summary>
internal static class ShapeDetector
{
    private const int RowsToSee = 32;

    private const string Accepted =
        "Accepted: text | messages | prompt | prompt+completion | prompt+completion+label | chosen+rejected, with or without prompt (also as"
        + " Human:/Assistant: transcripts) | prompt+response_0+response_1 with better_response_id | prompt+answers, optionally ranks | prompt+completions+labels | prompt with nested replies | instruction+output |"
        + " instruction+instances | conversations. Rename columns, or map them with the option columns.";

    /// <summary>Reads up to 32 well-formed rows and names their shape.</summary>
    /// <exception cref="InvalidInputException">No row is well formed, or none fits a shape.</exception>
    public static DatasetShape Detect(string path, RowSource source, ColumnNames names, RowTally tally)
    {
        var row = new Row(names);
        var votes = new int[Enum.GetValues<DatasetShape>().Length];
        IReadOnlyList<string> found = [];
        var seen = 0;
        while (seen < RowsToSee && source.Next(row, out var fault))
        {
            tally.See(row.Line, fault);
            if (fault is not null)
            {
                continue;
            }

            found = seen++ == 0 ? source.ColumnsOf(row) : found;
            if (Classify(row) is { } shape)
            {
                votes[(int)shape]++;
            }
        }

        if (seen == 0)
        {
            throw tally.NothingGood();
        }

        var most = votes.Max();
        if (most == 0)
        {
            throw new InvalidInputException(
                $"no known shape fits the rows; the first one has the columns {string.Join(", ", found.Take(20).Select(name => RowFault.Excerpt(name)))}.",
                Accepted,
                new InputPosition(path)
            );
        }

        return (DatasetShape)Array.IndexOf(votes, most);
    }

    /// <summary>The shape that a row's columns ask for, the most telling columns first; null where they ask for none.</summary>
    private static DatasetShape? Classify(Row row) =>
        row.Has(Column.Chosen) && row.Has(Column.Rejected) ? Pair(row)
        : row.Kind(Column.Prompt) == FieldKind.Object ? DatasetShape.OasstTree
        : row.Has(Column.Conversations) ? DatasetShape.ShareGpt
        : row.Has(Column.Instruction) && row.Has(Column.Instances) ? DatasetShape.SelfInstruct
        : row.Has(Column.Instruction) && row.Has(Column.Output) ? DatasetShape.Alpaca
        : row.Has(Column.Prompt) ? Prompted(row)
        : row.Has(Column.Messages) || row.Has(Column.Text) ? DatasetShape.LanguageModeling
        : null;

    private static DatasetShape Prompted(Row row) =>
        row.Has(Column.Response0) && row.Has(Column.Response1) ? DatasetShape.SafeRlhf
        : row.Has(Column.Completions) && row.Has(Column.Labels) ? DatasetShape.StepwiseSupervision
        : row.Has(Column.Answers) || row.Has(Column.Completions) ? DatasetShape.RankedList
        : !row.Has(Column.Completion) ? DatasetShape.PromptOnly
        : row.Truth(Column.Label) is null ? DatasetShape.PromptCompletion
        : DatasetShape.UnpairedPreference;

    private static DatasetShape Pair(Row row)
    {
        var areTranscripts =
            !row.Has(Column.Prompt)
            && row.Kind(Column.Chosen) == FieldKind.Text
            && row.Kind(Column.Rejected) == FieldKind.Text
            && row.ReadText(Column.Chosen, out var chosen) is null
            && row.ReadText(Column.Rejected, out var rejected) is null
            && Transcript.IsLikely(chosen)
            && Transcript.IsLikely(rejected);
        return areTranscripts ? DatasetShape.HhRlhf : DatasetShape.Preference;
    }
}
