using System.Text.Json;
using Plumbline.Rewards;
using static Plumbline.Tests.Rewards.Answers;

namespace Plumbline.Tests.Rewards;

public sealed class ArithmeticMatchTests
{
    [Theory]
    [InlineData("The answer is 42.", "42")]
    [InlineData("6 * 7 = 42", "42")]
    [InlineData("42 apples", "42")]
    [InlineData("first 41, then #### 42\nso 7 left", "42")]
    [InlineData("#### 1\n#### $1,234.50 in all, not 9", "1234.5")]
    [InlineData("#### Step 2\nIt is 42", "42")]
    [InlineData(@"so \boxed{42} of 100", "42")]
    [InlineData(@"\boxed{7}, no: \boxed{\frac{3}{4}}", "0.75")]
    [InlineData(@"\boxed{x = -\dfrac{3}{4}}", "-0.75")]
    [InlineData(@"#### 1 \boxed{2}", "2")]
    [InlineData(@"\boxed{2} #### 1", "1")]
    [InlineData(@"\boxed{1{,}234\,567}", "1234567")]
    [InlineData(@"\boxed{42\text{ cm}", "42")]
    [InlineData(@"\boxed{\$42}", "42")]
    [InlineData(@"\boxed{42\", "42")]
    [InlineData(@"\boxed{2\frac{1}{2}}", "2.5")]
    [InlineData("1,234,567.5", "1234567.5")]
    [InlineData("1,2", "2")]
    [InlineData("1,2345", "2345")]
    [InlineData("3/4", "0.75")]
    [InlineData("it is 1 1/2 cups", "1.5")]
    [InlineData("1 3/2", "1.5")]
    [InlineData("-5", "-5")]
    [InlineData("\u22125", "-5")]
    [InlineData("-$5", "-5")]
    [InlineData("$-5", "-5")]
    [InlineData("x = -0.5", "-0.5")]
    [InlineData("10-5", "5")]
    [InlineData("5\u201310", "10")]
    [InlineData("GPT-4", "4")]
    [InlineData("- 5", "5")]
    [InlineData("€42", "42")]
    [InlineData("42€", "42")]
    [InlineData("USD42", "42")]
    [InlineData("答案是-42。", "-42")]
    [InlineData("50 m2", "50")]
    [InlineData("50 cm^2", "50")]
    [InlineData("50 cm^{2}", "50")]
    [InlineData("50 cm^{-1}", "50")]
    [InlineData("50 s^-1", "50")]
    [InlineData("7 of H2O", "7")]
    [InlineData("1.5e3", "1500")]
    [InlineData("2E-2", "0.02")]
    [InlineData("2em", "2")]
    [InlineData(".5", "0.5")]
    [InlineData("5th", "5")]
    public async Task The_number_that_an_answer_comes_to_is_found(string answer, string number)
    {
        var reward = new ArithmeticMatch(new ArithmeticMatchOptions { Column = "n" });

        Assert.Equal(1, await reward.ScoreOf(Answer(answer, ("n", number))));
        Assert.Equal(0, await reward.ScoreOf(Answer(answer, ("n", "42.125"))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("H2O")]
    [InlineData(@"42 \boxed{}")]
    [InlineData(@"42 \boxed{\text{forty}}")]
    [InlineData(@"\boxed{\sqrt{42}}")]
    [InlineData(@"\boxed{42\pi}")]
    [InlineData(@"\boxed{\frac{x}{42}}")]
    [InlineData(@"\boxed{\frac{1}{x}\text{ of }42}")]
    [InlineData("42 1/0")]
    [InlineData("42e9999")]
    public async Task An_answer_without_a_number_earns_nothing(string answer)
    {
        var reward = new ArithmeticMatch(new ArithmeticMatchOptions { Column = "n" });

        Assert.Equal(0, await reward.ScoreOf(Answer(answer, ("n", "42"))));
    }

    [Theory]
    [InlineData("42", "42")]
    [InlineData("4.2e1", "42")]
    [InlineData("\"42\"", "42")]
    [InlineData("\"(1 + 2) * 14\"", "42")]
    [InlineData("\"6 × 7 − 2^-1\"", "41.5")]
    [InlineData("\"-2^2\"", "-4")]
    [InlineData("\"2**3^2\"", "512")]
    [InlineData("\"1/3\"", "2/6")]
    [InlineData("\"0.1 + 0.2\"", "0.3")]
    [InlineData("\"She has 3 + 4 = 7.\\n#### 7\"", "7")]
    [InlineData("\"\\\\boxed{\\\\frac{1}{2}}\"", "0.5")]
    [InlineData("\"$1,234 in all\"", "1234")]
    [InlineData("\"1 1/2\"", "1.5")]
    [InlineData("\"50 cm^2\"", "50")]
    [InlineData("\"x = 42\"", "42")]
    public async Task A_column_holds_a_number_an_expression_or_a_worked_answer(string column, string answer)
    {
        var reward = new ArithmeticMatch(new ArithmeticMatchOptions { Column = "n" });

        Assert.Equal(1, await reward.ScoreOf(Answer(answer, ("n", column))));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"none\"")]
    [InlineData("\"1, 2\"")]
    [InlineData("\"1/0\"")]
    [InlineData("\"2^0.5\"")]
    [InlineData("\"2 3\"")]
    [InlineData("\"9^999^9\"")]
    [InlineData("true")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("1e9999")]
    [InlineData("\"\\ud800\"")]
    public async Task A_row_without_a_number_judges_nothing(string column)
    {
        var reward = new ArithmeticMatch(new ArithmeticMatchOptions { Column = "n" });

        Assert.Null(await reward.ScoreOf(Answer("1", ("n", column))));
        Assert.Null(await reward.ScoreOf(Answer("1", ("m", "1"))));
    }

    [Theory]
    [InlineData("50", "50%", 1)]
    [InlineData("0.5", "50%", 1)]
    [InlineData("0.5", @"\boxed{50\%}", 1)]
    [InlineData("\"50 percent\"", "1/2", 1)]
    [InlineData("\"50%\"", "50", 1)]
    [InlineData("\"50%\"", "50 %", 1)]
    [InlineData("\"50%\"", "5000%", 0)]
    [InlineData("0.5", "50", 0)]
    public async Task A_percent_sign_on_one_side_may_mean_hundredths(string column, string answer, double score)
    {
        var reward = new ArithmeticMatch(new ArithmeticMatchOptions { Column = "n" });

        Assert.Equal(score, await reward.ScoreOf(Answer(answer, ("n", column))));
    }

    [Theory]
    [InlineData("-200", "-198", 1)]
    [InlineData("-200", "-202", 1)]
    [InlineData("-200", "-202.0000000000000000000001", 0)]
    [InlineData("0", "0.0001", 0)]
    [InlineData("0", "0", 1)]
    public async Task A_tolerance_is_relative_to_the_expected_number_and_exact(string column, string answer, double score)
    {
        var reward = new ArithmeticMatch(new ArithmeticMatchOptions { Column = "n", RelativeTolerance = 0.01 });

        Assert.Equal(score, await reward.ScoreOf(Answer(answer, ("n", column))));
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        AssertRefused(() => _ = new ArithmeticMatch(new ArithmeticMatchOptions { Column = "" }), "'column'");
        AssertRefused(
            () => _ = new ArithmeticMatch(new ArithmeticMatchOptions { RelativeTolerance = -0.1 }),
            "'relative_tolerance' is -0.1"
        );
        AssertRefused(() => _ = new ArithmeticMatch(new ArithmeticMatchOptions { RelativeTolerance = double.NaN }), "'relative_tolerance'");
    }

    [Fact]
    public async Task Every_tolerance_that_is_accepted_can_be_used()
    {
        foreach (var tolerance in new[] { double.Epsilon, 1e-300, 0.1, 1, 1e22, double.MaxValue })
        {
            var reward = new ArithmeticMatch(new ArithmeticMatchOptions { Column = "n", RelativeTolerance = tolerance });

            Assert.Equal(1, await reward.ScoreOf(Answer("7", ("n", "7"))));
        }
    }

    [Theory]
    [InlineData("9")]
    [InlineData("#")]
    [InlineData("(")]
    [InlineData("-")]
    [InlineData(" ")]
    [InlineData(",")]
    [InlineData("\\")]
    [InlineData("{")]
    [InlineData("1,")]
    [InlineData("1 ")]
    [InlineData("1/")]
    [InlineData("1e")]
    [InlineData("$")]
    [InlineData(",123")]
    [InlineData("####")]
    [InlineData("#### ")]
    [InlineData("\\boxed{")]
    [InlineData("\\frac{1}{")]
    [InlineData("USD1")]
    public async Task A_megabyte_of_one_thing_is_judged_in_one_pass(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, (1 << 20) / unit.Length));
        var reward = new ArithmeticMatch(new ArithmeticMatchOptions { Column = "n" });

        Assert.Equal(0, await reward.ScoreOf(Answer(text, ("n", "42.125"))));
        Assert.NotEqual(1, await reward.ScoreOf(Answer("42.125", ("n", JsonSerializer.Serialize(text)))));
    }
}
