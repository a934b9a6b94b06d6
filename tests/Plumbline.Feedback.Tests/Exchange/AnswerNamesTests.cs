using Plumbline.Feedback.Exchange;

namespace Plumbline.Feedback.Tests.Exchange;

public sealed class AnswerNamesTests
{
    [Theory]
    [InlineData("response1", true)]
    [InlineData("Response-2", true)]
    [InlineData("answer_b", true)]
    [InlineData("completion", true)]
    [InlineData("text2", true)]
    [InlineData("chosen", true)]
    [InlineData("text", false)]
    [InlineData("answers", false)]
    [InlineData("prompt", false)]
    [InlineData("response_time", false)]
    public void Fields_with_usual_names_are_answers(string field, bool isAnswer) => Assert.Equal(isAnswer, AnswerNames.IsUsual(field));

    [Fact]
    public void Answers_are_put_in_the_order_of_their_numbers_and_letters()
    {
        Assert.Equal(["r2", "r10"], AnswerNames.InOrder(["r10", "r2"]));
        Assert.Equal(["answer_a", "answer_b"], AnswerNames.InOrder(["answer_b", "answer_a"]));
        Assert.Equal(["left", "right"], AnswerNames.InOrder(["right", "left"]));
    }

    [Fact]
    public void A_question_is_about_the_one_answer_whose_name_it_holds()
    {
        var names = new AnswerNames(["response1", "response12"]);

        Assert.Equal((0, "quality"), names.Within("quality_response1"));
        Assert.Equal((1, "quality"), names.Within("response-12: quality"));
        Assert.Equal((0, "is_it_safe"), names.Within("is_Response_1_it_safe"));
        Assert.Equal((0, ""), names.Within("response1"));
        Assert.Null(names.Within("quality"));
        Assert.Null(names.Within("response1 or response12"));
        Assert.Equal((0, "quality"), new AnswerNames(["answer"]).Within("quality"));
        Assert.Equal(1, names.Find("Response 12"));
        Assert.Null(names.Find("response3"));
    }
}
