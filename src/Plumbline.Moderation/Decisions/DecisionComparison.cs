using Plumbline.Constitutions;
using Plumbline.Constitutions.Comparing;

namespace Plumbline.Moderation.Decisions;

/// <summary>
/// What a changed constitution does to stored decisions: each is decided again under both from what was written down (<see cref="DecisionReplay"/>), and what cannot be told is counted by itself. Memory does not grow with the number of
/// decisions. For one caller at a time.
/// </summary>
public sealed class DecisionComparison
{
    /// <summary>How many ids are kept of each way that outcomes changed.</summary>
    public const int MostExamples = 20;

    private readonly DecisionReplay before;
    private readonly DecisionReplay after;
    private readonly List<ReachedClause> clauses;
    private readonly SortedDictionary<(GuardOutcome Before, GuardOutcome After), ChangedOutcomes> outcomes = [];
    private readonly Dictionary<ReplayGap, long> gaps = [];
    private readonly SortedDictionary<string, long> toAsk = new(StringComparer.Ordinal);

    /// <summary>Begins a comparison.</summary>
    /// <param name="before">The constitution before, overlays laid over it.</param>
    /// <param name="after">The constitution after.</param>
    /// <param name="changes">What changed (<see cref="ConstitutionDiff.Of"/>).</param>
    public DecisionComparison(Constitution before, Constitution after, IEnumerable<ClauseChange> changes)
    {
        (this.before, this.after) = (new DecisionReplay(before), new DecisionReplay(after));
        clauses = [.. changes.Select(change => new ReachedClause(change))];
    }

    /// <summary>How many decisions there are.</summary>
    public long Decisions { get; private set; }

    /// <summary>How many of them can be decided again under both.</summary>
    public long Replayed { get; private set; }

    /// <summary>How many were made under another constitution than the one before.</summary>
    public long Elsewhere { get; private set; }

    /// <summary>How many were made under the one before, and do not come out under it as they did: 0, unless another version decides otherwise.</summary>
    public long Deviating { get; private set; }

    /// <summary>How many come out otherwise.</summary>
    public long Changed => outcomes.Values.Sum(changed => changed.Count);

    /// <summary>How outcomes change, from what to what.</summary>
    public IReadOnlyDictionary<(GuardOutcome Before, GuardOutcome After), ChangedOutcomes> Outcomes => outcomes;

    /// <summary>How many cannot be told, by why.</summary>
    public long Untold(ReplayGap gap) => gaps.GetValueOrDefault(gap);

    /// <summary>How many decisions wait for a detector to be asked, by its name.</summary>
    public IReadOnlyDictionary<string, long> ToAsk => toAsk;

    /// <summary>What each changed clause touches, in the order of the changes.</summary>
    public IReadOnlyList<DecisionReach> Clauses =>
        [.. clauses.Select(clause => new DecisionReach(clause.Change.Id, clause.Touched, clause.Changed, clause.NotAsked))];

    /// <summary>Takes a decision.</summary>
    public void Add(DecisionRecord record)
    {
        var (old, @new) = (before.Of(record), after.Of(record));
        var isOwn = record.Decision.Constitution == before.ConstitutionHash;
        Decisions++;
        Elsewhere += isOwn ? 0 : 1;
        Deviating += isOwn && old.Outcome is { } again && again != record.Decision.Outcome ? 1 : 0;
        if (old.Outcome is { } from && @new.Outcome is { } to)
        {
            Replayed++;
            if (from != to)
            {
                outcomes.TryAdd((from, to), new ChangedOutcomes());
                outcomes[(from, to)].Add(record.Decision.Id);
            }
        }
        else
        {
            var gap = @new.Outcome is null ? @new.Gap : old.Gap;
            gaps[gap] = gaps.GetValueOrDefault(gap) + 1;
            foreach (var detector in old.ToAsk.Concat(@new.ToAsk).Select(ask => ask.Detector).Distinct(StringComparer.Ordinal))
            {
                toAsk[detector] = toAsk.GetValueOrDefault(detector) + 1;
            }
        }

        foreach (var clause in clauses)
        {
            clause.Add(record.Decision, (old, @new), InForce(record.Decision, clause.Change));
        }
    }

    // Whether the clause is in force where it was said, before or after; where that is not known, it may be.
    private bool InForce(GuardDecision decision, ClauseChange change) =>
        decision.Basis is not { } basis
        || before.RulesIn(basis.Situation).Any(rule => rule.Id == change.OldId)
        || after.RulesIn(basis.Situation).Any(rule => rule.Id == change.Id);

    private sealed class ReachedClause(ClauseChange change)
    {
        private readonly HashSet<string> hazards = [.. change.Old?.Hazards ?? [], .. change.New?.Hazards ?? []];

        public ClauseChange Change => change;

        public long Touched { get; private set; }

        public long Changed { get; private set; }

        public long NotAsked { get; private set; }

        public void Add(GuardDecision decision, (ReplayedDecision Old, ReplayedDecision New) replayed, bool isInForce)
        {
            var (old, @new) = replayed;
            var isAsked = old.ToAsk.Concat(@new.ToAsk).Any(ask => ask.Clauses.Any(IsMeant));
            var isTouched =
                isAsked
                || decision.Verdicts.Any(verdict => IsMeant(verdict.Clause))
                || (
                    isInForce
                    && decision.Findings.Any(finding => finding.Clause is { } named ? IsMeant(named) : hazards.Contains(finding.Hazard))
                );
            Touched += isTouched ? 1 : 0;
            NotAsked += isAsked ? 1 : 0;
            Changed +=
                old.Outcome is { } from && @new.Outcome is { } to && from != to && Of(old, change.OldId) != Of(@new, change.Id) ? 1 : 0;
        }

        private bool IsMeant(string clause) => clause == change.Id || clause == change.OldId;

        private static GuardOutcome? Of(ReplayedDecision replayed, string clause) =>
            replayed.Verdicts.FirstOrDefault(verdict => verdict.Clause == clause)?.Outcome;
    }
}

/// <summary>Decisions that come out otherwise in one way.</summary>
public sealed class ChangedOutcomes
{
    private readonly List<string> examples = [];

    /// <summary>How many.</summary>
    public long Count { get; private set; }

    /// <summary>The ids of the first of them, at most <see cref="DecisionComparison.MostExamples"/>.</summary>
    public IReadOnlyList<string> Examples => examples;

    internal void Add(string id)
    {
        Count++;
        if (examples.Count < DecisionComparison.MostExamples)
        {
            examples.Add(id);
        }
    }
}

/// <summary>The stored decisions that a changed clause reaches.</summary>
/// <param name="Clause">The clause's id; of a renamed one the new one.</param>
/// <param name="Touched">How many had a finding that concerns it where it is in force, a verdict of it, or would have to be asked about it.</param>
/// <param name="Changed">How many come out otherwise, and the clause says something else about them than before.</param>
/// <param name="NotAsked">How many cannot be told before a detector is asked about it.</param>
public sealed record DecisionReach(string Clause, long Touched, long Changed, long NotAsked);
