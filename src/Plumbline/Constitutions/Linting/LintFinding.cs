namespace Plumbline.Constitutions.Linting;

/// <summary>Something that the authors of a constitution can hardly have meant.</summary>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Clauses">The clauses it is about; none where it is about what is missing.</param>
/// <param name="Problem">What it is.</param>
/// <param name="Mend">What can be done.</param>
public sealed record LintFinding(string Rule, LintSeverity Severity, IReadOnlyList<string> Clauses, string Problem, string Mend);

/// <summary>How bad a finding is.</summary>
public enum LintSeverity
{
    /// <summary>Decisions will be wrong, or nobody can make them.</summary>
    Error,

    /// <summary>Something does not do what it says.</summary>
    Warning,

    /// <summary>Something is missing that a reader would look for.</summary>
    Note,
}
