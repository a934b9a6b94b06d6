using System.Text.RegularExpressions;
using CsCheck;
using Plumbline.Findings;
using Plumbline.Moderation.TermLists;
using Plumbline.Moderation.TextModels;

namespace Plumbline.Moderation.Tests.TermLists;

/// <summary>The automaton and the search for context, against an implementation that tries every phrase at every place and every hit with every other.</summary>
public sealed class TermMatchingPropertyTests
{
    private static readonly string[] Pieces =
    [
        "a",
        "ab",
        "aba",
        "b",
        "bab",
        " ",
        " ",
        " ",
        "-",
        "\n",
        "\"",
        "自",
        "杀",
        "ก",
        "า",
        "가",
        "é",
        "B",
        "\U0001F480",
        "7",
    ];

    private static readonly Gen<string> Written = Gen.Int[0, Pieces.Length - 1]
        .Select(at => Pieces[at])
        .Array[1, 5]
        .Select(string.Concat)
        .Where(IsPhrase);

    private static readonly Gen<string> Text = Gen.Int[0, Pieces.Length - 1].Select(at => Pieces[at]).Array[0, 60].Select(string.Concat);

    private static readonly Gen<string> Term = Gen.Select(Written, Gen.Bool)
        .Select((written, isPrefix) => isPrefix && IsPrefix(written) ? written + "*" : written);

    [Fact]
    public void Every_phrase_is_found_wherever_it_stands_and_nowhere_else() =>
        Gen.Select(Term.Array[1, 8], Text)
            .Sample(
                (written, text) =>
                {
                    Phrase[] phrases = [.. written.Select(Phrase.Of).Distinct()];
                    var found = new List<PhraseHit>();
                    var scan = new PhraseScan(new PhraseAutomaton(phrases), text);
                    while (scan.MoveNext())
                    {
                        found.Add(scan.Current);
                    }

                    Assert.Equal(
                        Naive(phrases, text).OrderBy(hit => hit.Phrase).ThenBy(hit => hit.Start),
                        found.OrderBy(hit => hit.Phrase).ThenBy(hit => hit.Start)
                    );
                    Assert.Equal(found.Select(hit => hit.End).Order(), found.Select(hit => hit.End));
                },
                iter: 10_000
            );

    [Fact]
    public void Findings_are_those_of_trying_everything_with_everything()
    {
        var list = Gen.Select(Term.Array[1, 3], Written.Array[1, 3], Written.Array[1, 2], Written.Array[0, 2], Gen.Int[0, 3], Gen.Bool);
        Gen.Select(list, Text)
            .Sample(
                (parts, text) =>
                {
                    var (terms, near, unless, exempt, within, quoted) = parts;
                    // Terms of a list have two letters.
                    terms = [.. terms.Where(term => Phrase.Of(term).Text.Count(unit => unit != ' ') >= 2)];
                    if (terms.Length == 0)
                    {
                        return;
                    }

                    var entry = new TermEntry
                    {
                        Terms = terms,
                        Hazard = "S1",
                        Near = new NearRule { Phrases = near, Within = within },
                        Unless = new UnlessRule
                        {
                            Phrases = unless,
                            Within = within + 1,
                            Quoted = quoted,
                        },
                    };
                    var detector = TermListDetector.Of(
                        new TermListFile
                        {
                            Name = "x",
                            Exempt = exempt,
                            Entries = new Dictionary<string, TermEntry> { ["a"] = entry },
                        }
                    );

                    var found = Lists.Ask(detector, text).SingleOrDefault();

                    Assert.Equal(Naive(entry, exempt, text), found is null ? null : (found.Score, found.Span!.Value));
                },
                iter: 10_000
            );
    }

    private static (double Score, TextSpan Span)? Naive(TermEntry entry, string[] exempt, string text)
    {
        var exempts = Naive([.. exempt.Select(Phrase.Of).Distinct()], text);
        var near = Naive([.. entry.Near!.Phrases.Select(Phrase.Of).Distinct()], text);
        var unless = Naive([.. entry.Unless!.Phrases.Select(Phrase.Of).Distinct()], text);
        var quotes = Regex.Matches(text, "\"([^\"\n]*)\"").Select(match => match.Groups[1]).ToList();
        return Naive([.. entry.Terms.Select(Phrase.Of).Distinct()], text)
            .Where(term => !exempts.Exists(hit => hit.Start <= term.Start && hit.End >= term.End))
            .Select(term =>
            {
                var isNear = near.Exists(hit => IsWithin(term, hit, entry.Near.Within));
                var isAgainst =
                    unless.Exists(hit => IsWithin(term, hit, entry.Unless.Within))
                    || (entry.Unless.Quoted && quotes.Exists(quote => quote.Index <= term.Start && quote.Index + quote.Length >= term.End));
                var score = (isNear, isAgainst) switch
                {
                    (true, false) => 0.7,
                    (true, true) => 0.4,
                    (false, true) => 0.1,
                    _ => 0.3,
                };
                return ((double Score, TextSpan Span)?)(score, term.Span);
            })
            .OrderByDescending(one => one!.Value.Score)
            .ThenBy(one => one!.Value.Span.Start)
            .ThenByDescending(one => one!.Value.Span.Length)
            .FirstOrDefault();
    }

    private static bool IsWithin(PhraseHit term, PhraseHit hit, int words) =>
        (hit.End <= term.Start && term.From - hit.To <= words * 4) || (hit.Start >= term.End && hit.From - term.To <= words * 4);

    private static List<PhraseHit> Naive(Phrase[] phrases, string text)
    {
        // One space for each run of them, none at the beginning; and where each unit stands in the text.
        var (folded, places, weights) = (new List<char>(), new List<int>(), new List<int> { 0 });
        for (var i = 0; i < text.Length; i++)
        {
            var unit = TextFeatures.FoldedUnits[text[i]];
            var before = folded.Count == 0 ? ' ' : folded[^1];
            if (unit != ' ' || before != ' ')
            {
                folded.Add(unit);
                places.Add(i);
                weights.Add(weights[^1] + Words.Weight(before, unit));
            }
        }

        var whole = new string([.. folded]);
        var hits = new List<PhraseHit>();
        for (var phrase = 0; phrase < phrases.Length; phrase++)
        {
            var (words, isPrefix) = phrases[phrase];
            for (var start = 0; start + words.Length <= whole.Length; start++)
            {
                var end = start + words.Length;
                if (string.CompareOrdinal(whole, start, words, 0, words.Length) != 0 || !IsBoundary(whole, start))
                {
                    continue;
                }

                var last = end;
                while (isPrefix && !IsBoundary(whole, last))
                {
                    last++;
                }

                if (IsBoundary(whole, last))
                {
                    hits.Add(new PhraseHit(phrase, places[start], places[last - 1] + 1, weights[start], weights[end]));
                }
            }
        }

        return hits;
    }

    private static bool IsBoundary(string text, int at) => at == 0 || at == text.Length || !(IsSpelt(text[at - 1]) && IsSpelt(text[at]));

    private static bool IsSpelt(char unit) => char.IsAsciiLetterOrDigit(unit) || unit == 'é';

    private static bool IsPhrase(string written) => Phrase.Of(written).Text.Length > 0;

    private static bool IsPrefix(string written) =>
        TextFeatures.FoldedUnits[written[^1]] != ' ' && Phrase.Of(written).Text.Split(' ')[^1].Length >= 3;
}
