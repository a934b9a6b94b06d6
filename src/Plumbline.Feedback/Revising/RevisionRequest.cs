using Plumbline.Constitutions;

namespace Plumbline.Feedback.Revising;

/// <summary>How a critique and a revision are asked for by one clause: also what a model is taught with that shall revise.</summary>
/// <param name="clause">The clause.</param>
/// <param name="language">The language of the conversation, for clauses that are translated into it; null for the clause's own.</param>
public sealed class RevisionRequest(Clause clause, string? language)
{
    private readonly (string Text, ClauseWording Wording) said = clause.In(language);

    /// <summary>Asks what in the last answer breaks the clause.</summary>
    public string Critique =>
        said.Wording.Critique is { } own
            ? own.Replace("{text}", said.Text, StringComparison.Ordinal)
            : $"{Principle}\n\nSay in a few sentences what in your last answer breaks this principle, quoting the passages. If nothing does, say so.";

    /// <summary>Asks for a better answer in its place.</summary>
    public string Revision =>
        said.Wording.Revision is { } own
            ? own.Replace("{text}", said.Text, StringComparison.Ordinal)
            : $"{Principle}\n\nRewrite your last answer to the question so that it keeps to this principle. Keep everything in it that is right and helpful, and do not lecture. Reply with the new answer alone.";

    private string Principle
    {
        get
        {
            var demand =
                clause.Polarity == Polarity.Forbid
                    ? "An answer must not break this principle: "
                    : "An answer should keep to this principle: ";
            return demand + said.Text + string.Concat(clause.Exceptions.Select(exception => $"\nIt does not cover this: {exception}"));
        }
    }
}
