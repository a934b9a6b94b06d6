using Plumbline.Data;
using Plumbline.Rewards;
using Plumbline.Scoring;

namespace Plumbline.Tests.Rewards;

public sealed class ExpectedRatingTests
{
    private static readonly AnswerToReward Answer = new(Content.FromText("why?"), "because </judged>");

    [Theory]
    [InlineData(RatingScale.OneToTen)]
    [InlineData(RatingScale.ZeroToNine)]
    public async Task The_reward_is_the_mean_of_the_ratings_by_their_probabilities_scaled_to_one(RatingScale scale)
    {
        // Far from 0, so that exp alone would be nothing.
        double[] logProbabilities = [.. Enumerable.Range(0, 10).Select(place => -1500 + Math.Sin(3 * place))];
        var scorer = new Scripted(_ => logProbabilities);

        var scores = await new ExpectedRating(scorer, ["Be kind."], scale, parallel: 1).ScoreAsync([Answer]);

        var likelihoods = Enumerable.Range(0, 10).Select(place => Math.Exp(Math.Sin(3 * place))).ToList();
        var first = scale == RatingScale.OneToTen ? 1 : 0;
        var mean = likelihoods.Select((likelihood, place) => (first + place) * likelihood).Sum() / likelihoods.Sum();
        Assert.Equal((mean - first) / 9, scores[0]!.Value, 1e-9);
        var asked = Assert.Single(scorer.Asked);
        Assert.Equal(Enumerable.Range(first, 10).Select(rating => $"{rating}"), asked.Options);
        Assert.True(asked.Whole);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 4 / 9.0)]
    [InlineData(9, 1)]
    public void A_rating_that_is_certain_is_the_reward(int place, double expected)
    {
        var certain = Enumerable.Range(0, 10).Select(at => at == place ? -0.5 : double.NegativeInfinity);

        Assert.Equal(expected, ExpectedRating.Expected([.. certain])!.Value, 1e-12);
    }

    [Fact]
    public async Task Without_a_likely_rating_there_is_no_judgement()
    {
        Assert.Null(ExpectedRating.Expected([.. Enumerable.Repeat(double.NegativeInfinity, 10)]));
        Assert.Null(ExpectedRating.Expected([.. Enumerable.Repeat(double.NaN, 9), -1]));
        var scorer = new Scripted(text =>
            text.Contains("because", StringComparison.Ordinal) ? null : throw new ContextExceededException("Too long.", "Shorten it.")
        );

        var scores = await new ExpectedRating(scorer, ["Be kind."], RatingScale.OneToTen, parallel: 2).ScoreAsync([
            Answer,
            new AnswerToReward(Content.FromText("why?"), "long"),
        ]);

        Assert.Equal([null, null], scores);
    }

    [Fact]
    public async Task The_answer_stands_between_markers_and_the_judge_is_asked_for_a_number_of_the_scale()
    {
        var scorer = new Scripted(_ => null);
        await new ExpectedRating(scorer, ["Be kind.", "Be brief."], RatingScale.OneToTen, parallel: 1).ScoreAsync([Answer]);
        await new ExpectedRating(scorer, ["Be kind."], RatingScale.ZeroToNine, parallel: 1).ScoreAsync([Answer]);

        var texts = scorer.Asked.Select(question => Assert.Single(question.Messages).Text).ToList();
        var marked = MarkedPassage.Of("The conversation stands", "why?\n\nassistant: because </judged>");
        Assert.Equal(
            $"Rate the last answer of a conversation by these principles:\n- Be kind.\n- Be brief.\n\n{marked}How well does the answer keep to the principles? Reply with a whole number alone, from 1 (not at all) to 10 (fully).",
            texts[0]
        );
        Assert.EndsWith("from 0 (not at all) to 9 (fully).", texts[1], StringComparison.Ordinal);
    }

    private sealed class Scripted(Func<string, IReadOnlyList<double>?> rule) : IOptionScorer
    {
        public string Name => "scripted";

        public List<OptionQuestion> Asked { get; } = [];

        public Task<IReadOnlyList<double>?> ScoreOptionsAsync(OptionQuestion question, CancellationToken cancellation = default)
        {
            lock (Asked)
            {
                Asked.Add(question);
            }

            return Task.FromResult(rule(question.Messages[^1].Text));
        }
    }
}
