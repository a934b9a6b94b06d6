using Plumbline.Configuration;

namespace Plumbline.Constitutions;

/// <summary>
/// What a culture, a region, a language or a field of use changes in a constitution: the clauses it names, each with its reason, and nothing else.
/// </summary>
public sealed record Overlay : IValidatedOptions
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the constitution that it is written for.</summary>
    public required string For { get; init; }

    /// <summary>Its version, as its authors count.</summary>
    public string? Version { get; init; }

    /// <summary>Why it is there, and who should use it.</summary>
    public required string Rationale { get; init; }

    /// <summary>Where it is used: becomes part of the constitution's <see cref="Constitution.Home"/>.</summary>
    public ClauseScope Scope { get; init; } = new();

    /// <summary>The clauses it changes, by their id.</summary>
    public IReadOnlyDictionary<string, OverlayChange> Changes { get; init; } = new Dictionary<string, OverlayChange>();

    /// <summary>The clauses it adds, by their id.</summary>
    public IReadOnlyDictionary<string, OverlayAddition> Adds { get; init; } = new Dictionary<string, OverlayAddition>();

    /// <summary>What the file says of each changed clause.</summary>
    internal OverlayEdits Edits { get; private init; } = new();

    /// <summary>The same overlay with the edits of its file.</summary>
    internal Overlay With(OverlayEdits edits) => this with { Edits = edits };

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (string.IsNullOrWhiteSpace(Rationale))
        {
            yield return new OptionProblem(nameof(Rationale), Rationale, "the reason why the overlay is there");
        }

        if (Changes.Count + Adds.Count == 0)
        {
            yield return new OptionProblem(nameof(Changes), 0, "set, or adds: an overlay that does neither changes nothing");
        }

        foreach (var id in Adds.Keys.Where(id => !Constitution.IsId(id)))
        {
            yield return new OptionProblem($"{nameof(Adds)}.{id}", id, Constitution.IdRange);
        }
    }
}

/// <summary>A changed clause. Beside the reason the file has <c>set</c>, which lays values over the clause's, and <c>append</c>, which adds to its lists.</summary>
public sealed record OverlayChange : IValidatedOptions
{
    /// <summary>Why.</summary>
    public required string Because { get; init; }

    /// <summary>Whether the clause does not hold at all there.</summary>
    /// <value>false</value>
    public bool Withdraw { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => OverlayAddition.ReasonProblems(Because);
}

/// <summary>An added clause.</summary>
public sealed record OverlayAddition : IValidatedOptions
{
    /// <summary>Why.</summary>
    public required string Because { get; init; }

    /// <summary>The clause.</summary>
    public required Clause Clause { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => ReasonProblems(Because);

    internal static IEnumerable<OptionProblem> ReasonProblems(string because)
    {
        if (string.IsNullOrWhiteSpace(because))
        {
            yield return new OptionProblem(nameof(Because), because, "the reason for the change");
        }
    }
}

/// <summary>The parts of a file that say how clauses change, by id: trees, because what is silent stays as it was.</summary>
internal sealed record OverlayEdits
{
    internal Dictionary<string, OptionMapping> Set { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, OptionMapping> Append { get; } = new(StringComparer.Ordinal);

    /// <summary>Where each clause is named; the key <c>for</c> stands for the constitution's name.</summary>
    internal Dictionary<string, InputPosition?> Places { get; } = new(StringComparer.Ordinal);
}
