using Plumbline.Data;

namespace Plumbline.Feedback.Exchange;

/// <summary>Reads data sets that have answers; see <see cref="DatasetReader"/>.</summary>
/// <param name="options">The file, and whose votes its order is.</param>
/// <param name="tally">Counts what is left out.</param>
internal sealed class DataSetTasks(ImportOptions options, ImportTally tally)
{
    /// <summary>Every example as a task.</summary>
    /// <exception cref="InvalidInputException">The rows have no known shape, or no answers; or one is bad and the import strict.</exception>
    public IEnumerable<TaskDraft> Read()
    {
        var reader = DatasetReader.Open(
            new DatasetOptions(options.Path)
            {
                Columns = options.Columns,
                Strict = options.Strict,
                MaxRowBytes = options.MaxRowBytes,
            }
        );
        var rater = options.Rater ?? (reader.Shape == DatasetShape.OasstTree ? "oasst" : "file");
        foreach (var (example, line) in reader.ReadWithLines())
        {
            tally.Rows = reader.Report.RowsRead;
            TaskDraft? draft = null;
            try
            {
                draft = Draft(example, line, rater, reader.Shape);
            }
            catch (LeftOutException refusal)
            {
                tally.LeaveOut(line, refusal.Reason, refusal);
            }

            if (draft is not null)
            {
                yield return draft;
            }
        }

        var report = reader.Report;
        tally.Rows = report.RowsRead;
        tally.Count(LeftOutReason.Unreadable, report.BadRows.Values.Sum());
        foreach (var bad in report.FirstBadRows)
        {
            tally.Keep(new LeftOut(bad.Position, LeftOutReason.Unreadable, $"{bad.Problem} ({bad.Reason})", null));
        }
    }

    private TaskDraft Draft(Example example, long line, string rater, DatasetShape shape) =>
        example switch
        {
            RankedExample ranked => Judged(line, ranked.Prompt, ranked.Answers, TaskRows.Dense(ranked.Ranks), rater),
            PreferenceExample pair => Judged(line, pair.Prompt, [pair.Chosen, pair.Rejected], [1, 2], rater, pair.Margin),
            PromptCompletionExample answered => Judged(line, answered.Prompt, [answered.Completion]),
            UnpairedPreferenceExample answered => Judged(line, answered.Prompt, [answered.Completion]),
            _ => throw new InvalidInputException(
                $"the rows have the shape {shape}, which holds no answers to judge.",
                "Give rows with 'prompt' and 'answers', or with 'chosen' and 'rejected'.",
                new InputPosition(options.Path, line)
            ),
        };

    private TaskDraft Judged(
        long line,
        Content prompt,
        IReadOnlyList<Content> answers,
        IReadOnlyList<int>? ranks = null,
        string rater = "",
        double? margin = null
    )
    {
        if (answers.Count > FeedbackLimits.MostAnswers)
        {
            throw TaskBatch.TooMany(answers.Count);
        }

        return new TaskDraft(line, prompt, [.. answers.Select((answer, i) => TaskRows.AnswerText(answer, i + 1))])
        {
            // The store's margins are 1 to 3; a data set's may be anything.
            Votes =
                options.RanksAsVotes && ranks is not null
                    ? [new RankingGiven(0, rater, ranks) { Margin = margin is 1 or 2 or 3 ? (int)margin.Value : null }]
                    : [],
        };
    }
}
