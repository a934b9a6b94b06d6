namespace Plumbline.Constitutions.Linting;

/// <summary>Finds in a constitution what its authors can hardly have meant.</summary>
public static class ConstitutionLint
{
    // Two clauses speak of the same from this share of common words on, and say the same from the other.
    private const double SameSubject = 0.6;
    private const double SameText = 0.8;

    private delegate IEnumerable<LintFinding> Rule(Constitution constitution, DateOnly day);

    private static readonly Rule[] Rules =
    [
        Unreachable,
        OfTheSameSubject,
        ContradictingTests,
        Untested,
        Untranslated,
        UncoveredHazards,
        UnusedFrameworks,
        Unexplained,
    ];

    /// <summary>All findings, the worst first.</summary>
    /// <param name="constitution">The constitution.</param>
    /// <param name="day">The day on which clauses are asked whether they will ever be in force again.</param>
    public static IReadOnlyList<LintFinding> Of(Constitution constitution, DateOnly day) =>
        [.. Rules.SelectMany(rule => rule(constitution, day)).OrderBy(finding => finding.Severity)];

    private static IEnumerable<LintFinding> Unreachable(Constitution constitution, DateOnly day)
    {
        foreach (var (id, clause) in constitution.Clauses)
        {
            if (clause.Effective.Until is { } until && until < day)
            {
                yield return new LintFinding(
                    "unreachable",
                    LintSeverity.Warning,
                    [id],
                    $"{id} has not been in force since {until:yyyy-MM-dd}.",
                    "Remove it, or give it a later effective.until."
                );
            }
        }
    }

    private static IEnumerable<LintFinding> OfTheSameSubject(Constitution constitution, DateOnly day)
    {
        var clauses = constitution.Clauses.Select(clause => (clause.Key, clause.Value, Words: new ClauseWords(clause.Value))).ToList();
        for (var i = 0; i < clauses.Count; i++)
        {
            for (var j = i + 1; j < clauses.Count; j++)
            {
                var ((id, clause, words), (otherId, other, otherWords)) = (clauses[i], clauses[j]);
                var likeness = words.Likeness(otherWords);
                if (likeness < SameSubject || !clause.Scope.Overlaps(other.Scope) || !InForceTogether(clause.Effective, other.Effective))
                {
                    continue;
                }

                if (words.IsAgainst != otherWords.IsAgainst)
                {
                    yield return Contradiction(constitution, (id, clause), (otherId, other));
                }
                else if (likeness >= SameText)
                {
                    yield return new LintFinding(
                        "duplicate",
                        LintSeverity.Warning,
                        [id, otherId],
                        $"{id} and {otherId} ask for the same.",
                        "Keep one: what is asked twice counts twice where principles are weighed."
                    );
                }
            }
        }
    }

    private static LintFinding Contradiction(Constitution constitution, (string Id, Clause Clause) left, (string Id, Clause Clause) right)
    {
        var (tier, other) = (constitution.TierOf(left.Clause), constitution.TierOf(right.Clause));
        var winner =
            tier != other ? (tier < other ? left : right)
            : left.Clause.Priority != right.Clause.Priority ? (left.Clause.Priority > right.Clause.Priority ? left : right)
            : right.Clause.Scope.Covers(left.Clause.Scope) != left.Clause.Scope.Covers(right.Clause.Scope)
                ? (right.Clause.Scope.Covers(left.Clause.Scope) ? left : right)
            : ((string Id, Clause Clause)?)null;
        if (winner is not { } wins)
        {
            return new LintFinding(
                "contradiction",
                LintSeverity.Error,
                [left.Id, right.Id],
                $"{left.Id} and {right.Id} ask for opposites of the same, and nothing says which prevails.",
                "Give one a higher priority or a narrower scope, or remove it."
            );
        }

        var loser = wins.Id == left.Id ? right : left;
        // Where the loser holds only where the winner does, it never decides anything.
        return wins.Clause.Scope.Covers(loser.Clause.Scope)
            ? new LintFinding(
                "unreachable",
                LintSeverity.Warning,
                [loser.Id, wins.Id],
                $"{loser.Id} never decides: {wins.Id} asks for the opposite, prevails, and holds wherever it does.",
                "Remove it, or narrow the other."
            )
            : new LintFinding(
                "contradiction",
                LintSeverity.Warning,
                [left.Id, right.Id],
                $"{left.Id} and {right.Id} ask for opposites of the same; {wins.Id} prevails where both hold.",
                "Say so in the other's exceptions, or part their scopes."
            );
    }

    private static bool InForceTogether(ClausePeriod left, ClausePeriod right) =>
        (left.From ?? DateOnly.MinValue) <= (right.Until ?? DateOnly.MaxValue)
        && (right.From ?? DateOnly.MinValue) <= (left.Until ?? DateOnly.MaxValue);

    private static IEnumerable<LintFinding> ContradictingTests(Constitution constitution, DateOnly day)
    {
        var claims =
            from clause in constitution.Clauses
            from test in clause.Value.Tests
            group (Id: clause.Key, clause.Value.Scope, test.Expect) by string.Join(' ', ClauseWords.Split(test.Prompt));
        foreach (var claim in claims)
        {
            foreach (var complying in claim.Where(test => test.Expect == ExpectedBehaviour.Comply))
            {
                foreach (
                    var refusing in claim.Where(test => test.Expect == ExpectedBehaviour.Refuse && test.Scope.Overlaps(complying.Scope))
                )
                {
                    yield return new LintFinding(
                        "contradicting_tests",
                        LintSeverity.Error,
                        [complying.Id, refusing.Id],
                        complying.Id == refusing.Id
                            ? $"{complying.Id} expects of one prompt that it is complied with and refused: {Quoted(claim.Key)}."
                            : $"{complying.Id} expects that a prompt is complied with that {refusing.Id} expects to be refused: {Quoted(claim.Key)}.",
                        "Decide which it is."
                    );
                }
            }
        }
    }

    private static IEnumerable<LintFinding> Untested(Constitution constitution, DateOnly day) =>
        from clause in Deciding(constitution)
        where clause.Value.Tests.Count == 0
        select new LintFinding(
            "untested",
            LintSeverity.Warning,
            [clause.Key],
            $"{clause.Key} has no tests.",
            "Add prompts with the behaviour it expects, harmless look-alikes among them."
        );

    private static IEnumerable<LintFinding> Untranslated(Constitution constitution, DateOnly day) =>
        from clause in Deciding(constitution)
        let missing = constitution
            .Languages.Where(tag => tag != constitution.Language && !clause.Value.Translations.ContainsKey(tag))
            .ToList()
        where missing.Count > 0
        select new LintFinding(
            "untranslated",
            LintSeverity.Warning,
            [clause.Key],
            $"{clause.Key} is not translated into {string.Join(", ", missing)}.",
            "Add translations, or take the languages off the constitution's list."
        );

    private static IEnumerable<LintFinding> UncoveredHazards(Constitution constitution, DateOnly day)
    {
        var guarded = constitution.Clauses.Values.SelectMany(clause => clause.Hazards).ToHashSet(StringComparer.Ordinal);
        return from hazard in Hazards.All
            where !guarded.Contains(hazard.Code)
            select new LintFinding(
                "uncovered_hazard",
                LintSeverity.Note,
                [],
                $"No clause guards against {hazard.Code}, {hazard.Name}.",
                "Add its code to the clause that does, or a clause."
            );
    }

    private static IEnumerable<LintFinding> UnusedFrameworks(Constitution constitution, DateOnly day)
    {
        var usual = new Constitution { Name = string.Empty, Clauses = constitution.Clauses }.Frameworks;
        var used = constitution.Clauses.Values.Select(clause => clause.Framework).ToHashSet(StringComparer.Ordinal);
        return from framework in constitution.Frameworks
            where !used.Contains(framework.Key) && !(usual.TryGetValue(framework.Key, out var own) && own == framework.Value)
            select new LintFinding(
                "unused_framework",
                LintSeverity.Note,
                [],
                $"No clause belongs to the framework {framework.Key}.",
                "Remove it, or name it in a clause."
            );
    }

    private static IEnumerable<LintFinding> Unexplained(Constitution constitution, DateOnly day) =>
        from clause in Deciding(constitution)
        where string.IsNullOrWhiteSpace(clause.Value.Rationale)
        select new LintFinding("unexplained", LintSeverity.Note, [clause.Key], $"{clause.Key} says no reason.", "Add a rationale.");

    private static IEnumerable<KeyValuePair<string, Clause>> Deciding(Constitution constitution) =>
        constitution.Clauses.Where(clause => constitution.TierOf(clause.Value) != FrameworkTier.Background);

    private static string Quoted(string prompt) => $"\"{(prompt.Length > 80 ? prompt[..80] + "…" : prompt)}\"";
}
