using System.Text.Json;
using Plumbline.Data;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Exchange;

/// <summary>Recognises what a file's rows are, and reads them as drafts of tasks, one by one.</summary>
/// <param name="options">The file.</param>
/// <param name="settings">The project.</param>
/// <param name="pseudonym">Makes a pseudonym of an address.</param>
/// <param name="tally">Counts what is left out.</param>
internal sealed class ImportRows(ImportOptions options, ProjectSettings settings, Func<string, string> pseudonym, ImportTally tally)
{
    private const int RowsToSee = 32;

    /// <summary>Every task of the file.</summary>
    /// <exception cref="InvalidInputException">There is no such file, it is damaged, or its rows are of no layout that is read.</exception>
    public IEnumerable<TaskDraft> Read()
    {
        var criteria = settings.Criteria.Select(criterion => criterion.Id).ToHashSet(StringComparer.Ordinal);
        switch (options.Layout ?? Recognise())
        {
            case ImportLayout.Tasks:
                return Whole(new TaskRows(options, settings.Medium == AnswerMedium.Image).Read);
            case ImportLayout.Argilla:
                var records = new ArgillaRecords(options, Raters("argilla"), tally);
                return Whole((row, line) => records.Read(row, line, criteria));
            case ImportLayout.LabelStudio:
                var tasks = new LabelStudioTasks(options, Raters("label-studio"), tally);
                return Whole((row, line) => tasks.Read(row, line, criteria));
            default:
                return new DataSetTasks(options, tally).Read();
        }
    }

    private SourceRaters Raters(string source) => new(options.Rater ?? source, pseudonym);

    private IEnumerable<TaskDraft> Whole(Func<JsonElement, long, TaskDraft> read)
    {
        foreach (var row in TableReader.ReadWhole(options.Path, options.MaxRowBytes))
        {
            tally.Rows++;
            TaskDraft? draft = null;
            try
            {
                draft = row.Bad is { } bad
                    ? throw new LeftOutException(LeftOutReason.Unreadable, $"{bad.Problem} ({bad.Reason})", "Mend the row, or take it out.")
                    : read(row.Columns, row.Line);
            }
            catch (LeftOutException refusal)
            {
                tally.LeaveOut(row.Line, refusal.Reason, refusal);
            }

            if (draft is not null)
            {
                yield return draft;
            }
        }
    }

    /// <summary>What the first rows that can be read are; of what is none of ours and of no other tool, a data set.</summary>
    private ImportLayout Recognise()
    {
        foreach (var row in TableReader.ReadWhole(options.Path, options.MaxRowBytes).Take(RowsToSee).Where(row => row.Bad is null))
        {
            RefuseFlat(row);
            if (ArgillaRecords.Has(row.Columns))
            {
                return ImportLayout.Argilla;
            }

            if (LabelStudioTasks.Has(row.Columns))
            {
                return ImportLayout.LabelStudio;
            }

            return options.Columns.Count == 0 && TaskRows.Has(row.Columns) ? ImportLayout.Tasks : ImportLayout.DataSet;
        }

        return ImportLayout.DataSet;
    }

    /// <summary>Refuses exports that have lost what a vote needs, and that would pass for a data set.</summary>
    private void RefuseFlat(WholeRow row)
    {
        var names = row.Columns.EnumerateObject().Select(column => column.Name).ToList();
        var (what, mend) =
            names.Exists(name => name.EndsWith(".responses", StringComparison.Ordinal))
                ? ("Argilla export with flattened columns", ArgillaMend)
            : row.Columns.EnumerateObject().Any(column => IsColumnOfAnswers(column.Value))
                ? ("data set that Argilla pushed to a hub, with a column for each question", ArgillaMend)
            : names.Contains("annotation_id") && names.Contains("annotator")
                ? ("Label Studio export without results (JSON-MIN or CSV)", "Export the project as JSON.")
            : names.Contains("completions") && names.Contains("data")
                ? ("Label Studio export of a version before 1.0", "Open the project in Label Studio 1.x, and export it as JSON.")
            : (null, null);
        if (what is not null)
        {
            throw new InvalidInputException($"this is a {what}, which is not read.", mend, new InputPosition(options.Path, row.Line));
        }
    }

    private const string ArgillaMend =
        "Export whole records: dataset.records.to_json(path) in Argilla 2, or a list of the records with fields and responses in 1.x.";

    /// <summary>Whether a column holds what users answered to one question: a list of <c>user_id</c>, <c>value</c> and <c>status</c>, or an object of lists of them.</summary>
    private static bool IsColumnOfAnswers(JsonElement value)
    {
        var answer = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 ? value[0] : value;
        return answer.ValueKind == JsonValueKind.Object
            && answer.TryGetProperty("user_id", out _)
            && answer.TryGetProperty("value", out _)
            && answer.TryGetProperty("status", out _);
    }
}
