using System.Globalization;
using Plumbline.Configuration;

namespace Plumbline.Constitutions.Settlements;

/// <summary>
/// Decides between two courses, such as two answers, or to answer and to refuse, where clauses have opinions about them: hard constraints first, then duties, then weighed
/// principles; conflicts by the constitution's rules, by a vote of its frameworks, or by a person.
/// </summary>
/// <remarks>
/// In a tier of constraints or duties the opinions must agree, after the rules have let some clauses prevail over others. Principles are weighed: Σ w·p / Σ w. In a vote a framework's
/// opinion is the weighted mean of its clauses' and counts by its credence (expected choiceworthiness; MacAskill, Bykvist and Ord, Moral Uncertainty, 2020, chapter 4). Constraints
/// that conflict always go to a person: what must not be outweighed must not be outvoted.
/// </remarks>
public static class Arbiter
{
    /// <summary>Decides.</summary>
    /// <param name="constitution">The clauses, and how their conflicts are settled.</param>
    /// <param name="opinions">What clauses say, each at most once; those that do not hold in the situation are set aside.</param>
    /// <param name="situation">Where and when.</param>
    /// <exception cref="ArgumentException">An opinion is of no clause of the constitution, or out of [0, 1].</exception>
    public static Settlement Settle(Constitution constitution, IEnumerable<ClauseOpinion> opinions, Situation situation)
    {
        var applicable = constitution.ApplicableTo(situation).ToDictionary();
        var trace = new List<string>();
        var voices = new List<Voice>();
        foreach (var opinion in opinions.OrderBy(opinion => opinion.Clause, StringComparer.Ordinal))
        {
            if (!constitution.Clauses.TryGetValue(opinion.Clause, out var clause) || opinion.First is not (>= 0 and <= 1))
            {
                throw new ArgumentException($"An opinion of {opinion.First} by '{opinion.Clause}' is none: a share in [0, 1] by a clause.");
            }

            if (!applicable.ContainsKey(opinion.Clause))
            {
                trace.Add($"{opinion.Clause} does not hold here ({clause.Scope}) and is set aside.");
                continue;
            }

            voices.Add(new Voice(opinion.Clause, clause, opinion.First));
        }

        return new Hearing(constitution, voices, trace).Settle();
    }

    /// <summary>A clause and its opinion.</summary>
    private sealed record Voice(string Id, Clause Clause, double First)
    {
        internal bool IsForFirst => First > 0.5;

        internal string Said => string.Create(CultureInfo.InvariantCulture, $"{Id} ({First:0.00})");
    }

    private sealed class Hearing(Constitution constitution, List<Voice> voices, List<string> trace)
    {
        private readonly ConflictOptions conflicts = constitution.Conflicts;

        internal Settlement Settle()
        {
            foreach (var tier in new[] { FrameworkTier.Constraint, FrameworkTier.Duty })
            {
                var speaking = voices.FindAll(voice => Tier(voice) == tier && HasOpinion(voice));
                if (speaking.Count == 0)
                {
                    trace.Add($"None of the {Plural(tier)} has an opinion.");
                    continue;
                }

                if (OfOneMind(speaking, $"The {Plural(tier)} agree") is { } agreed)
                {
                    return agreed;
                }

                trace.Add($"The {Plural(tier)} conflict: {Sides(speaking)}.");
                if (ByRules(speaking) is { } ruled)
                {
                    return ruled;
                }

                return tier == FrameworkTier.Constraint
                    ? Escalate(speaking, "Hard constraints are not outvoted: a person decides.")
                    : Unsettled(speaking);
            }

            return Weigh();
        }

        private Settlement Weigh()
        {
            var principles = voices.FindAll(voice => Tier(voice) == FrameworkTier.Principle);
            if (principles.Count == 0)
            {
                trace.Add("No clause has an opinion.");
                return new Settlement(SettlementOutcome.Indifferent, 0.5, [], trace);
            }

            var share = Mean(principles);
            trace.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Principles weighed, {string.Join(", ", principles.Select(voice => voice.Said))}: {share:0.000}."
                )
            );
            if (Leads(share))
            {
                return Decided(share, principles.FindAll(voice => HasOpinion(voice) && voice.IsForFirst == share > 0.5), "They decide");
            }

            if (!principles.Exists(HasOpinion))
            {
                trace.Add("None of them prefers a side.");
                return new Settlement(SettlementOutcome.Indifferent, share, [], trace);
            }

            trace.Add("They do not lead far enough to decide.");
            return Unsettled(principles);
        }

        // Each rule leaves the clauses over which none of the other side prevails.
        private Settlement? ByRules(List<Voice> speaking)
        {
            foreach (var rule in conflicts.Rules)
            {
                var standing = speaking.FindAll(voice =>
                    !speaking.Exists(other => other.IsForFirst != voice.IsForFirst && Prevails(rule, other.Clause, voice.Clause))
                );
                if (standing.Count == 0 || standing.Count == speaking.Count)
                {
                    continue;
                }

                var beaten = speaking.Except(standing).Select(voice => voice.Id);
                var why =
                    $"By {OptionText.SnakeCase(rule.ToString()).Replace('_', ' ')}, {string.Join(", ", standing.Select(voice => voice.Id))} prevails over {string.Join(", ", beaten)}";
                speaking = standing;
                if (OfOneMind(speaking, why) is { } settled)
                {
                    return settled;
                }

                trace.Add($"{why}, and those that stand still conflict.");
            }

            return null;
        }

        private static bool Prevails(ConflictRule rule, Clause clause, Clause other) =>
            rule switch
            {
                ConflictRule.Priority => clause.Priority > other.Priority,
                ConflictRule.Specificity => other.Scope.Covers(clause.Scope) && !clause.Scope.Covers(other.Scope),
                _ => clause.Scope.Regions.Count > 0 && other.Scope.Regions.Count == 0,
            };

        private Settlement Unsettled(List<Voice> speaking)
        {
            if (conflicts.Otherwise == ConflictEnd.Escalate)
            {
                return Escalate(speaking, "No rule settles it: a person decides.");
            }

            var frameworks = voices
                .GroupBy(voice => voice.Clause.Framework, StringComparer.Ordinal)
                .Select(own => (Name: own.Key, constitution.Frameworks[own.Key].Credence, First: Mean([.. own])))
                .Where(own => own.Credence > 0)
                .OrderBy(own => own.Name, StringComparer.Ordinal)
                .ToList();
            var credence = frameworks.Sum(own => own.Credence);
            var share = credence > 0 ? frameworks.Sum(own => own.Credence * own.First) / credence : 0.5;
            var said = frameworks.Select(own =>
                string.Create(CultureInfo.InvariantCulture, $"{own.Name} {own.First:0.00} with credence {own.Credence:0.##}")
            );
            trace.Add(string.Create(CultureInfo.InvariantCulture, $"The frameworks vote: {string.Join(", ", said)}: {share:0.000}."));
            return Leads(share)
                ? Decided(share, voices.FindAll(voice => HasOpinion(voice) && voice.IsForFirst == share > 0.5), "The vote decides")
                : Escalate(speaking, "The vote has no lead: a person decides.");
        }

        private Settlement? OfOneMind(List<Voice> speaking, string how) =>
            speaking.TrueForAll(voice => voice.IsForFirst == speaking[0].IsForFirst) ? Decided(Mean(speaking), speaking, how) : null;

        private Settlement Decided(double share, List<Voice> by, string how)
        {
            var outcome = share > 0.5 ? SettlementOutcome.First : SettlementOutcome.Second;
            trace.Add($"{how}: the {(share > 0.5 ? "first" : "second")}, {string.Join(", ", by.Select(voice => voice.Said))}.");
            return new Settlement(outcome, share, [.. by.Select(voice => voice.Id)], trace);
        }

        private Settlement Escalate(List<Voice> speaking, string why)
        {
            trace.Add(why);
            return new Settlement(SettlementOutcome.Escalated, 0.5, [.. speaking.Select(voice => voice.Id)], trace);
        }

        private FrameworkTier Tier(Voice voice) => constitution.TierOf(voice.Clause);

        private bool HasOpinion(Voice voice) => Math.Abs(voice.First - 0.5) > conflicts.Indifference;

        private bool Leads(double share) => Math.Abs(share - 0.5) > conflicts.Margin;

        private static double Mean(IReadOnlyList<Voice> voices) =>
            voices.Sum(voice => voice.Clause.Weight * voice.First) / voices.Sum(voice => voice.Clause.Weight);

        private static string Sides(List<Voice> speaking) =>
            $"{string.Join(", ", speaking.Where(voice => voice.IsForFirst).Select(voice => voice.Said))} for the first, "
            + $"{string.Join(", ", speaking.Where(voice => !voice.IsForFirst).Select(voice => voice.Said))} for the second";

        private static string Plural(FrameworkTier tier) => tier == FrameworkTier.Constraint ? "hard constraints" : "duties";
    }
}
