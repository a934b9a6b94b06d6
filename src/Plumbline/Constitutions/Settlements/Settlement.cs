namespace Plumbline.Constitutions.Settlements;

/// <summary>What a clause says about two courses.</summary>
/// <param name="Clause">Its id.</param>
/// <param name="First">How sure it is that the first keeps it better than the second, in [0, 1]; 0.5 is no opinion.</param>
public sealed record ClauseOpinion(string Clause, double First);

/// <summary>How a choice between two courses ended.</summary>
public enum SettlementOutcome
{
    /// <summary>The first.</summary>
    First,

    /// <summary>The second.</summary>
    Second,

    /// <summary>Either: no clause prefers one.</summary>
    Indifferent,

    /// <summary>A person decides.</summary>
    Escalated,
}

/// <summary>A decision, and how it came about.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="First">How far those that decided prefer the first, in [0, 1]; 0.5 where a person decides.</param>
/// <param name="By">The clauses that decided, or that a person has to decide between.</param>
/// <param name="Trace">What happened, a sentence a step.</param>
public sealed record Settlement(SettlementOutcome Outcome, double First, IReadOnlyList<string> By, IReadOnlyList<string> Trace);
