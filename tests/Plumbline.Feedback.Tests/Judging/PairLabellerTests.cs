using Microsoft.Extensions.AI;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Settlements;
using Plumbline.Data;
using Plumbline.Feedback.Judging;
using Plumbline.Randomness;
using Plumbline.Scoring;
using Plumbline.Testing;

namespace Plumbline.Feedback.Tests.Judging;

public sealed class PairLabellerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly AnswerCache cache;

    public PairLabellerTests() => cache = AnswerCache.Open(folder.File("answers.db"));

    public void Dispose()
    {
        cache.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_label_is_the_mean_over_clauses_of_the_clamped_mean_over_both_orders()
    {
        // By kindness answer A leads by 1.3 nats where "good" stands in its place; by honesty the judge always leans to the place A.
        var scorer = new ScriptedScorer(text =>
            !text.Contains("kind", StringComparison.Ordinal) ? [0.2, -0.5]
            : text.Contains("Answer A:\ngood", StringComparison.Ordinal) ? [-0.4, -1.7]
            : [-2.0, -0.1]
        );
        var labelled = await Label(scorer, new ComparisonOptions { Clamp = [0.3, 0.7] });

        var (inOrder, swapped) = (Logistic(1.3), 1 - Logistic(-1.9));
        Assert.Equal(inOrder, labelled.Clauses["kindness"].InOrder, 1e-12);
        Assert.Equal(swapped, labelled.Clauses["kindness"].Swapped, 1e-12);
        Assert.Equal(0.5, labelled.Clauses["honesty"].First, 1e-12);
        Assert.True(labelled.Clauses["honesty"].Flips);
        // (inOrder + swapped) / 2 lies above 0.7.
        Assert.Equal((0.7 + 0.5) / 2, labelled.Label!.Value, 1e-12);
        Assert.Equal(SettlementOutcome.First, labelled.Settled.Outcome);
        Assert.Equal(["kindness"], labelled.Settled.By);
        var statistics = LabelStatistics.Of([labelled]);
        Assert.Equal((inOrder + 1 - swapped + Logistic(0.7) + Logistic(0.7)) / 4 - 0.5, statistics.PositionBias, 1e-12);
        Assert.Equal(0.5, statistics.Flips);
        Assert.Equal(4, scorer.Asked);
    }

    [Fact]
    public async Task Answers_judged_separately_are_compared_by_their_odds_and_no_place_counts()
    {
        var said = new Dictionary<string, double[]> { ["good"] = [-0.3, -1.5], ["bad"] = [-1.1, -0.2] };
        var scorer = new ScriptedScorer(text =>
            text.Contains("Answer A", StringComparison.Ordinal) || !text.Contains("kind", StringComparison.Ordinal) ? null
            : text.Contains("Answer:\ngood", StringComparison.Ordinal) ? said["good"]
            : said["bad"]
        );

        var labelled = await Label(scorer, new ComparisonOptions { Method = JudgeMethod.Separately });

        // The odds of yes are exp(1.2) for the first answer and exp(-0.9) for the second.
        var expected = Logistic(1.2 + 0.9);
        Assert.Equal(expected, labelled.Clauses["kindness"].InOrder, 1e-9);
        Assert.Equal(expected, labelled.Clauses["kindness"].Swapped, 1e-9);
        Assert.False(labelled.Clauses["kindness"].Flips);
        Assert.Equal(["honesty"], labelled.Unjudged);
        Assert.Equal(0, LabelStatistics.Of([labelled]).PositionBias, 1e-12);
        Assert.Equal(expected, labelled.Label!.Value, 1e-9);
        Assert.Equal(4, scorer.Asked);
        // Judges that are certain of the same prefer nothing, and those that are certain of opposites do.
        Assert.Equal(0.5, LabelRules.Compared([1, 0], [1, 0]));
        Assert.Equal(1, LabelRules.Compared([1, 0], [0, 1]));
    }

    [Fact]
    public async Task Who_judges_answers_separately_names_log_probabilities_and_gives_no_reasons()
    {
        using var writer = new Judge("j", new Revising.ScriptedWriter(_ => "yes"), null, cache);
        var separately = new ComparisonOptions { Method = JudgeMethod.Separately };
        Assert.Throws<InvalidInputException>(() => new PairLabeller(Rules(Constitution, separately), writer));
        var failure = await Assert.ThrowsAsync<InvalidInputException>(() =>
            Label(new ScriptedScorer(_ => [0, 0]), separately with { ChainOfThought = true })
        );
        Assert.Contains("chain_of_thought", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_asked_once_is_not_asked_again()
    {
        var scorer = new ScriptedScorer(_ => [0, -1]);
        using var judge = new Judge("j", null, scorer, cache);
        var labeller = new PairLabeller(Rules(Constitution, new ComparisonOptions()), judge);

        var (first, second) = (await labeller.LabelAsync(Pair(), null), await labeller.LabelAsync(Pair(), null));

        Assert.Equal(first.Label, second.Label);
        Assert.Equal(4, scorer.Asked);
        Assert.Equal(new JudgeUsage(4, 4, 0), judge.Usage);
        // Another judge is another question.
        using var other = new Judge("k", null, scorer, cache);
        await new PairLabeller(Rules(Constitution, new ComparisonOptions(), "k"), other).LabelAsync(Pair(), null);
        Assert.Equal(8, scorer.Asked);
    }

    [Fact]
    public async Task A_judge_that_names_no_option_leaves_the_clause_out_and_says_so()
    {
        var scorer = new ScriptedScorer(text => text.Contains("honest", StringComparison.Ordinal) ? null : [0, -1]);

        var labelled = await Label(scorer, new ComparisonOptions());

        Assert.Equal(["honesty"], labelled.Unjudged);
        Assert.Equal(["kindness"], labelled.Clauses.Keys);
        Assert.Equal(1, LabelStatistics.Of([labelled]).Unjudged);
        var nothing = await Label(new ScriptedScorer(_ => null), new ComparisonOptions(), "nothing");
        Assert.Null(nothing.Label);
        Assert.Equal(SettlementOutcome.Indifferent, nothing.Settled.Outcome);
    }

    [Fact]
    public async Task Questions_that_the_judge_cannot_read_fail_and_do_not_count_as_failed_in_a_row()
    {
        var scorer = new ScriptedScorer(text =>
            text.Contains("refuse", StringComparison.Ordinal)
                ? throw new ModelFailureException("The server is down.")
                : throw new ContextExceededException("The sequence has 300 tokens, the model 256.", "Use a longer model.")
        );
        using var judge = new Judge("j", null, scorer, cache, new JudgeLimits { MaxFailuresInARow = 2 });
        async Task<Exception> Failure(string text) =>
            (
                await Record.ExceptionAsync(() =>
                    judge.ChooseAsync([new ChatMessage(ChatRole.User, text)], ["A", "B"], TestContext.Current.CancellationToken)
                )
            )!;

        for (var i = 0; i < 5; i++)
        {
            Assert.Contains("300 tokens", Assert.IsType<ModelFailureException>(await Failure($"long {i}")).Message);
        }

        Assert.IsType<ModelFailureException>(await Failure("refuse"));
        Assert.IsType<ModelFailureException>(await Failure("long again"));
        // Neither do they end a row of failures.
        Assert.IsType<JudgeStoppedException>(await Failure("refuse once more"));
        Assert.Equal(8, judge.Usage.Failed);
    }

    [Fact]
    public async Task Clauses_that_do_not_hold_are_not_asked()
    {
        var scorer = new ScriptedScorer(_ => [0, -1]);
        using var judge = new Judge("j", null, scorer, cache);
        var scoped = Constitution with
        {
            Clauses = Constitution.Clauses.ToDictionary(
                clause => clause.Key,
                clause => clause.Value with { Scope = new ClauseScope { Domains = clause.Key == "honesty" ? ["health"] : [] } }
            ),
        };
        var labeller = new PairLabeller(Rules(scoped, new ComparisonOptions()), judge);

        Assert.Equal(["kindness"], (await labeller.LabelAsync(Pair(), null)).Clauses.Keys);
        Assert.Equal(2, (await labeller.LabelAsync(Pair(new Situation { Domain = "health" }), null)).Clauses.Count);
    }

    [Fact]
    public async Task A_budget_ends_the_run_and_loses_nothing()
    {
        var scorer = new ScriptedScorer(_ => [0, -1]);
        using (var judge = new Judge("j", null, scorer, cache, new JudgeLimits { MaxRequests = 3 }))
        {
            var labeller = new PairLabeller(Rules(Constitution, new ComparisonOptions()), judge);
            await Assert.ThrowsAsync<JudgeStoppedException>(() => labeller.LabelAsync(Pair(), null));
        }

        using var again = new Judge("j", null, scorer, cache, new JudgeLimits { MaxRequests = 1 });
        Assert.NotNull((await new PairLabeller(Rules(Constitution, new ComparisonOptions()), again).LabelAsync(Pair(), null)).Label);
        Assert.Equal(4, scorer.Asked);
    }

    [Fact]
    public void Labels_survive_their_file_to_the_bit()
    {
        var pair = new LabelledPair(
            "id",
            "judge",
            "hash",
            new Dictionary<string, ClauseJudgement> { ["a"] = new("q", 1.0 / 3, 0.1 + 0.2) },
            ["b"],
            Math.BitDecrement(0.7),
            new Settlement(SettlementOutcome.Second, 0.4, ["a"], ["It was \"so\"."])
        );

        LabelFile.Write(folder.File("labels.jsonl"), [pair, pair with { Label = null }]);
        var read = LabelFile.Read(folder.File("labels.jsonl")).ToList();

        Assert.Equal(2, read.Count);
        Assert.Equal(pair.Clauses["a"], read[0].Clauses["a"]);
        Assert.Equal(pair.Label, read[0].Label);
        Assert.Null(read[1].Label);
        Assert.Equal(pair.Settled.Trace, read[0].Settled.Trace);
        Assert.False(RelabelPlan.Differs(pair, read[0]));
        Assert.True(RelabelPlan.Differs(pair, read[1]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"id\":1}")]
    [InlineData("nonsense")]
    public void A_line_that_is_no_label_is_told_with_its_place(string line)
    {
        LabelFile.Write(folder.File("labels.jsonl"), []);
        File.AppendAllText(folder.File("labels.jsonl"), line + "\n");

        var refusal = Assert.Throws<InvalidInputException>(() => LabelFile.Read(folder.File("labels.jsonl")).ToList());

        Assert.Contains("labels.jsonl:1: This is no label", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SettlementOutcome.First, 0.9, 0.9, 0.7)]
    [InlineData(SettlementOutcome.First, 0.6, 0.6, 0.6)]
    [InlineData(SettlementOutcome.Second, 0.1, 0.9, 0.6)]
    [InlineData(SettlementOutcome.Second, 0.49, 0.51, 0.51)]
    [InlineData(SettlementOutcome.Second, 0.0, 1.0, 0.6)]
    [InlineData(SettlementOutcome.Indifferent, 0.5, null, null)]
    [InlineData(SettlementOutcome.Escalated, 0.5, null, null)]
    public void A_label_is_as_sure_as_its_settlement_within_the_clamp(
        SettlementOutcome outcome,
        double first,
        double? free,
        double? clamped
    )
    {
        var label = new LabelledPair(
            "p",
            "j",
            "c",
            new Dictionary<string, ClauseJudgement>(),
            [],
            null,
            new Settlement(outcome, first, [], [])
        );

        Assert.Equal(free, Rounded(new ComparisonOptions()));
        Assert.Equal(clamped, Rounded(new ComparisonOptions { Clamp = [0.4, 0.7] }));
        double? Rounded(ComparisonOptions options) => label.Confidence(options) is { } sure ? Math.Round(sure, 12) : null;
    }

    internal static Constitution Constitution =>
        new()
        {
            Name = "small",
            Clauses = new Dictionary<string, Clause>
            {
                ["honesty"] = new() { Text = "Be honest." },
                ["kindness"] = new() { Text = "Be kind." },
            },
        };

    internal static LabelRules Rules(Constitution constitution, ComparisonOptions options, string judge = "j") =>
        new(constitution, judge, options, new Seed(1));

    internal static ComparedPair Pair(Situation? situation = null) =>
        new("pair", Content.FromText("How?"), Content.FromText("good"), Content.FromText("bad"), situation ?? new Situation());

    internal static double Logistic(double value) => 1 / (1 + Math.Exp(-value));

    private async Task<LabelledPair> Label(ScriptedScorer scorer, ComparisonOptions options, string name = "j")
    {
        using var judge = new Judge(name, null, scorer, cache);
        return await new PairLabeller(Rules(Constitution, options, name), judge).LabelAsync(Pair(), null);
    }
}
