namespace Plumbline.Data.Rows;

/// <summary>Counts what becomes of the rows of one reading.</summary>
internal sealed class RowTally(string path, bool strict)
{
    private readonly long[] byReason = new long[Enum.GetValues<BadRowReason>().Length];
    private readonly List<BadRow> first = [];
    private long read;
    private long good;

    /// <summary>Examples returned so far.</summary>
    public long Examples { get; set; }

    /// <summary>Columns that were not taken along with their prompts.</summary>
    public long ColumnsLeftOut { get; set; }

    /// <summary>What has been counted so far.</summary>
    public DatasetReport Report() =>
        new(
            read,
            good,
            Examples,
            Enum.GetValues<BadRowReason>()
                .Where(reason => byReason[(int)reason] > 0)
                .ToDictionary(reason => reason, reason => byReason[(int)reason]),
            [.. first]
        )
        {
            ColumnsLeftOut = ColumnsLeftOut,
        };

    /// <summary>Counts a row.</summary>
    /// <exception cref="InvalidInputException">The row is bad and the reading is strict.</exception>
    public void See(long line, RowFault? fault)
    {
        read++;
        if (fault is null)
        {
            good++;
            return;
        }

        byReason[(int)fault.Reason]++;
        var position = new InputPosition(path, line);
        if (strict)
        {
            throw new InvalidInputException(
                $"bad row ({fault.Reason}): {fault.Problem}",
                "Mend the row, or read without strict to leave such rows out.",
                position
            );
        }

        if (first.Count < DatasetReport.KeptBadRows)
        {
            first.Add(new BadRow(position, fault.Reason, fault.Problem));
        }
    }

    /// <summary>The error of a file in which no row can be used.</summary>
    public InvalidInputException NothingGood() =>
        read == 0
            ? new InvalidInputException("the file holds no rows.", "Give a file with at least one row.", new InputPosition(path))
            : new InvalidInputException(
                $"none of the {read} rows can be used; the first one: {first[0].Problem}",
                "Check the format and the columns, or map them with the option columns.",
                first[0].Position
            );

    /// <summary>True where a row has been good.</summary>
    public bool AnyGood => good > 0;
}
