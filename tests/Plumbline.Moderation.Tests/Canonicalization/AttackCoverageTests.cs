using System.Globalization;
using System.Text;
using Plumbline.Evaluation.Attacks;
using Plumbline.Moderation.Canonicalization;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.Canonicalization;

/// <summary>Real requests, written as each attack writes them, are found again in some view.</summary>
public sealed class AttackCoverageTests(ITestOutputHelper output)
{
    private const double Required = 0.95;
    private const double Composed = 0.90;
    private const int FewestRows = 20;
    private static readonly Canonicalizer Canonicalizer = new();

    // What undoes these knows English words, or likelihoods that other languages share too little of.
    private static readonly HashSet<string> EnglishOnly =
    [
        "reversed",
        "reversed-letters",
        "reversed-words",
        "leetspeak",
        "leetspeak-signs",
    ];

    [Fact]
    public void Every_attack_on_English_requests_is_undone()
    {
        Measure([.. TextAttacks.All], Sample(RealTexts.EnglishRequests()), Required);
    }

    [Theory]
    [InlineData("base64(leetspeak)")]
    [InlineData("rot13(reversed)")]
    [InlineData("base64(base64)")]
    [InlineData("hex(base64)")]
    [InlineData("base64(rot13)")]
    [InlineData("percent(base32)")]
    [InlineData("json-escapes(rot13)")]
    [InlineData("base64(homoglyphs-mixed)")]
    [InlineData("zero-width(base64)")]
    [InlineData("full-width(rot13)")]
    [InlineData("json(base64)")]
    [InlineData("many-shot(base64)")]
    [InlineData("role-play(leetspeak)")]
    [InlineData("system-tag(rot13)")]
    [InlineData("tags(base64)")]
    [InlineData("binary(reversed)")]
    [InlineData("split(rot13)")]
    public void Composed_attacks_are_undone(string name)
    {
        Measure([TextAttacks.Find(name)], Sample(RealTexts.EnglishRequests()), Composed);
    }

    [Theory]
    [InlineData("zh")]
    [InlineData("it")]
    [InlineData("vi")]
    [InlineData("ar")]
    [InlineData("ko")]
    [InlineData("th")]
    [InlineData("bn")]
    [InlineData("sw")]
    [InlineData("jv")]
    public void Attacks_on_requests_in_other_languages_are_undone(string language)
    {
        Measure(
            [.. TextAttacks.All.Where(attack => !EnglishOnly.Contains(attack.Name))],
            Sample(RealTexts.MultilingualRequests(language)),
            Required
        );
    }

    private void Measure(IReadOnlyList<ITextAttack> attacks, List<string> requests, double required)
    {
        var failures = new List<string>();
        output.WriteLine("attack | rows | found | share | views");
        foreach (var attack in attacks)
        {
            var (rows, found, views) = (0, 0, 0);
            for (var i = 0; i < requests.Count; i++)
            {
                if (InAlphabet(attack, requests[i]) is not { } request)
                {
                    continue;
                }

                var written = attack.Apply(request, new Seed(17).Derive(attack.Name, i).Source());
                if (written == request)
                {
                    continue;
                }

                var read = Canonicalizer.Read(written);
                rows++;
                views += read.Views.Count;
                var isFound = IsFound(read, request);
                found += isFound ? 1 : 0;
            }

            if (rows == 0)
            {
                continue;
            }

            var share = (double)found / rows;
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{attack.Name} | {rows} | {found} | {share:P1} | {(double)views / rows:F1}")
            );
            // Where only a few rows lie in the alphabet, the language is not written in it.
            if (share < required && rows >= FewestRows)
            {
                failures.Add(attack.Name);
            }
        }

        Assert.True(failures.Count == 0, $"Found in fewer than {required:P0} of rows: {string.Join(", ", failures)}");
    }

    // Every third, so that the whole suite stays quick.
    private static List<string> Sample(IReadOnlyList<string> requests) => [.. requests.Where((_, i) => i % 3 == 0)];

    private static bool IsFound(CanonicalText read, string request)
    {
        var wanted = Comparable(Canonicalizer.Read(request).Normalized.Text);
        return read.Views.Any(view => Comparable(view.Text).Contains(wanted, StringComparison.Ordinal));
    }

    private static string Comparable(string text) =>
        string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // The part of a request that an attack can write; null where too little is left of it.
    private static string? InAlphabet(ITextAttack attack, string request)
    {
        if (attack.Covers(request))
        {
            return request;
        }

        var kept = new StringBuilder();
        foreach (var unit in request)
        {
            var candidates = (ReadOnlySpan<char>)[unit, char.ToLowerInvariant(unit), char.ToUpperInvariant(unit)];
            foreach (var candidate in candidates)
            {
                if (attack.Covers(candidate.ToString()))
                {
                    kept.Append(candidate);
                    break;
                }
            }
        }

        var text = string.Join(' ', kept.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return attack.Covers(text) && text.Count(char.IsLetter) * 10 >= request.Count(char.IsLetter) * 9 ? text : null;
    }
}
