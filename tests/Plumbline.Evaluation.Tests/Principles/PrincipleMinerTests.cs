using System.Text.Json;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Evaluation.Principles;
using Plumbline.Evaluation.Principles.Clauses;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Evaluation.Tests.Principles;

public sealed class PrincipleMinerTests(ITestOutputHelper output)
{
    private static readonly MiningOptions Quick = new() { Resamples = 200, BigramRuler = false };

    [Fact]
    public void Planted_principles_are_found_with_their_signs_and_noise_is_not_sold()
    {
        var (found, falseShare) = (0, 0.0);
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var pairs = PlantedPreferences.Pairs(1000, new Seed(seed), PlantedPreferences.SeventyPercent, refusal: 1.2);

            var mined = new PrincipleMiner(new Seed(seed), Quick).Mine(pairs, cancellation: TestContext.Current.CancellationToken);

            var principles = mined.Principles.Select(finding => finding.Principle(0.05)!.Id).ToHashSet();
            output.WriteLine($"{seed}: {string.Join(", ", principles)}");
            found += principles.Contains("prefers_shorter_answers") && principles.Contains("prefers_declining") ? 1 : 0;
            falseShare +=
                principles.Count(id => id is not ("prefers_shorter_answers" or "prefers_declining")) / Math.Max(1.0, principles.Count) / 10;
            // 70 of 100 where the sign of the length is known; its size blurs it, refusals add to it.
            Assert.InRange(mined.Features.Accuracy.Value, 0.6, 0.8);
            Assert.True(mined.Features.OverCoin.Interval!.Value.Low > 0);
        }

        Assert.InRange(found, 9, 10);
        Assert.InRange(falseShare, 0, 0.05);
    }

    [Fact]
    public void Where_nothing_is_preferred_hardly_anything_is_found()
    {
        const int sets = 60;
        var sold = 0;
        for (ulong seed = 1; seed <= sets; seed++)
        {
            var pairs = PlantedPreferences.Pairs(200, new Seed(seed), shorter: 0, refusal: 0);

            var mined = new PrincipleMiner(new Seed(seed), Quick with { Resamples = 100, Folds = 3 }).Mine(
                pairs,
                cancellation: TestContext.Current.CancellationToken
            );

            sold += mined.Principles.Count > 0 ? 1 : 0;
        }

        output.WriteLine($"sold: {sold} of {sets}");
        Assert.InRange(sold, 0, (int)(0.05 * sets));
    }

    [Fact]
    public void The_same_seed_gives_the_same_findings_and_the_mirror_image_the_opposite_ones()
    {
        var pairs = PlantedPreferences.Pairs(300, new Seed(3), PlantedPreferences.SeventyPercent, refusal: 1.2);
        var mirrored = pairs.ConvertAll(pair => pair with { Chosen = pair.Rejected, Rejected = pair.Chosen });
        MinedPreferences Mine(List<PreferenceExample> rows, ulong seed) =>
            new PrincipleMiner(new Seed(seed), Quick with { BigramRuler = true }).Mine(
                rows,
                cancellation: TestContext.Current.CancellationToken
            );

        var mined = Mine(pairs, 1);

        Assert.Equal(mined.Features.Findings, Mine(pairs, 1).Features.Findings);
        Assert.Equal(mined.Bigrams, Mine(pairs, 1).Bigrams);
        Assert.NotEqual(mined.Features.Findings[0].Coefficient, Mine(pairs, 2).Features.Findings[0].Coefficient);
        foreach (var (own, other) in mined.Features.Findings.Zip(Mine(mirrored, 1).Features.Findings))
        {
            Assert.Equal(own.Coefficient.Value, -other.Coefficient.Value, 1e-6);
            Assert.Equal(own.Q, other.Q, 1e-9);
            Assert.Equal(own.Share.More.Successes, other.Share.More.Trials - other.Share.More.Successes);
        }
    }

    [Fact]
    public void What_is_found_is_a_constitution_that_can_be_read_again()
    {
        var pairs = PlantedPreferences.Pairs(600, new Seed(8), PlantedPreferences.SeventyPercent, refusal: 1.5);
        var mined = new PrincipleMiner(new Seed(1), Quick).Mine(pairs, cancellation: TestContext.Current.CancellationToken);
        using var folder = new TemporaryFolder();

        var found = MinedConstitution.Of(mined, "found")!;
        ConstitutionFile.Write(folder.File("found.yaml"), found);
        var read = ConstitutionFile.Read(folder.File("found.yaml"));

        Assert.Equal(ConstitutionHash.Of(found), ConstitutionHash.Of(read));
        Assert.Superset(new HashSet<string> { "prefers_declining", "prefers_shorter_answers" }, read.Clauses.Keys.ToHashSet());
        var strongest = read.Clauses[mined.Principles[0].Principle(0.05)!.Id];
        Assert.Equal(1, strongest.Weight);
        Assert.Contains($"of the {mined.Principles[0].Share.More.Trials} pairs", strongest.Rationale, StringComparison.Ordinal);
        var ratio = Math.Abs(mined.Principles[1].Coefficient.Value / mined.Principles[0].Coefficient.Value);
        Assert.Equal(ratio, read.Clauses[mined.Principles[1].Principle(0.05)!.Id].Weight, 1e-4);
    }

    [Fact]
    public void Clauses_explain_oppose_or_leave_over()
    {
        var pairs = PlantedPreferences.Pairs(1000, new Seed(4), PlantedPreferences.SeventyPercent, refusal: 1.5);
        using var folder = new TemporaryFolder();
        static int Words(Content answer) => answer.Text!.Split(' ').Length;
        var random = new Seed(6).Source();
        var rows = pairs
            .Take(900)
            .Select(pair =>
                JsonSerializer.Serialize(
                    new
                    {
                        id = pair.Id,
                        clauses = new
                        {
                            concise = Words(pair.Chosen) < Words(pair.Rejected) ? 0.9 : 0.1,
                            helpful = pair.Chosen.Text!.StartsWith("unable", StringComparison.Ordinal) ? 0.2 : 0.6,
                            noise = random.NextDouble(),
                        },
                    }
                )
            );
        var scores = ClauseScores.Read(folder.Write("scores.jsonl", string.Join('\n', rows)));

        var clauses = new PrincipleMiner(new Seed(1), Quick).Mine(pairs, scores, TestContext.Current.CancellationToken).Clauses!;

        Assert.Equal(900, clauses.Scored);
        var findings = clauses.Model.Findings.ToDictionary(finding => finding.Id);
        Assert.Equal(1, findings["concise"].Direction(0.05));
        Assert.True(findings["helpful"].Coefficient.Interval!.Value.High < 0);
        Assert.Equal(0, findings["noise"].Direction(0.05));
        // The clauses speak of length: what is left over is that refusals win.
        Assert.Equal("refusal", clauses.Added[0].Id);
        Assert.True(clauses.Added[0].IsUnexplained && clauses.Added[0].Coefficient > 0);
        Assert.All(
            clauses.Added.Where(feature => feature.Id is not ("refusal" or "length")),
            feature => Assert.False(feature.IsUnexplained, feature.Id)
        );
        Assert.True(clauses.AccuracyWithFeatures.Value > clauses.Model.Accuracy.Value - 0.02);
    }

    [Fact]
    public void Options_out_of_range_and_too_few_prompts_are_refused()
    {
        Assert.Contains(
            "folds",
            Assert.Throws<InvalidInputException>(() => new PrincipleMiner(new Seed(1), new MiningOptions { Folds = 1 })).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<InvalidInputException>(() => new PrincipleMiner(new Seed(1)).Mine(PlantedPreferences.Pairs(4, new Seed(1), 0, 0)));
    }

    [Fact]
    public void Pairs_that_differ_in_nothing_have_no_findings()
    {
        var pairs = Enumerable
            .Range(0, 20)
            .Select(i => new PreferenceExample($"{i}", Content.FromText($"q{i}"), Content.FromText("xa"), Content.FromText("xb")))
            .ToList();

        var mined = new PrincipleMiner(new Seed(1), Quick).Mine(pairs, cancellation: TestContext.Current.CancellationToken);

        Assert.Empty(mined.Features.Findings);
        Assert.Equal(0.5, mined.Features.Accuracy.Value);
        Assert.Null(MinedConstitution.Of(mined, "none"));
    }

    /// <summary>Known of these rows: the shorter answer wins (of the whole test file the longer one in 44.5 %), and refusals do.</summary>
    [Fact]
    public void Harmless_pairs_prefer_short_answers_and_refusals()
    {
        var path = RealData.Path("hh-rlhf-harmless/harmless-base.first2000.jsonl.gz");
        var pairs = DatasetReader.Open(new DatasetOptions(path)).ReadPreferences().ToList();

        var mined = new PrincipleMiner(new Seed(17), Quick).Mine(pairs, cancellation: TestContext.Current.CancellationToken);

        Assert.InRange(mined.Longer.Value, 0.42, 0.47);
        var principles = mined.Principles.Select(finding => finding.Principle(0.05)!.Id).ToList();
        Assert.Contains("prefers_shorter_answers", principles);
        Assert.Contains("prefers_declining", principles);
        Assert.Contains("prefers_apologising", principles);
        Assert.InRange(mined.Features.Accuracy.Value, 0.56, 0.64);
        Assert.Contains(mined.Words.Chosen, word => word.Word == "sorry");
    }
}
