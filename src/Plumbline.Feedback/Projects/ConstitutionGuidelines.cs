using System.Text;
using Plumbline.Constitutions;

namespace Plumbline.Feedback.Projects;

/// <summary>What a constitution says to people who judge answers.</summary>
/// <param name="Guidelines">What they read, in Markdown.</param>
/// <param name="Criteria">What they rank by, under the ids of the clauses.</param>
/// <param name="Constitution">The hash of what both were made from.</param>
public sealed record ConstitutionGuidelines(string Guidelines, IReadOnlyList<FeedbackCriterion> Criteria, string Constitution)
{
    /// <summary>
    /// Compiles a constitution for people: its preamble, and each clause in force with its reason and exceptions, hard constraints first. Clauses become criteria in the same order, as many as a request takes; a clause's own
    /// <c>guideline</c> and <c>comparison</c> wording is used where it has them.
    /// </summary>
    /// <param name="constitution">The constitution.</param>
    /// <param name="situation">Where the answers are given; clauses that do not apply there are left out.</param>
    /// <param name="language">The language of the people, for clauses that are translated into it; null for the constitution's own.</param>
    public static ConstitutionGuidelines Of(Constitution constitution, Situation situation, string? language = null)
    {
        var clauses = constitution
            .ApplicableTo(situation)
            .OrderBy(clause => constitution.TierOf(clause.Value))
            .ThenByDescending(clause => clause.Value.Priority)
            .ToList();
        var text = new StringBuilder();
        text.Append("# ").AppendLine(constitution.Name);
        if (constitution.Preamble is { } preamble)
        {
            text.AppendLine().AppendLine(preamble);
        }

        foreach (var (id, clause) in clauses)
        {
            var (demand, wording) = clause.In(language);
            text.AppendLine().Append("## ").AppendLine(id).AppendLine().AppendLine(Worded(wording.Guideline, demand) ?? demand);
            if (clause.Rationale is { } reason)
            {
                text.AppendLine().Append('*').Append(reason.Trim()).AppendLine("*");
            }

            foreach (var exception in clause.Exceptions)
            {
                text.AppendLine().Append("- ").AppendLine(exception);
            }
        }

        return new ConstitutionGuidelines(
            text.ToString(),
            [
                .. clauses
                    .Take(FeedbackLimits.MostCriteria)
                    .Select(clause => new FeedbackCriterion(clause.Key, Criterion(clause.Value, language))),
            ],
            ConstitutionHash.Of(constitution)
        );
    }

    private static string Criterion(Clause clause, string? language)
    {
        var (demand, wording) = clause.In(language);
        var words = Worded(wording.Guideline, demand) ?? demand;
        return string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static string? Worded(string? own, string demand) => own?.Replace("{text}", demand, StringComparison.Ordinal);
}
