using Plumbline.Configuration;

namespace Plumbline.Constitutions;

/// <summary>A way to tell right from wrong that clauses belong to: when its clauses decide, and how much it is believed where frameworks vote.</summary>
public sealed record Framework : IValidatedOptions
{
    /// <summary>When its clauses decide.</summary>
    public required FrameworkTier Tier { get; init; }

    /// <summary>How much it is believed, against the others, where frameworks vote; 0 for no vote.</summary>
    /// <value>1</value>
    public double Credence { get; init; } = 1;

    /// <summary>What it holds to be right.</summary>
    public string? Description { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (!(Credence >= 0 && double.IsFinite(Credence)))
        {
            yield return new OptionProblem(nameof(Credence), Credence, "0 or more");
        }
    }
}

/// <summary>When clauses decide: the first tier that has an opinion does.</summary>
public enum FrameworkTier
{
    /// <summary>Hard constraints: before everything, and never outweighed or outvoted.</summary>
    Constraint,

    /// <summary>Duties: where no constraint has an opinion.</summary>
    Duty,

    /// <summary>Principles, weighed against each other where neither has.</summary>
    Principle,

    /// <summary>Background: read beside the others, and never decides.</summary>
    Background,
}

/// <summary>How conflicts between clauses of one tier are settled.</summary>
public sealed record ConflictOptions : IValidatedOptions
{
    /// <summary>What is tried, in order.</summary>
    /// <value>priority, specificity, region_before_general</value>
    public IReadOnlyList<ConflictRule> Rules { get; init; } =
    [ConflictRule.Priority, ConflictRule.Specificity, ConflictRule.RegionBeforeGeneral];

    /// <summary>What happens where the rules settle nothing; hard constraints always go to a person.</summary>
    /// <value>Escalate</value>
    public ConflictEnd Otherwise { get; init; }

    /// <summary>An opinion that prefers one side by less than this share over a half is none; in [0, 0.5).</summary>
    /// <value>0.05</value>
    public double Indifference { get; init; } = 0.05;

    /// <summary>By how much of a share over a half weighed principles and votes must lead to decide; in [0, 0.5).</summary>
    /// <value>0.05</value>
    public double Margin { get; init; } = 0.05;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Rules.Distinct().Count() < Rules.Count)
        {
            yield return new OptionProblem(nameof(Rules), Rules.Count, "a list that names each rule once");
        }

        if (Indifference is not (>= 0 and < 0.5))
        {
            yield return new OptionProblem(nameof(Indifference), Indifference, "at least 0 and below 0.5");
        }

        if (Margin is not (>= 0 and < 0.5))
        {
            yield return new OptionProblem(nameof(Margin), Margin, "at least 0 and below 0.5");
        }
    }
}

/// <summary>A rule that lets one clause prevail over another.</summary>
public enum ConflictRule
{
    /// <summary>The higher priority.</summary>
    Priority,

    /// <summary>The narrower scope, where it lies within the other's.</summary>
    Specificity,

    /// <summary>A clause for regions before one for all of them.</summary>
    RegionBeforeGeneral,
}

/// <summary>What happens to a conflict that no rule settles.</summary>
public enum ConflictEnd
{
    /// <summary>A person decides.</summary>
    Escalate,

    /// <summary>The frameworks vote, each with its credence; a vote without a lead goes to a person.</summary>
    Vote,
}
