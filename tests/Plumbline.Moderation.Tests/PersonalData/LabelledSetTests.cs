using Plumbline.Moderation.PersonalData;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.PersonalData;

/// <summary>Precision and recall on the generated labelled set.</summary>
public sealed class LabelledSetTests(ITestOutputHelper output)
{
    private const int PerRule = 120;
    private static readonly PersonalDataScanner Scanner = new();

    [Fact]
    public void Every_kind_with_a_checksum_is_found_and_hardly_anything_else_with_it()
    {
        var counts = new SortedDictionary<string, Counts>(StringComparer.Ordinal);
        foreach (var rule in PersonalDataRegistry.Rules.Where(rule => rule.Passes is not null && rule.HasChecksum))
        {
            foreach (var labelled in LabelledSet.Of(rule, PerRule, new Seed(7)))
            {
                Count(labelled, counts);
            }
        }

        foreach (var (kind, count) in counts)
        {
            output.WriteLine($"{kind, -18} precision {count.Precision:F3} recall {count.Recall:F3} of {count.Positives}");
        }

        var weak = counts
            .Where(entry => entry.Value.Positives > 0 && (entry.Value.Recall < 0.95 || entry.Value.Precision < 0.95))
            .Select(entry => entry.Key);
        Assert.Empty(weak);
    }

    // What another country's rule finds with a valid checksum in a faulty number is a false positive of that country.
    private void Count(LabelledText labelled, SortedDictionary<string, Counts> counts)
    {
        var matches = new List<PersonalDataMatch>();
        Scanner.Scan(labelled.Text, matches);
        var expected = At(counts, Kind(labelled.Rule));
        expected.Positives += labelled.IsValid ? 1 : 0;
        if (labelled.IsValid && !matches.Exists(match => match.Span == labelled.Span))
        {
            output.WriteLine($"missed {labelled.Rule}: {labelled.Text.Replace('\n', '|')}");
        }

        foreach (var match in matches.Where(match => match.Rule.HasChecksum))
        {
            var right = labelled.IsValid && match.Span == labelled.Span && Kind(match.Rule) == Kind(labelled.Rule);
            var counted = At(counts, Kind(match.Rule));
            counted.Right += right ? 1 : 0;
            counted.Wrong += right ? 0 : 1;
        }
    }

    private static Counts At(SortedDictionary<string, Counts> counts, string kind) =>
        counts.TryGetValue(kind, out var found) ? found : counts[kind] = new Counts();

    private static string Kind(PersonalDataRule rule) =>
        rule.Kind == PersonalDataKinds.NationalId ? $"{rule.Kind}/{rule.Country}" : rule.Kind;

    private sealed class Counts
    {
        internal int Positives { get; set; }

        internal int Right { get; set; }

        internal int Wrong { get; set; }

        internal double Recall => Positives == 0 ? 1 : (double)Right / Positives;

        internal double Precision => Right + Wrong == 0 ? 1 : (double)Right / (Right + Wrong);
    }
}
