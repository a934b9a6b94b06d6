using System.Text.Json;
using CsCheck;
using Plumbline.Rewards;
using static Plumbline.Tests.Rewards.Answers;

namespace Plumbline.Tests.Rewards;

public sealed class AnyAnswerTests
{
    private static readonly (string Name, string Json)[] Columns =
    [
        ("completion", "\"6 * 7\""),
        ("schema", """{"type": ["array", "object", "number"], "items": {"type": "string"}}"""),
    ];

    private static readonly IReward[] Rewards =
    [
        new ExactMatch(new ExactMatchOptions { IgnoreCase = true, CollapseWhiteSpace = true }),
        new ExactMatch(new ExactMatchOptions { Text = "42", Extract = "<answer>(.*?)</answer>|(\\d+)" }),
        new RegexMatch(
            new RegexMatchOptions
            {
                Pattern = "(a|b|ab)*c+|\\w+$",
                IgnoreCase = true,
                DotAll = true,
            }
        ),
        new JsonSchemaMatch(new JsonSchemaMatchOptions { Column = "schema" }),
        new ArithmeticMatch(new ArithmeticMatchOptions { RelativeTolerance = 0.01 }),
        new OverlongPenalty(new OverlongPenaltyOptions { MaxTokens = 10, CacheTokens = 5 }),
    ];

    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Char.Select(character => character.ToString()),
        Gen.OneOf(
            "42",
            "1,234",
            "####",
            "\\boxed{",
            "\\frac{",
            "}{",
            "}",
            "-",
            "\u2212",
            "/",
            "%",
            "$",
            "e9",
            "```json\n",
            "```",
            "{\"a\":",
            "[",
            "]",
            "\"",
            "\\ud800",
            "<answer>",
            "</answer>",
            "\ud83d",
            "\n"
        )
    );

    private static readonly Gen<string> Text = Gen.OneOf(Gen.String, Piece.Array[0, 40].Select(string.Concat));

    [Fact]
    public void Every_text_is_judged_and_alike_each_time() =>
        Text.Sample(
            text =>
            {
                var answer = Answer(text, Columns) with { Tokens = 7 };
                foreach (var reward in Rewards)
                {
                    var score = Score(reward, answer);

                    Assert.True(score is >= -1 and <= 1, $"{reward.GetType().Name} gives {score}.");
                    Assert.Equal(score, Score(reward, answer));
                }
            },
            iter: 5_000
        );

    [Fact]
    public void Every_column_is_read_or_gives_no_judgement() =>
        Text.Sample(
            text =>
            {
                var answer = Answer("[42]", ("completion", JsonSerializer.Serialize(text)), ("schema", JsonSerializer.Serialize(text)));
                foreach (var reward in Rewards)
                {
                    Assert.True(Score(reward, answer) is null or (>= -1 and <= 1));
                }
            },
            iter: 5_000
        );

    [Fact]
    public void A_number_in_words_is_found_as_it_was_written() =>
        Gen.Select(
                Gen.Long[-1_000_000_000_000, 1_000_000_000_000],
                Gen.Bool,
                Gen.OneOf("", "$", "€"),
                Gen.OneOf("", ".", " kg", " apples.", "\n")
            )
            .Sample(
                (number, hasGroups, currency, unit) =>
                {
                    var digits = Math.Abs(number).ToString(hasGroups ? "N0" : "D");
                    var answer = Answer(
                        $"From 1 to 2: {(number < 0 ? "\u2212" : "")}{currency}{digits}{unit}",
                        ("completion", $"{number}")
                    );

                    Assert.Equal(1, Score(Rewards[4], answer));
                }
            );

    [Theory]
    [InlineData('a')]
    [InlineData('9')]
    [InlineData('[')]
    [InlineData('`')]
    [InlineData('\n')]
    [InlineData('\ud800')]
    [InlineData('\\')]
    public void A_megabyte_of_one_character_is_judged(char character)
    {
        var answer = Answer(new string(character, 1 << 20), Columns) with { Tokens = 1_000_000 };

        Assert.All(Rewards, reward => Assert.NotNull(Score(reward, answer)));
    }

    /// <summary>These rewards answer at once.</summary>
    private static double? Score(IReward reward, AnswerToReward answer) =>
        Assert.Single(reward.ScoreAsync([answer], TestContext.Current.CancellationToken).GetAwaiter().GetResult());
}
