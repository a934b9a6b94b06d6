using System.Text.RegularExpressions;

namespace Plumbline.Constitutions.Importing;

/// <summary>
/// Markdown in the manner of OpenAI's Model Spec: every section is a clause, its <c>authority</c> a framework. Commentary becomes its rationale, worked examples its tests, marks of
/// footnotes its references. Sections without authority are background.
/// </summary>
internal static partial class SectionClauses
{
    private const string Background = "background";

    // From the one that nothing overrides to the one that the context may. "platform" is what "root" was called before September 2025.
    private static readonly (string Authority, FrameworkTier Tier, int Priority)[] Authorities =
    [
        ("root", FrameworkTier.Constraint, 0),
        ("platform", FrameworkTier.Constraint, 0),
        ("system", FrameworkTier.Duty, 30),
        ("developer", FrameworkTier.Duty, 20),
        ("user", FrameworkTier.Duty, 10),
        ("guideline", FrameworkTier.Principle, 0),
    ];

    public static Constitution Read(List<MarkdownSection> sections, string name)
    {
        var clauses = new Dictionary<string, Clause>(StringComparer.Ordinal);
        foreach (var section in sections.Where(section => section.Level > 0 && section.Title.Length > 0))
        {
            var id =
                section.Anchor is { } anchor && Constitution.IsId(anchor.ToLowerInvariant())
                    ? anchor.ToLowerInvariant()
                    : Slug.Of(section.Title);
            clauses.Add(Slug.Free(id, clauses.Keys), Clause(section));
        }

        return new Constitution
        {
            Name = name,
            Frameworks = clauses
                .Values.Select(clause => clause.Framework)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .ToDictionary(framework => framework, framework => new Framework { Tier = Rank(framework).Tier }),
            Clauses = clauses,
        };
    }

    private static Clause Clause(MarkdownSection section)
    {
        var framework = section.Attributes.GetValueOrDefault("authority", Background);
        var parts = SectionParts.Of(section.Body);
        var prose = string.Join('\n', parts.Prose).Trim();
        var references = Footnote().Matches(prose).Select(mark => mark.Groups["id"].Value).Distinct(StringComparer.Ordinal).ToList();
        prose = Footnote().Replace(prose, string.Empty);
        return new Clause
        {
            Text = prose.Length == 0 ? section.Title : $"{section.Title}\n\n{prose}",
            Rationale = parts.Commentary.Count == 0 ? null : string.Join('\n', parts.Commentary).Trim(),
            Section = section.Path.Length == 0 ? null : section.Path,
            References = references,
            Framework = framework,
            Priority = Rank(framework).Priority,
            Polarity = Demand.Of(section.Title),
            Tests = parts.Tests,
        };
    }

    private static (FrameworkTier Tier, int Priority) Rank(string framework)
    {
        var known = Array.Find(Authorities, authority => authority.Authority == framework);
        return known.Authority is null ? (FrameworkTier.Background, 0) : (known.Tier, known.Priority);
    }

    [GeneratedRegex(@"\[\^(?<id>[A-Za-z0-9_-]{1,64})\]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Footnote();
}
