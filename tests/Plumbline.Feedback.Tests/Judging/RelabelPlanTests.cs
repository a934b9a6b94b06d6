using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Feedback.Judging;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Feedback.Tests.Judging;

/// <summary>What a changed constitution touches of 10,000 labelled pairs, against labelling all of them anew.</summary>
public sealed class RelabelPlanTests
{
    private const int Pairs = 10_000;
    private const int Clauses = 12;
    private static readonly string[] Domains = ["health", "money", "school", "other"];
    private static readonly Seed Seed = new(4);
    private static readonly ComparisonOptions Options = new() { ClausesPerPair = 3 };
    private static readonly List<ComparedPair> AllPairs = [.. Enumerable.Range(0, Pairs).Select(Pair)];

    // The same for every change.
    private static readonly Lazy<Task<List<LabelledPair>>> OldLabels = new(async () =>
    {
        using var folder = new TemporaryFolder();
        return (await Labels(folder, "old.db", Old(), AllPairs, null)).Labels;
    });

    public static TheoryData<string, double> Changes() =>
        new()
        {
            { "reworded", 0.32 },
            { "removed", 0.32 },
            { "added", 0.32 },
            { "narrowed", 0.25 },
            { "reprioritised", 0.32 },
            { "explained", 0 },
        };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task The_predicted_set_is_what_a_full_relabel_changes(string change, double atMost)
    {
        using var folder = new TemporaryFolder();
        var @new = Changed(Old(), change);
        var before = await OldLabels.Value;
        var rules = new LabelRules(@new, "j", Options, Seed);

        var plans = AllPairs.Zip(before, (pair, label) => RelabelPlan.Of(rules, pair, label)).ToList();

        var predicted = plans.Where(plan => plan.IsTouched).Select(plan => plan.Pair.Id).ToHashSet();
        // Labelled from nothing, by another cache.
        var (after, all) = await Labels(folder, "new.db", @new, AllPairs, null);
        var changed = before
            .Zip(after)
            .Where(labels => RelabelPlan.Differs(labels.First, labels.Second))
            .Select(labels => labels.First.Id)
            .ToHashSet();
        var both = predicted.Count(changed.Contains);
        Assert.Equal(changed.Count, both);
        Assert.True(predicted.Count == 0 || (double)both / predicted.Count >= 0.95, $"{both} of {predicted.Count}");
        Assert.Equal(change == "explained", changed.Count == 0);
        Assert.True(predicted.Count <= atMost * Pairs, $"{predicted.Count}");

        // Labelling only those, from what is known, gives the same labels and asks only what is new.
        var touched = plans.Where(plan => plan.IsTouched).ToList();
        var (relabelled, asked) = await Labels(
            folder,
            "again.db",
            @new,
            [.. touched.Select(plan => plan.Pair)],
            touched.ToDictionary(plan => plan.Pair.Id, plan => plan.Before)
        );
        var expected = after.ToDictionary(label => label.Id);
        Assert.All(relabelled, label => Assert.False(RelabelPlan.Differs(label, expected[label.Id])));
        Assert.Equal(2L * plans.Sum(plan => plan.ToAsk.Count), asked);
        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{change}: {predicted.Count} of {Pairs} pairs predicted, {changed.Count} changed, {both} both; {asked} of {all} questions asked, {1 - ((double)asked / all):P1} saved"
            )
        );
        Assert.True(asked <= all * 0.12, $"{asked} of {all} questions");
    }

    private static Constitution Old() =>
        new()
        {
            Name = "large",
            Clauses = Enumerable
                .Range(0, Clauses)
                .ToDictionary(
                    i => $"clause_{i}",
                    i => new Clause
                    {
                        Text = $"Principle {i}.",
                        Scope = new ClauseScope { Domains = i % 4 == 3 ? [Domains[i % 3]] : [] },
                        Framework = i == 0 ? "duties" : "principles",
                    }
                ),
        };

    private static Constitution Changed(Constitution old, string change)
    {
        var clauses = old.Clauses.ToDictionary();
        var clause = clauses["clause_5"];
        switch (change)
        {
            case "reworded":
                clauses["clause_5"] = clause with { Text = "Another principle." };
                break;
            case "removed":
                clauses.Remove("clause_5");
                break;
            case "added":
                clauses["clause_new"] = new Clause { Text = "A new principle." };
                break;
            case "narrowed":
                clauses["clause_5"] = clause with { Scope = new ClauseScope { Domains = ["health"] } };
                break;
            case "reprioritised":
                clauses["clause_5"] = clause with { Framework = "duties" };
                break;
            default:
                clauses["clause_5"] = clause with { Rationale = "Because." };
                break;
        }

        return old with
        {
            Clauses = clauses,
        };
    }

    private static ComparedPair Pair(int number) =>
        new(
            $"pair-{number}",
            Content.FromText($"question {number}"),
            Content.FromText($"answer {number} one"),
            Content.FromText($"answer {number} two"),
            new Situation { Domain = Domains[number % Domains.Length] }
        );

    private static async Task<(List<LabelledPair> Labels, long Asked)> Labels(
        TemporaryFolder folder,
        string file,
        Constitution constitution,
        IReadOnlyList<ComparedPair> asked,
        Dictionary<string, LabelledPair>? before
    )
    {
        using var cache = AnswerCache.Open(folder.File(file));
        // Some opinion that depends on all that is asked, to the last word.
        var scorer = new ScriptedScorer(text => [Seed.Derive(text).Source().NextDouble(), 0]);
        using var judge = new Judge("j", null, scorer, cache);
        var labeller = new PairLabeller(new LabelRules(constitution, "j", Options, Seed), judge);
        var labels = new List<LabelledPair>();
        foreach (var pair in asked)
        {
            labels.Add(await labeller.LabelAsync(pair, before?[pair.Id]));
        }

        return (labels, judge.Usage.Asked);
    }
}
