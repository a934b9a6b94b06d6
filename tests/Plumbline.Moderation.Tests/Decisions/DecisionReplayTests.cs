using CsCheck;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Comparing;
using Plumbline.Findings;
using Plumbline.Moderation.Decisions;
using Plumbline.Moderation.Guarding;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Decisions;

public sealed class DecisionReplayTests
{
    private static readonly (GuardOptions Options, GuardThresholds Thresholds) Usual = (new GuardOptions(), GuardThresholds.OfClauses);

    [Fact]
    public async Task Under_its_own_constitution_every_decision_comes_out_as_it_did() =>
        await Gen.Select(ReplayWorld.Constitutions, ReplayWorld.Texts, ReplayWorld.Ways)
            .SampleAsync(
                async (constitution, text, way) =>
                {
                    var decision = await Decide(ReplayWorld.Of(constitution, way), text);

                    var replayed = new DecisionReplay(constitution).Of(ReplayWorld.Stored(decision));

                    Assert.Equal(ReplayGap.None, replayed.Gap);
                    Assert.Equal(decision.Outcome, replayed.Outcome);
                    Assert.Equal(decision.Verdicts, replayed.Verdicts);
                },
                iter: 1000
            );

    [Fact]
    public async Task Under_another_constitution_it_comes_out_as_deciding_anew_does_or_says_whom_to_ask()
    {
        var (told, untold) = (0, 0);
        await Gen.Select(ReplayWorld.Constitutions, ReplayWorld.Constitutions, ReplayWorld.Texts, ReplayWorld.Ways)
            .SampleAsync(
                async (before, after, text, way) =>
                {
                    var stored = ReplayWorld.Stored(await Decide(ReplayWorld.Of(before, way), text));
                    var anew = await Decide(ReplayWorld.Of(after, way), text);

                    var replayed = new DecisionReplay(after).Of(stored);

                    if (replayed.Outcome is null)
                    {
                        Interlocked.Increment(ref untold);
                        Assert.Equal(ReplayGap.NotAsked, replayed.Gap);
                        Assert.All(replayed.ToAsk, ask => Assert.True(anew.Detectors.ContainsKey(ask.Detector)));
                        Assert.All(replayed.ToAsk, ask => Assert.NotEmpty(ask.Clauses));
                        return;
                    }

                    Interlocked.Increment(ref told);
                    Assert.Equal(anew.Outcome, replayed.Outcome);
                    Assert.Equal(anew.Verdicts, replayed.Verdicts);
                },
                iter: 2000
            );
        Assert.True(told > 100 && untold > 100, $"{told} told, {untold} not");
    }

    [Fact]
    public async Task A_stored_image_and_a_stopped_stream_are_decided_again_too()
    {
        var constitution = new Constitution
        {
            Name = "x",
            Clauses = new Dictionary<string, Clause> { ["violence"] = Clause(["S1"], "duties") },
        };
        var picture = new ScriptedDetector("pictures", DetectorCost.Model, ["S1"], _ => [new Finding { Hazard = "S1", Score = 0.9 }])
        {
            Reads = DetectorReading.Image,
        };
        var guard = new Guard(
            new GuardParts
            {
                Constitution = constitution,
                Detectors = [picture, ScriptedDetector.OfWord("cheap", DetectorCost.Cheap, "S1", "violent", 0.8)],
                Options = new GuardOptions { Always = ["pictures"] },
            }
        );
        var image = await guard.CheckAsync(
            new GuardRequest { Part = GuardedPart.Image, Image = new byte[] { 1, 2, 3 } },
            TestContext.Current.CancellationToken
        );
        var stream = guard.Open(new GuardRequest { Part = GuardedPart.Answer });
        await stream.AddAsync(string.Concat(Enumerable.Repeat("The weather is fine today. ", 40)), TestContext.Current.CancellationToken);
        await stream.AddAsync("They are violent. ", TestContext.Current.CancellationToken);
        var ended = await stream.EndAsync(TestContext.Current.CancellationToken);

        foreach (var decision in new[] { image, ended.Decision! })
        {
            Assert.False(decision.Passes);
            Assert.Equal(decision.Verdicts, new DecisionReplay(constitution).Of(ReplayWorld.Stored(decision)).Verdicts);
        }
    }

    [Fact]
    public async Task What_was_too_long_stays_so_and_records_without_a_basis_say_so()
    {
        var constitution = new Constitution { Name = "x", Clauses = new Dictionary<string, Clause>() };
        var guard = ReplayWorld.Of(constitution, (new GuardOptions { LongestText = 3 }, GuardThresholds.OfClauses));
        var tooLong = await Decide(guard, "text");
        var many = (await Decide(ReplayWorld.Of(constitution, Usual), "text")) with
        {
            Findings = [.. Enumerable.Repeat(new Finding { Hazard = "S1", Score = 1 }, 300)],
        };

        var replay = new DecisionReplay(constitution);

        Assert.Equal(GuardOutcome.Refuse, replay.Of(ReplayWorld.Stored(tooLong)).Outcome);
        Assert.Equal(ReplayGap.NoBasis, replay.Of(ReplayWorld.Stored(Logs.Decision("old"))).Gap);
        Assert.Equal(ReplayGap.FindingsLeftOut, replay.Of(ReplayWorld.Stored(many)).Gap);
    }

    public static TheoryData<string, bool> Planted =>
        new()
        {
            { "threshold", true },
            { "enforcement", true },
            { "framework", true },
            { "hazard gone", true },
            { "removed", true },
            { "explained", false },
        };

    [Theory]
    [MemberData(nameof(Planted))]
    public async Task A_planted_change_is_predicted_to_change_exactly_what_deciding_anew_changes(string what, bool changesAny)
    {
        using var folder = new TemporaryFolder();
        var before = Base();
        var after = Changed(before, what);
        var texts = Texts();
        var path = await LogOf(folder, before, texts);

        var comparison = new DecisionComparison(before, after, ConstitutionDiff.Of(before, after));
        var expected = new Dictionary<(GuardOutcome, GuardOutcome), List<string>>();
        var replay = new DecisionReplay(after);
        foreach (var (record, text) in DecisionLog.Read(path).Zip(texts))
        {
            comparison.Add(record);
            if (replay.Of(record).Outcome is null)
            {
                // Such as where a model no longer confirms a suspicion, so that the judge would be asked.
                continue;
            }

            var anew = await Decide(ReplayWorld.Of(after, Usual), text);
            if (anew.Outcome != record.Decision.Outcome)
            {
                var change = (record.Decision.Outcome, anew.Outcome);
                expected.TryAdd(change, []);
                expected[change].Add(record.Decision.Id);
            }
        }

        Assert.Equal((texts.Count, 0, 0), (comparison.Decisions, comparison.Elsewhere, comparison.Deviating));
        Assert.InRange(comparison.Replayed, 100, texts.Count);
        Assert.Equal(texts.Count - comparison.Replayed, comparison.Untold(ReplayGap.NotAsked));
        Assert.Equal(changesAny, comparison.Changed > 0);
        Assert.Equal(
            expected.Select(change => (change.Key, (long)change.Value.Count)).OrderBy(change => change.Key),
            comparison.Outcomes.Select(change => (change.Key, change.Value.Count)).OrderBy(change => change.Key)
        );
        Assert.All(
            comparison.Outcomes,
            change => Assert.Equal(expected[change.Key].Take(DecisionComparison.MostExamples), change.Value.Examples)
        );
        var reach = Assert.Single(comparison.Clauses);
        Assert.Equal(("violence", comparison.Changed), (reach.Clause, reach.Changed));
        Assert.InRange(reach.NotAsked, 0, comparison.Untold(ReplayGap.NotAsked));
        Assert.InRange(reach.Touched, Math.Max(1, comparison.Changed), texts.Count - 1);
    }

    [Fact]
    public async Task What_a_new_clause_would_have_asked_is_counted_by_itself()
    {
        using var folder = new TemporaryFolder();
        var before = Base();
        var after = before with { Clauses = new Dictionary<string, Clause>(before.Clauses) { ["hate"] = Clause(["S10"], "duties") } };
        var path = await LogOf(folder, before, Texts());

        var comparison = new DecisionComparison(before, after, ConstitutionDiff.Of(before, after));
        foreach (var record in DecisionLog.Read(path).Append(ReplayWorld.Stored(Logs.Decision("old"))))
        {
            comparison.Add(record);
        }

        // The list was never asked: no clause of before names what it finds.
        Assert.Equal(comparison.Decisions - 1, comparison.Untold(ReplayGap.NotAsked));
        Assert.Equal(comparison.Decisions - 1, comparison.ToAsk["list-example"]);
        Assert.Equal((0, 0, 1, 1), (comparison.Replayed, comparison.Changed, comparison.Untold(ReplayGap.NoBasis), comparison.Elsewhere));
        Assert.Equal(comparison.Decisions - 1, Assert.Single(comparison.Clauses).NotAsked);
    }

    private static Constitution Base() =>
        new()
        {
            Name = "x",
            Clauses = new Dictionary<string, Clause>
            {
                ["violence"] = Clause(["S1", "S9"], "duties"),
                ["secrets"] = Clause(["S7"], "duties") with
                {
                    Enforcement = new ClauseEnforcement { Action = EnforcementAction.Transform },
                },
            },
        };

    private static Constitution Changed(Constitution before, string what)
    {
        var violence = before.Clauses["violence"];
        var clauses = new Dictionary<string, Clause>(before.Clauses)
        {
            ["violence"] = what switch
            {
                "threshold" => violence with { Thresholds = new Dictionary<string, double> { ["default"] = 0.75 } },
                "enforcement" => violence with { Enforcement = new ClauseEnforcement { Action = EnforcementAction.Block } },
                "framework" => violence with { Framework = "principles" },
                "hazard gone" => violence with { Hazards = ["S1"] },
                "explained" => violence with { Rationale = "For another reason." },
                _ => violence,
            },
        };
        if (what == "removed")
        {
            clauses.Remove("violence");
        }

        return before with
        {
            Clauses = clauses,
        };
    }

    private static Clause Clause(string[] hazards, string framework) =>
        new()
        {
            Text = $"No {string.Join(" or ", hazards)}.",
            Framework = framework,
            Polarity = Polarity.Forbid,
            Hazards = hazards,
        };

    private static List<string> Texts() => ReplayWorld.Some(120, new Seed(11));

    private static async Task<string> LogOf(TemporaryFolder folder, Constitution constitution, List<string> texts)
    {
        await using var log = Logs.Open(folder, new DecisionLogOptions { LockSeconds = 0 });
        var guard = ReplayWorld.Of(constitution, Usual, log);
        foreach (var text in texts)
        {
            await Decide(guard, text);
        }

        return folder.File("log");
    }

    private static async Task<GuardDecision> Decide(Guard guard, string text) =>
        await guard.CheckAsync(new GuardRequest { Part = GuardedPart.Prompt, Text = text }, TestContext.Current.CancellationToken);
}
