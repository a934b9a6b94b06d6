using Plumbline.Findings;
using Plumbline.Moderation.Guarding;

namespace Plumbline.Moderation;

/// <summary>What a guard decided, and everything needed to decide it again.</summary>
public sealed record GuardDecision
{
    /// <summary>A name of its own, by which people appeal.</summary>
    public required string Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Which part of the exchange it is about.</summary>
    public required GuardedPart Part { get; init; }

    /// <summary>What becomes of it.</summary>
    public required GuardOutcome Outcome { get; init; }

    /// <summary>The semantic hash of the constitution that was in force.</summary>
    public required string Constitution { get; init; }

    /// <summary>The SHA-256 of what was checked, in hexadecimal digits: of the text in UTF-8, or of the image's bytes.</summary>
    public required string Input { get; init; }

    /// <summary>The clauses that had something to say, the strictest first.</summary>
    public IReadOnlyList<ClauseVerdict> Verdicts { get; init; } = [];

    /// <summary>What the detectors found, below thresholds too.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>The detectors that were asked, each with its version.</summary>
    public IReadOnlyDictionary<string, string> Detectors { get; init; } = new Dictionary<string, string>();

    /// <summary>The detectors that failed; clauses that fail closed count on none of them.</summary>
    public IReadOnlyList<string> Failed { get; init; } = [];

    /// <summary>What else it rests on, so that it can be decided again without the text (<see cref="Decisions.DecisionReplay"/>); null where it rests on nothing but the text's length, and in older records.</summary>
    public DecisionBasis? Basis { get; init; }

    /// <summary>The language it was judged by; null for unknown.</summary>
    public string? Language { get; init; }

    /// <summary>What the caller calls the exchange; null for none.</summary>
    public string? Exchange { get; init; }

    /// <summary>What may pass: the text itself, or with what was found replaced; null where nothing may.</summary>
    public string? Text { get; init; }

    /// <summary>What the one who asked is told where it does not pass, naming the clause; null where it does.</summary>
    public string? Explanation { get; init; }

    /// <summary>The ids of the clauses that were found broken and do something about it. The guard's own rules, such as that for languages nobody knows, find nothing in a text and are not among them.</summary>
    public IEnumerable<string> BrokenClauses =>
        Verdicts
            .Where(verdict => verdict.Outcome > GuardOutcome.Allow && !OwnRules.Contains(verdict.Clause))
            .Select(verdict => verdict.Clause);

    /// <summary>Whether anything passes.</summary>
    public bool Passes => Outcome <= GuardOutcome.Transform;
}

/// <summary>What one clause says about a text or an image.</summary>
/// <param name="Clause">The clause's id.</param>
/// <param name="Outcome">What it asks for.</param>
/// <param name="Score">The highest score among the findings that concern it.</param>
/// <param name="Threshold">The score from which it is broken.</param>
public sealed record ClauseVerdict(string Clause, GuardOutcome Outcome, double Score, double Threshold);
