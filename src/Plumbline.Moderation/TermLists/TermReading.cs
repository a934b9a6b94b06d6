using Plumbline.Constitutions;
using Plumbline.Findings;

namespace Plumbline.Moderation.TermLists;

/// <summary>Reads a text in which terms of a list stand: what of them counts, and how much.</summary>
internal sealed class TermReading
{
    private readonly TermList list;
    private readonly string text;
    private readonly List<PhraseHit> hits;
    private readonly HitPlaces? exempt;
    private readonly Dictionary<int, HitPlaces> groups;
    private List<TextSpan>? quoted;

    private TermReading(TermList list, string text)
    {
        (this.list, this.text) = (list, text);
        hits = [];
        var scan = new PhraseScan(list.Automaton, text);
        while (scan.MoveNext())
        {
            hits.Add(scan.Current);
        }

        groups = hits.SelectMany(hit => list.Uses[hit.Phrase].Groups, (hit, group) => (Hit: hit, Group: group))
            .GroupBy(pair => pair.Group, pair => pair.Hit)
            .ToDictionary(group => group.Key, group => new HitPlaces(group));
        exempt = list.HasExempt ? new HitPlaces(hits.Where(hit => list.Uses[hit.Phrase].IsExempt)) : null;
    }

    /// <summary>What is found: of each entry the term that says most, the first where several do.</summary>
    /// <param name="list">The list.</param>
    /// <param name="text">The text.</param>
    /// <param name="language">Its language; null for unknown, which may be any.</param>
    public static IReadOnlyList<Finding> Findings(TermList list, string text, string? language)
    {
        var reading = new TermReading(list, text);
        var best = new Dictionary<int, Judged>();
        foreach (var hit in reading.hits.Where(hit => list.IsTerm[hit.Phrase] && reading.exempt?.Hold(hit) is not true))
        {
            foreach (var entry in list.Uses[hit.Phrase].Entries.Where(entry => IsMeant(list.Entries[entry], language)))
            {
                var judged = reading.Judge(hit, list.Entries[entry]);
                if (!best.TryGetValue(entry, out var before) || judged.IsMoreThan(before))
                {
                    best[entry] = judged;
                }
            }
        }

        return [.. best.OrderBy(one => one.Key).Select(one => reading.Of(list.Entries[one.Key], one.Value))];
    }

    private static bool IsMeant(CompiledEntry entry, string? language) =>
        entry.Languages.Count == 0 || language is null || entry.Languages.Any(tag => LanguageTag.Covers(tag, language));

    private Judged Judge(PhraseHit hit, CompiledEntry entry)
    {
        var near = Nearest(hit, entry.Near);
        var against = Nearest(hit, entry.Unless);
        var isQuoted = entry.UnlessQuoted && QuotedRuns.Hold(quoted ??= QuotedRuns.Of(text), hit.Span);
        var isAgainst = against is not null || isQuoted;
        var score = (near is not null, isAgainst) switch
        {
            (true, false) => entry.Score,
            (true, true) => TermListDetector.BothScore,
            (false, true) => TermListDetector.AgainstScore,
            _ => TermListDetector.AloneScore,
        };
        return new Judged(hit, score, near, against, isQuoted);
    }

    private PhraseHit? Nearest(PhraseHit hit, CompiledRule? rule)
    {
        (PhraseHit Hit, int Distance)? nearest = null;
        foreach (var group in rule?.Groups ?? [])
        {
            if (
                groups.TryGetValue(group, out var places)
                && places.Nearest(hit) is { } found
                && found.Distance <= rule!.Reach
                && !(nearest?.Distance <= found.Distance)
            )
            {
                nearest = found;
            }
        }

        return nearest?.Hit;
    }

    private Finding Of(CompiledEntry entry, Judged judged) =>
        new()
        {
            Hazard = entry.Hazard,
            Score = judged.Score,
            Kind = $"{list.Name}/{entry.Name}",
            Span = judged.Hit.Span,
            Evidence = string.Join(
                "; ",
                new[]
                {
                    Quoted(judged.Hit),
                    judged.Near is { } near ? $"with {Quoted(near)} near" : null,
                    judged.Against is { } against ? $"against it {Quoted(against)}" : null,
                    judged.IsQuoted ? "in quotation marks" : null,
                }.OfType<string>()
            ),
        };

    // The list's own words, never the text's.
    private string Quoted(PhraseHit hit) => $"\"{list.Automaton.Phrases[hit.Phrase]}\"";

    private readonly record struct Judged(PhraseHit Hit, double Score, PhraseHit? Near, PhraseHit? Against, bool IsQuoted)
    {
        public bool IsMoreThan(Judged other) =>
            Score > other.Score
            || (Score.Equals(other.Score) && (Hit.Start < other.Hit.Start || (Hit.Start == other.Hit.Start && Hit.End > other.Hit.End)));
    }
}
