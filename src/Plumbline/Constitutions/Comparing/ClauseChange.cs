namespace Plumbline.Constitutions.Comparing;

/// <summary>What became of a clause from one constitution to the next.</summary>
/// <param name="Id">Its id; of a renamed clause the new one.</param>
/// <param name="Kinds">What changed, at least one.</param>
/// <param name="Details">The same for readers, a sentence an item.</param>
/// <param name="Old">The clause before; null where it was added.</param>
/// <param name="New">The clause after; null where it was removed.</param>
public sealed record ClauseChange(string Id, IReadOnlyList<ChangeKind> Kinds, IReadOnlyList<string> Details, Clause? Old, Clause? New)
{
    /// <summary>The id before; the same where it was not renamed.</summary>
    public string OldId { get; init; } = Id;

    /// <summary>
    /// Whether models are asked something else about the clause: its text, wording, exceptions or polarity changed. Where not, a label it gave before still stands.
    /// </summary>
    public bool AsksAnew { get; init; }

    /// <summary>Whether it holds elsewhere, or is joined with others in another way: labels stand, and what is made of them changes.</summary>
    public bool CountsAnew { get; init; }
}

/// <summary>Kinds of change, by what they mean.</summary>
public enum ChangeKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>It has another id.</summary>
    Renamed,

    /// <summary>It asks for the opposite, or allows what it asked for.</summary>
    Reversed,

    /// <summary>It asks for less, or holds in fewer places.</summary>
    Narrowed,

    /// <summary>It asks for more, or holds in more places.</summary>
    Widened,

    /// <summary>It decides earlier or later, or counts more or less.</summary>
    Reprioritised,

    /// <summary>It says it in other words, or says something else.</summary>
    Reworded,

    /// <summary>It is in force at other times.</summary>
    Redated,

    /// <summary>Its detectors break it from other scores on.</summary>
    Rethresholded,

    /// <summary>The guard does something else about a breach of it.</summary>
    Reenforced,

    /// <summary>It guards against other hazards.</summary>
    Recoded,

    /// <summary>It is tested otherwise.</summary>
    Retested,

    /// <summary>Its reason, its place or its references changed.</summary>
    Reexplained,
}
