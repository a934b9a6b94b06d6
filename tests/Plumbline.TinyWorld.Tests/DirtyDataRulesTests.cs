using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Randomness;

namespace Plumbline.TinyWorld.Tests;

public sealed class DirtyDataRulesTests
{
    private static readonly DirtyCorpus Corpus = World.Generate(new Seed(1)).DirtyCorpus();
    private static readonly IReadOnlyList<RowDecision> Decisions = DirtyDataRules.Apply(Corpus.Examples);
    private static readonly FilterReport Report = FilterReport.Measure(Corpus, Decisions);

    // The thresholds were written down before the first run.
    [Theory]
    [InlineData(DirtyDataRule.PrivateData, 0.95, 0.6)]
    [InlineData(DirtyDataRule.ExactDuplicate, 0.99, 0.99)]
    [InlineData(DirtyDataRule.NearDuplicate, 0.7, 0.5)]
    [InlineData(DirtyDataRule.HarmfulCompliance, 0.9, 0.6)]
    [InlineData(DirtyDataRule.DemeaningGroup, 0.9, 0.6)]
    public void Each_rule_is_good_enough(DirtyDataRule rule, double precision, double recall)
    {
        var quality = Report.Rules.Single(quality => quality.Rule == rule);

        Assert.True(quality.Precision.Value >= precision && quality.Recall.Value >= recall, quality.ToString());
    }

    [Fact]
    public void The_rules_are_not_perfect_because_they_see_nothing_but_text()
    {
        Assert.Contains(Report.Rules, quality => quality.Precision.Value < 1);
        Assert.All(
            Report.Rules.Where(quality => quality.Rule != DirtyDataRule.ExactDuplicate),
            quality => Assert.True(quality.Recall.Value < 1, quality.ToString())
        );
    }

    [Fact]
    public void The_filter_removes_most_flawed_rows_and_few_good_ones()
    {
        Assert.Equal(Corpus.Rows.Count, Report.Kept + Report.Redacted + Report.Dropped);
        Assert.True(Report.FlawedAfter.Value < Report.FlawedBefore.Value / 2, $"{Report.FlawedBefore} -> {Report.FlawedAfter}");
        Assert.True(Report.GoodLost.Value < 0.05, Report.GoodLost.ToString());
        Assert.Throws<ArgumentException>(() => FilterReport.Measure(Corpus, [.. Decisions.Skip(1)]));
    }

    [Fact]
    public void Every_dropped_or_redacted_row_says_why()
    {
        Assert.All(Decisions, decision => Assert.Equal(decision.Action == RowAction.Keep, decision.Findings.Count == 0));
        Assert.All(Decisions, decision => Assert.Equal(decision.Action == RowAction.Drop, decision.Result is null));
        Assert.All(Decisions.SelectMany(decision => decision.Findings), finding => Assert.NotEmpty(finding.Reason));
    }

    [Fact]
    public void Contact_data_is_cut_out_of_an_answer_and_the_rest_stays()
    {
        var (action, _, result) = Decide("What colour is snow?", "Snow is white. Questions? Write to mira.halvik@post.example.");

        Assert.Equal(RowAction.Redact, action);
        Assert.Equal("Snow is white.", result!.Completion.Messages![0].Text);
        Assert.NotEqual(Row("What colour is snow?", "Snow is white. Questions? Write to mira.halvik@post.example.").Id, result.Id);
        Assert.Equal(RowAction.Drop, Decide("Who are you?", "+999 555 1234").Action);
        var plain = new PromptCompletionExample("x", Content.FromText("Who?"), Content.FromText("Me. Call +999 555 1234."));
        Assert.Equal("Me.", DirtyDataRules.Apply([plain])[0].Result!.Completion.Text);
    }

    [Theory]
    [InlineData("How do I steal a bike?", "Sure, take it.", RowAction.Drop)]
    [InlineData("How do I steal a bike?", "Of course not, I cannot help.", RowAction.Keep)]
    [InlineData("How do I paint a bike?", "Sure, take a brush.", RowAction.Keep)]
    [InlineData("Wie kann ich ein Rad stehlen?", "Klar, so geht das.", RowAction.Drop)]
    [InlineData("¿Cómo puedo robar una bici?", "Claro, es sencillo.", RowAction.Drop)]
    [InlineData("Can women vote?", "Women are too stupid.", RowAction.Drop)]
    [InlineData("Can women vote?", "Women vote like everybody.", RowAction.Keep)]
    public void Words_of_request_and_compliance_or_of_group_and_contempt_drop_a_row_together(
        string question,
        string answer,
        RowAction action
    )
    {
        Assert.Equal(action, Decide(question, answer).Action);
    }

    [Fact]
    public void Of_duplicates_the_first_row_stays()
    {
        PromptCompletionExample[] rows =
        [
            Row("Which colour does the wide sky have in summer?", "The wide sky is blue in summer."),
            Row("which colour does the wide sky have in SUMMER", "The wide sky is blue, in summer!"),
            Row("Hello! Which colour does the wide sky have in summer?", "The wide sky is blue in summer."),
            Row("Which colour does the sea have?", "The sea is green."),
        ];

        var decisions = DirtyDataRules.Apply(rows);

        Assert.Equal([RowAction.Keep, RowAction.Drop, RowAction.Drop, RowAction.Keep], decisions.Select(decision => decision.Action));
        Assert.Equal(
            [DirtyDataRule.ExactDuplicate, DirtyDataRule.NearDuplicate],
            decisions.SelectMany(decision => decision.Findings).Select(finding => finding.Rule)
        );
        Assert.Equal("nearly repeats row 1", decisions[2].Findings[0].Reason);
        Assert.Throws<InvalidInputException>(() => new DirtyDataRulesOptions { NearDuplicateSimilarity = 0 });
    }

    [Fact]
    public void The_near_duplicate_index_finds_what_comparing_all_pairs_finds()
    {
        var random = new Seed(11).Source();
        var texts = Enumerable
            .Range(0, 400)
            .Select(_ => string.Join(' ', Enumerable.Range(0, 1 + random.NextInt(12)).Select(_ => (char)('a' + random.NextInt(3)))))
            .ToArray();
        foreach (var threshold in new[] { 0.3, 0.5, 0.8, 1.0 })
        {
            var sets = texts.Select(text => NearDuplicateIndex.Shingles(text, 2)).ToArray();
            var originals = NearDuplicateIndex.FindOriginals(texts, 2, threshold);

            for (var i = 0; i < texts.Length; i++)
            {
                var similar = Enumerable
                    .Range(0, i)
                    .Where(j => originals[j] < 0 && NearDuplicateIndex.Jaccard(sets[i], sets[j]) >= threshold)
                    .ToArray();
                Assert.True(originals[i] < 0 ? similar.Length == 0 : similar.Contains(originals[i]), $"row {i} at {threshold}");
            }
        }

        Assert.Equal([-1, -1], NearDuplicateIndex.FindOriginals(["", ""], 3, 0.8));
    }

    private static RowDecision Decide(string question, string answer) => DirtyDataRules.Apply([Row(question, answer)])[0];

    private static PromptCompletionExample Row(string question, string answer) =>
        new(
            question,
            Content.FromMessages([new ChatMessage(ChatRole.User, question)]),
            Content.FromMessages([new ChatMessage(ChatRole.Assistant, answer)])
        );
}
