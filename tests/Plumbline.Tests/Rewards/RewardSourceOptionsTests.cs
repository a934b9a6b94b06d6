using System.Text;
using Plumbline.Configuration;
using Plumbline.Rewards;
using static Plumbline.Tests.Rewards.Answers;

namespace Plumbline.Tests.Rewards;

public sealed class RewardSourceOptionsTests
{
    private const string Yaml = """
        rewards:
          - kind: exact_match
            weight: 2
            exact_match: { column: right, ignore_case: true }
          - kind: exact_match
            name: to_the_letter
          - kind: regex
            regex: { pattern: "^a" }
          - kind: json_schema
            weight: 0
            json_schema: { schema: '{"type": "string"}' }
          - kind: arithmetic
          - kind: overlong
            overlong: { max_tokens: 10, cache_tokens: 4 }
          - kind: function
            weight: -1
            function: counts_word
            settings: { word: so }
        """;

    [Fact]
    public async Task A_file_states_every_kind_and_makes_a_sum()
    {
        RewardFunctions.Register(typeof(CountsWord).Assembly);
        var sum = new RewardFactory().CreateSum(Read(Yaml).Rewards);
        var answer = Answer("a so 7", ("right", "\"A SO 7\""), ("completion", "7")) with { Tokens = 8 };

        var scores = await sum.JudgeAsync([answer], TestContext.Current.CancellationToken);

        Assert.Equal(
            ["exact_match 1", "to_the_letter 0", "regex 1", "json_schema 0", "arithmetic 1", "overlong -0.5", "counts_word 1"],
            scores.Sources.Select(source => $"{source.Name} {source.Scores[0]}")
        );
        Assert.Equal([2.0 + 0 + 1 + 0 + 1 - 0.5 - 1], scores.Totals);
    }

    [Fact]
    public void Options_written_out_read_back()
    {
        var options = Read(Yaml);

        Assert.Equal(OptionsFile.Write(options), OptionsFile.Write(OptionsFile.Parse<Sources>(OptionsFile.Write(options))));
    }

    [Theory]
    [InlineData("kind: regex", "'rewards.0.regex' is not set, but must be set where kind is regex")]
    [InlineData("kind: json_schema", "'rewards.0.json_schema' is not set")]
    [InlineData("kind: overlong", "'rewards.0.overlong' is not set")]
    [InlineData("kind: function", "'rewards.0.function' is not set")]
    [InlineData(
        "kind: arithmetic\n    regex: { pattern: a }",
        "'rewards.0.regex' is not usable, but must be left out where kind is arithmetic. Remove it, or set kind to regex."
    )]
    [InlineData("kind: arithmetic\n    settings: { a: b }", "'rewards.0.settings'")]
    [InlineData("kind: arithmetic\n    function: f", "'rewards.0.function' is 'f'")]
    [InlineData("kind: arithmetic\n    weight: .inf", "'rewards.0.weight'")]
    [InlineData("kind: arithmetic\n    name: ' '", "'rewards.0.name'")]
    [InlineData("kind: judgement", "Expected one of exact_match, regex, json_schema, arithmetic, overlong, function")]
    [InlineData("kind: regex\n    regex: { pattern: '(?=a)' }", "'rewards.0.regex.pattern' is '(?=a)'")]
    [InlineData("kind: overlong\n    overlong: { max_tokens: 10, cache_tokens: 11 }", "'rewards.0.overlong.cache_tokens' is 11")]
    [InlineData("weight: 1", "'rewards.0.kind' is missing")]
    public void Options_that_do_not_fit_together_are_refused_where_they_stand(string source, string said)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Read($"rewards:\n  - {source}"));

        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.NotNull(refusal.Position?.Line);
    }

    [Fact]
    public void A_kind_that_needs_more_is_left_to_who_made_the_factory()
    {
        var options = new RewardSourceOptions { Kind = (RewardKind)99 };
        var model = new RegexMatch(new RegexMatchOptions { Pattern = "a" });

        Assert.Same(model, new RewardFactory(asked => asked == options ? model : null).Create(options));
        AssertRefused(() => new RewardFactory(_ => null).Create(options), "kind 99 cannot be made here");
        AssertRefused(() => new RewardFactory().Create(options), "kind 99 cannot be made here");
    }

    [Fact]
    public void Options_made_in_code_are_checked_too() =>
        AssertRefused(() => new RewardFactory().Create(new RewardSourceOptions { Kind = RewardKind.Regex }), "'regex' is not set");

    private static Sources Read(string yaml) => OptionsFile.Read<Sources>(Encoding.UTF8.GetBytes(yaml), "rewards.yaml");

    public sealed record Sources
    {
        public IReadOnlyList<RewardSourceOptions> Rewards { get; init; } = [];
    }
}
