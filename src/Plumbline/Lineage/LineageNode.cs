namespace Plumbline.Lineage;

/// <summary>How much of an artifact or row a walk tells.</summary>
public enum LineageNodeState
{
    /// <summary>It stands here with everything it was made from.</summary>
    Told,

    /// <summary>It was told before, under the same number.</summary>
    ToldBefore,

    /// <summary>Something was made from it, and no ledger knows it.</summary>
    Unknown,

    /// <summary>What it was made from is left off, because the walk is deep or long enough: ask for it by its id.</summary>
    LeftOff,
}

/// <summary>An artifact or row, and what it was made from.</summary>
/// <param name="Number">Its number in this walk, from 1; 0 for what is unknown.</param>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is; <c>row</c> for rows.</param>
/// <param name="State">How much is told.</param>
public sealed record LineageNode(int Number, string Id, string Kind, LineageNodeState State)
{
    /// <summary>The ledger's entry; null for rows and what is unknown.</summary>
    public LedgerEntry? Entry { get; init; }

    /// <summary>What is wrong with its record, such as a lineage file that is not the recorded one; null for nothing.</summary>
    public string? Problem { get; init; }

    /// <summary>What it was made from.</summary>
    public IReadOnlyList<LineageStep> From { get; init; } = [];
}

/// <summary>One thing that something was made from.</summary>
/// <param name="Node">The thing.</param>
public sealed record LineageStep(LineageNode Node)
{
    /// <summary>What part it had: an origin's kind, <c>in</c> for a row's data set; null for an artifact's parent.</summary>
    public string? Role { get; init; }

    /// <summary>The clause that asked for it; null where none did.</summary>
    public string? Clause { get; init; }

    /// <summary>What it says; null for nothing.</summary>
    public string? Text { get; init; }
}
