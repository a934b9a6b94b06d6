using System.Globalization;
using Plumbline.Configuration;

namespace Plumbline.Constitutions.Comparing;

/// <summary>What changed from one constitution to another, clause by clause and by meaning.</summary>
public static class ConstitutionDiff
{
    // A clause that is gone and one that came with this share of common words are one under another name.
    private const double SameClause = 0.6;

    /// <summary>The changed clauses, in the order of their ids; those that are equal are left out.</summary>
    public static IReadOnlyList<ClauseChange> Of(Constitution old, Constitution @new)
    {
        var changes = new List<ClauseChange>();
        var gone = old
            .Clauses.Where(clause => !@new.Clauses.ContainsKey(clause.Key))
            .OrderBy(clause => clause.Key, StringComparer.Ordinal)
            .ToList();
        var come = @new
            .Clauses.Where(clause => !old.Clauses.ContainsKey(clause.Key))
            .OrderBy(clause => clause.Key, StringComparer.Ordinal)
            .ToList();
        foreach (var (oldId, clause) in gone.ToList())
        {
            var nearest = come.Select(other => (Other: other, Likeness: TextChange.Likeness(clause.Text, other.Value.Text)))
                .DefaultIfEmpty()
                .MaxBy(pair => pair.Likeness);
            if (nearest.Likeness >= SameClause)
            {
                var (id, renamed) = nearest.Other;
                var comparison = Compared(old, @new, oldId, id, clause, renamed);
                changes.Add(comparison.Change(id, oldId, [(ChangeKind.Renamed, $"was {oldId}")]));
                gone.RemoveAll(other => other.Key == oldId);
                come.RemoveAll(other => other.Key == id);
            }
        }

        changes.AddRange(
            gone.Select(clause => new ClauseChange(clause.Key, [ChangeKind.Removed], ["removed"], clause.Value, null) { CountsAnew = true })
        );
        changes.AddRange(
            come.Select(clause => new ClauseChange(clause.Key, [ChangeKind.Added], ["added"], null, clause.Value)
            {
                AsksAnew = true,
                CountsAnew = true,
            })
        );
        foreach (var (id, clause) in old.Clauses.Where(clause => @new.Clauses.ContainsKey(clause.Key)))
        {
            var comparison = Compared(old, @new, id, id, clause, @new.Clauses[id]);
            if (comparison.IsAny)
            {
                changes.Add(comparison.Change(id, id, []));
            }
        }

        return [.. changes.OrderBy(change => change.Id, StringComparer.Ordinal)];
    }

    /// <summary>Whether conflicts are settled in another way, whichever clauses they are between.</summary>
    public static bool SettlesOtherwise(Constitution old, Constitution @new) =>
        !Spelled(old.Conflicts, typeof(ConflictOptions)).Equals(Spelled(@new.Conflicts, typeof(ConflictOptions)), StringComparison.Ordinal);

    private static Comparison Compared(
        Constitution oldConstitution,
        Constitution newConstitution,
        string oldId,
        string newId,
        Clause old,
        Clause @new
    )
    {
        var comparison = new Comparison(old, @new);
        comparison.Text();
        comparison.Scope();
        comparison.Order(oldConstitution.Frameworks[old.Framework], newConstitution.Frameworks[@new.Framework]);
        comparison.Tests();
        comparison.Rest();
        return comparison;
    }

    private static string Spelled(object value, Type type) => OptionsTree.ToYaml(OptionsTree.Describe(value, type));

    private sealed class Comparison(Clause old, Clause @new)
    {
        private readonly List<(ChangeKind Kind, string Detail)> found = [];
        private bool asksAnew;
        private bool countsAnew;

        internal bool IsAny => found.Count > 0;

        internal ClauseChange Change(string id, string oldId, IEnumerable<(ChangeKind Kind, string Detail)> more)
        {
            var all = more.Concat(found).ToList();
            return new ClauseChange(
                id,
                [.. all.Select(each => each.Kind).Distinct().Order()],
                [.. all.Select(each => each.Detail).Where(detail => detail.Length > 0)],
                old,
                @new
            )
            {
                OldId = oldId,
                AsksAnew = asksAnew,
                CountsAnew = countsAnew,
            };
        }

        internal void Text()
        {
            if (old.Polarity != @new.Polarity)
            {
                asksAnew = true;
                Add(ChangeKind.Reversed, $"{Name(old.Polarity)} became {Name(@new.Polarity)}");
            }

            if (old.Text != @new.Text)
            {
                asksAnew = true;
                var change = TextChange.Of(old.Text, @new.Text);
                var counts = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{change.Added.Count} sentences added, {change.Removed.Count} removed, {change.Changed.Count} changed"
                );
                Add(ChangeKind.Reworded, change.IsAny ? $"text: {counts}" : "text: white space");
                if (change.Narrows)
                {
                    Add(ChangeKind.Narrowed, "the text asks for less");
                }
                else if (change.Widens)
                {
                    Add(ChangeKind.Widened, "the text asks for more");
                }
            }

            foreach (var (name, before, after) in Wordings())
            {
                if (before != after)
                {
                    asksAnew = true;
                    Add(ChangeKind.Reworded, name);
                }
            }

            var (dropped, granted) = (old.Exceptions.Except(@new.Exceptions).ToList(), @new.Exceptions.Except(old.Exceptions).ToList());
            asksAnew |= dropped.Count + granted.Count > 0;
            foreach (var exception in granted)
            {
                Add(ChangeKind.Narrowed, $"exception added: {exception}");
            }

            foreach (var exception in dropped)
            {
                Add(ChangeKind.Widened, $"exception removed: {exception}");
            }
        }

        internal void Scope()
        {
            var (narrower, wider) = (!@new.Scope.Covers(old.Scope), !old.Scope.Covers(@new.Scope));
            countsAnew |= narrower || wider;
            if (narrower)
            {
                Add(ChangeKind.Narrowed, $"scope: {old.Scope} became {@new.Scope}");
            }

            if (wider)
            {
                Add(ChangeKind.Widened, narrower ? string.Empty : $"scope: {old.Scope} became {@new.Scope}");
            }

            if (!Same(old.Effective, @new.Effective))
            {
                countsAnew = true;
                Add(ChangeKind.Redated, $"in force {Period(old.Effective)} became {Period(@new.Effective)}");
            }
        }

        internal void Order(Framework before, Framework after)
        {
            (string Name, object Before, object After)[] values =
            [
                ("framework", old.Framework, @new.Framework),
                ("tier", before.Tier, after.Tier),
                ("credence", before.Credence, after.Credence),
                ("priority", old.Priority, @new.Priority),
                ("weight", old.Weight, @new.Weight),
            ];
            foreach (var (name, own, other) in values)
            {
                if (!own.Equals(other))
                {
                    countsAnew = true;
                    Add(ChangeKind.Reprioritised, string.Create(CultureInfo.InvariantCulture, $"{name}: {own} became {other}"));
                }
            }
        }

        internal void Tests()
        {
            var (before, after) = (Spelled(old), Spelled(@new));
            var (gone, come) = (before.Except(after).ToList(), after.Except(before).ToList());
            // One of the same prompt is the same test, told otherwise.
            var changed = gone.Select(test => test.Prompt).Intersect(come.Select(test => test.Prompt), StringComparer.Ordinal).Count();
            if (gone.Count + come.Count > 0)
            {
                Add(
                    ChangeKind.Retested,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"tests: {come.Count - changed} added, {gone.Count - changed} removed, {changed} changed"
                    )
                );
            }

            static List<(string Prompt, string All)> Spelled(Clause clause) =>
                [.. clause.Tests.Select(test => (test.Prompt, ConstitutionDiff.Spelled(test, typeof(ClauseTest))))];
        }

        internal void Rest()
        {
            (ChangeKind Kind, string Name, Func<Clause, object> Of, Type Type)[] rest =
            [
                (ChangeKind.Rethresholded, "thresholds", clause => clause.Thresholds, typeof(IReadOnlyDictionary<string, double>)),
                (ChangeKind.Reenforced, "enforcement", clause => clause.Enforcement, typeof(ClauseEnforcement)),
                (ChangeKind.Recoded, "hazards", clause => clause.Hazards, typeof(IReadOnlyList<string>)),
                (ChangeKind.Reexplained, "rationale", clause => clause.Rationale ?? string.Empty, typeof(string)),
                (ChangeKind.Reexplained, "section", clause => clause.Section ?? string.Empty, typeof(string)),
                (ChangeKind.Reexplained, "references", clause => clause.References, typeof(IReadOnlyList<string>)),
            ];
            foreach (var (kind, name, of, type) in rest)
            {
                if (!Spelled(of(old), type).Equals(Spelled(of(@new), type), StringComparison.Ordinal))
                {
                    Add(kind, name);
                }
            }
        }

        private IEnumerable<(string Name, string Before, string After)> Wordings()
        {
            yield return ("wording", Spelled(old.Wording, typeof(ClauseWording)), Spelled(@new.Wording, typeof(ClauseWording)));
            foreach (var tag in old.Translations.Keys.Union(@new.Translations.Keys).Order(StringComparer.Ordinal))
            {
                yield return ($"translation into {tag}", Translation(old, tag), Translation(@new, tag));
            }
        }

        private static string Translation(Clause clause, string tag) =>
            clause.Translations.TryGetValue(tag, out var translation) ? Spelled(translation, typeof(ClauseTranslation)) : string.Empty;

        private void Add(ChangeKind kind, string detail) => found.Add((kind, detail));

        private static bool Same(ClausePeriod left, ClausePeriod right) => left.From == right.From && left.Until == right.Until;

        private static string Period(ClausePeriod period) =>
            (period.From, period.Until) switch
            {
                (null, null) => "always",
                ({ } from, null) => $"from {from:yyyy-MM-dd}",
                (null, { } until) => $"until {until:yyyy-MM-dd}",
                ({ } from, { } until) => $"from {from:yyyy-MM-dd} until {until:yyyy-MM-dd}",
            };

        private static string Name(Enum value) => OptionText.SnakeCase(value.ToString());
    }
}
