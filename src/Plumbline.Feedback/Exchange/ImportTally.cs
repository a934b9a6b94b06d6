namespace Plumbline.Feedback.Exchange;

/// <summary>A row or vote that cannot be used, with its reason; caught where rows are read one by one.</summary>
internal sealed class LeftOutException : InvalidInputException
{
    /// <summary>States what is wrong and how to mend it.</summary>
    public LeftOutException(LeftOutReason reason, string problem, string mend)
        : base(problem, mend) => Reason = reason;

    /// <summary>Why it is left out.</summary>
    public LeftOutReason Reason { get; }
}

/// <summary>Counts what becomes of the rows of one import.</summary>
/// <param name="path">The file.</param>
/// <param name="isStrict">Whether the first thing that cannot be used ends the import.</param>
internal sealed class ImportTally(string path, bool isStrict)
{
    private readonly Dictionary<LeftOutReason, long> reasons = [];
    private readonly List<LeftOut> first = [];

    /// <summary>Rows read.</summary>
    public long Rows { get; set; }

    /// <summary>Tasks that were added.</summary>
    public long TasksNew { get; set; }

    /// <summary>Tasks that were there.</summary>
    public long TasksKnown { get; set; }

    /// <summary>Votes that were added.</summary>
    public long VotesNew { get; set; }

    /// <summary>Votes that were there.</summary>
    public long VotesKnown { get; set; }

    /// <summary>Counts something that was left out.</summary>
    /// <exception cref="InvalidInputException">The import is strict.</exception>
    public void LeaveOut(long line, LeftOutReason reason, string problem, string? mend)
    {
        var position = new InputPosition(path, line);
        if (isStrict)
        {
            throw new InvalidInputException(problem, mend, position);
        }

        Count(reason, 1);
        Keep(new LeftOut(position, reason, problem, mend));
    }

    /// <summary>Counts what a refusal says.</summary>
    /// <exception cref="InvalidInputException">The import is strict.</exception>
    public void LeaveOut(long line, LeftOutReason otherwise, InvalidInputException refusal) =>
        LeaveOut(line, (refusal as LeftOutException)?.Reason ?? otherwise, refusal.Problem, refusal.Mend);

    /// <summary>Counts, without a place.</summary>
    public void Count(LeftOutReason reason, long number) => reasons[reason] = reasons.GetValueOrDefault(reason) + number;

    /// <summary>Keeps one of the first places.</summary>
    public void Keep(LeftOut left)
    {
        if (first.Count < ImportReport.KeptLeftOut)
        {
            first.Add(left);
        }
    }

    /// <summary>What has been counted so far.</summary>
    public ImportReport Report() =>
        new(
            Rows,
            TasksNew,
            TasksKnown,
            VotesNew,
            VotesKnown,
            reasons.OrderBy(reason => reason.Key).ToDictionary(reason => reason.Key, reason => reason.Value),
            [.. first]
        );

    /// <summary>Refuses a file of which nothing could be used.</summary>
    /// <exception cref="InvalidInputException">There is no task in it.</exception>
    public void RequireTasks()
    {
        if (TasksNew + TasksKnown > 0)
        {
            return;
        }

        throw first.Count == 0
            ? new InvalidInputException("the file holds no rows.", "Give a file with at least one row.", new InputPosition(path))
            : new InvalidInputException(
                $"none of the {Rows} rows can be used; the first one: {first[0].Problem}",
                first[0].Mend,
                first[0].Position
            );
    }
}
