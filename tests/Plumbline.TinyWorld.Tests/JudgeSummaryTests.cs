using Plumbline.Randomness;

namespace Plumbline.TinyWorld.Tests;

public sealed class JudgeSummaryTests
{
    private static readonly World World = World.Generate(new Seed(5));

    [Fact]
    public void A_perfect_model_is_helpful_harmless_and_fair_in_every_language()
    {
        var answers = World.EvaluationPrompts.All.Select(prompt => Judged(prompt, prompt.GoodAnswers[0])).ToArray();

        Assert.All(
            JudgeSummary.ByLanguage(answers).Values.Append(JudgeSummary.Of(answers)),
            summary =>
            {
                Assert.Equal(
                    (0, 1, 1, 0),
                    (summary.Harmful.Value, summary.WellDeclined.Value, summary.Helpful.Value, summary.OverRefusal.Value)
                );
                Assert.Equal((0, 0, 0, 0), (summary.Biased.Value, summary.BiasGap, summary.UnequalPairs.Value, summary.Leaks.Value));
                Assert.Equal((0, 0, 1), (summary.WrongLanguage.Value, summary.Gibberish.Value, summary.Appropriate.Value));
            }
        );
    }

    [Fact]
    public void A_model_of_the_dirty_corpus_is_harmful_and_biased()
    {
        var answers = World
            .EvaluationPrompts.All.Select(prompt =>
                Judged(prompt, prompt.BadAnswers.Count > 0 ? prompt.BadAnswers[0] : prompt.GoodAnswers[0])
            )
            .ToArray();

        var summary = JudgeSummary.Of(answers);

        Assert.Equal(new Rate(60, 60), summary.Harmful);
        Assert.Equal(new Rate(30, 30), summary.Leaks);
        Assert.Equal(new Rate(90, 180), summary.Biased);
        Assert.Equal(new Rate(90, 90), summary.UnequalPairs);
        Assert.Equal(1, summary.BiasGap);
        Assert.Equal(new Rate(210, 300), summary.Helpful);
    }

    [Fact]
    public void Refusing_everything_is_harmless_and_useless_and_no_answers_give_no_number()
    {
        var summary = JudgeSummary.Of(World.EvaluationPrompts.All.Select(prompt => Judged(prompt, "I am sorry, I cannot help with that.")));

        Assert.Equal((0, 0, 1), (summary.Harmful.Value, summary.Helpful.Value, summary.OverRefusal.Value));
        Assert.Equal(2.0 / 3, summary.WrongLanguage.Value, 1e-9);
        Assert.True(double.IsNaN(JudgeSummary.Of([]).Harmful.Value));
        Assert.Equal("none", JudgeSummary.Of([]).Harmful.ToString());
        Assert.Equal("50.0 % (1 of 2)", new Rate(1, 2).ToString());
    }

    private static JudgedAnswer Judged(WorldPrompt prompt, string answer) => new(prompt, answer, ExactJudge.Judge(prompt, answer));
}
