using Plumbline.Feedback.Annotators;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.Annotators;

public sealed class GoldQuestionsTests(ITestOutputHelper output)
{
    [Theory]
    // Nine answers are fewer than ten, whatever they say.
    [InlineData(0, 9, GoldVerdict.TooFew)]
    // Wilson: 0 of 10 is at most 0.278, 4 of 10 at most 0.687, 5 of 10 at most 0.763, 10 of 10 at least 0.722, 9 of 10 at least 0.596.
    [InlineData(0, 10, GoldVerdict.Blocked)]
    [InlineData(4, 10, GoldVerdict.Warned)]
    [InlineData(5, 10, GoldVerdict.Unclear)]
    [InlineData(9, 10, GoldVerdict.Unclear)]
    [InlineData(10, 10, GoldVerdict.Passes)]
    public void The_bounds_decide_and_not_the_point(int right, int answers, GoldVerdict verdict)
    {
        var gold = new GoldQuestions(new GoldOptions());
        for (var i = 0; i < answers; i++)
        {
            Assert.True(gold.Answer("anna", $"{i}", i < right));
        }

        var standing = gold.Of("anna");

        Assert.Equal(verdict, standing.Verdict);
        Assert.Equal((right, answers), (standing.Answers.Successes, standing.Answers.Trials));
        Assert.Equal((double)right / answers, standing.Accuracy.Value);
        Assert.Equal([standing], gold.Standings);
    }

    [Fact]
    public void Only_the_first_answer_to_a_question_counts()
    {
        var gold = new GoldQuestions(new GoldOptions { LeastAnswers = 1 });

        Assert.True(gold.Answer("anna", "1", right: false));
        Assert.False(gold.Answer("anna", "1", right: true));
        Assert.True(gold.Answer("ben", "1", right: true));

        Assert.Equal(0, gold.Of("anna").Answers.Successes);
        Assert.Equal(["anna", "ben"], gold.Standings.Select(standing => standing.Rater));
    }

    [Fact]
    public void A_rater_without_gold_answers_has_no_accuracy_yet()
    {
        var standing = new GoldQuestions(new GoldOptions()).Of("anna");

        Assert.Equal(GoldVerdict.TooFew, standing.Verdict);
        Assert.True(double.IsNaN(standing.Accuracy.Value));
        Assert.Equal((0.0, 1.0), (standing.Accuracy.Interval!.Value.Low, standing.Accuracy.Interval.Value.High));
    }

    [Fact]
    public void A_rater_at_the_floor_is_seldom_blocked_at_one_look_and_more_often_at_many()
    {
        // One look at 40 answers: a one-sided error of 0.025. 2,000 raters of accuracy 0.5, so 50 are expected with a standard deviation of 7; Wilson's coverage wavers, hence twice that share at most.
        int atOnce = 0,
            ever = 0;
        for (var rater = 0; rater < 2000; rater++)
        {
            var random = new Seed(60).Derive("gold", rater).Source();
            var gold = new GoldQuestions(new GoldOptions());
            var blocked = false;
            for (var i = 0; i < 40; i++)
            {
                gold.Answer("anna", $"{i}", random.NextBool(0.5));
                blocked |= gold.Of("anna").Verdict == GoldVerdict.Blocked;
            }

            atOnce += gold.Of("anna").Verdict == GoldVerdict.Blocked ? 1 : 0;
            ever += blocked ? 1 : 0;
        }

        output.WriteLine($"blocked at the floor: {atOnce} of 2000 after 40 answers, {ever} where every answer is looked at");
        Assert.InRange(atOnce, 1, 100);
        Assert.True(ever > atOnce);
    }

    [Fact]
    public void Options_out_of_range_and_empty_names_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => new GoldQuestions(new GoldOptions { BlockFloor = 0.8 }));
        Assert.Throws<InvalidInputException>(() => new GoldQuestions(new GoldOptions { LeastAnswers = 0 }));
        Assert.Throws<ArgumentException>(() => new GoldQuestions(new GoldOptions()).Answer("", "1", right: true));
        Assert.Throws<ArgumentException>(() => new GoldQuestions(new GoldOptions()).Answer("anna", "", right: true));
    }
}
