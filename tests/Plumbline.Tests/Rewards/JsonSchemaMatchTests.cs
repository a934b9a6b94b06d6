using System.Text;
using System.Text.Json;
using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Rewards.Schemas;
using Plumbline.Testing;
using static Plumbline.Tests.Rewards.Answers;

namespace Plumbline.Tests.Rewards;

public sealed class JsonSchemaMatchTests
{
    private const string Person = """
        {
          "type": "object",
          "properties": { "name": { "type": "string", "pattern": "^[A-Z]" }, "age": { "type": "integer", "minimum": 0 } },
          "required": ["name"],
          "additionalProperties": false
        }
        """;

    [Theory]
    [InlineData("""{"name": "Ada", "age": 36}""", 1)]
    [InlineData("\n {\"name\": \"Ada\"} \n", 1)]
    [InlineData("```json\n{\"name\": \"Ada\"}\n```", 1)]
    [InlineData("```\n{\"name\": \"Ada\"}```\n", 1)]
    [InlineData("Here: ```json\n{\"name\": \"Ada\"}\n```", 0)]
    [InlineData("""{"name": "ada"}""", 0)]
    [InlineData("""{"name": "Ada", "age": -1}""", 0)]
    [InlineData("""{"name": "Ada", "age": 1.5}""", 0)]
    [InlineData("""{"name": "Ada", "x": 1}""", 0)]
    [InlineData("""{"age": 36}""", 0)]
    [InlineData("""{"name": "Ada", "name": "Ada"}""", 0)]
    [InlineData("""{"name": "Ada"} or so""", 0)]
    [InlineData("""{"name": "Ada",}""", 0)]
    [InlineData("", 0)]
    [InlineData("```", 0)]
    [InlineData("```\n```", 0)]
    [InlineData("```\n``", 0)]
    public async Task An_answer_earns_one_where_it_fits_the_schema(string answer, double score) =>
        Assert.Equal(score, await new JsonSchemaMatch(new JsonSchemaMatchOptions { Schema = Person }).ScoreOf(Answer(answer)));

    [Fact]
    public async Task A_fence_can_be_refused()
    {
        var reward = new JsonSchemaMatch(new JsonSchemaMatchOptions { Schema = "true", AllowFence = false });

        Assert.Equal(0, await reward.ScoreOf(Answer("```\n1\n```")));
        Assert.Equal(1, await reward.ScoreOf(Answer("1")));
    }

    [Theory]
    [InlineData("""{"type": "integer"}""", 1.0)]
    [InlineData("\"{\\\"type\\\": \\\"integer\\\"}\"", 1.0)]
    [InlineData("""{"type": "string"}""", 0.0)]
    [InlineData("true", 1.0)]
    [InlineData("false", 0.0)]
    [InlineData("""{"type": "text"}""", null)]
    [InlineData("\"no schema\"", null)]
    [InlineData("\"\\ud800\"", null)]
    [InlineData("7", null)]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    public async Task A_schema_may_stand_in_a_column(string column, double? score)
    {
        var reward = new JsonSchemaMatch(new JsonSchemaMatchOptions { Column = "schema" });

        Assert.Equal(score, await reward.ScoreOf(Answer("42", ("schema", column))));
        Assert.Null(await reward.ScoreOf(Answer("42", ("other", column))));
    }

    [Fact]
    public async Task Schemas_of_different_rows_do_not_meet()
    {
        var reward = new JsonSchemaMatch(new JsonSchemaMatchOptions { Column = "schema" });
        const string integer = """{"$id": "https://plumbline.test/same", "type": "integer"}""";
        const string text = """{"$id": "https://plumbline.test/same", "type": "string"}""";

        var scores = await reward.ScoreAsync(
            [
                Answer("1", ("schema", integer)),
                Answer("1", ("schema", text)),
                Answer("\"1\"", ("schema", text)),
                Answer("1", ("schema", integer)),
            ],
            TestContext.Current.CancellationToken
        );

        Assert.Equal([1, 0, 1, 1], scores);
    }

    [Theory]
    [InlineData("http://json-schema.org/draft-06/schema#", "definitions")]
    [InlineData("http://json-schema.org/draft-07/schema#", "definitions")]
    [InlineData("http://json-schema.org/draft-07/schema", "definitions")]
    [InlineData("https://json-schema.org/draft/2019-09/schema", "$defs")]
    [InlineData("https://json-schema.org/draft/2020-12/schema", "$defs")]
    public async Task Every_draft_follows_references_and_matches_patterns_in_linear_time(string draft, string definitions)
    {
        var schema = $$$"""
            {
              "$schema": "{{{draft}}}",
              "{{{definitions}}}": { "node": { "type": "object", "properties": { "next": { "$ref": "#/{{{definitions}}}/node" }, "name": { "pattern": "^(a+)+$" } } } },
              "allOf": [{ "$ref": "#/{{{definitions}}}/node" }]
            }
            """;
        var reward = new JsonSchemaMatch(new JsonSchemaMatchOptions { Schema = schema });

        Assert.Equal(1, await reward.ScoreOf(Answer("""{"next": {"next": {"name": "aaa"}}}""")));
        Assert.Equal(0, await reward.ScoreOf(Answer("""{"next": {"next": 1}}""")));
        Assert.Equal(0, await reward.ScoreOf(Answer("{\"next\": {\"name\": \"" + new string('a', 50_000) + "b\"}}")));
    }

    [Theory]
    [InlineData("""{"allOf": [{"$ref": "#"}]}""")]
    [InlineData("""{"not": {"anyOf": [{"$ref": "#/not/anyOf/0"}, {"$ref": "#"}]}}""")]
    public async Task A_schema_that_runs_in_a_circle_judges_nothing(string schema)
    {
        var reward = new JsonSchemaMatch(new JsonSchemaMatchOptions { Column = "schema" });

        Assert.Null(await reward.ScoreOf(Answer("1", ("schema", schema))));
    }

    [Fact]
    public async Task A_schema_that_doubles_at_every_step_judges_nothing()
    {
        var steps = Enumerable
            .Range(0, 25)
            .Select(i => $$"""  "s{{i}}": { "allOf": [{ "$ref": "#/$defs/s{{i + 1}}" }, { "$ref": "#/$defs/s{{i + 1}}" }] } """);
        var schema = $$"""{ "$defs": { {{string.Join(",", steps)}}, "s25": true }, "$ref": "#/$defs/s0" }""";
        var reward = new JsonSchemaMatch(new JsonSchemaMatchOptions { Column = "schema" });

        Assert.Null(await reward.ScoreOf(Answer("1", ("schema", schema))));
    }

    [Theory]
    [InlineData("{", "no JSON")]
    [InlineData("3", "neither an object nor true or false")]
    [InlineData("""{"type": "text"}""", "'text'")]
    [InlineData("""{"pattern": "("}""", "Not enough )")]
    [InlineData("""{"pattern": "(?=a)"}""", "NonBacktracking")]
    [InlineData("""{"pattern": 3}""", "must be a string")]
    [InlineData("""{"$ref": "https://plumbline.test/x"}""", "its $ref 'https://plumbline.test/x' is not #")]
    [InlineData("""{"$ref": "#/$defs/none"}""", "its $ref '#/$defs/none'")]
    [InlineData("""{"allOf": [{"properties": {"a": {"$ref": "other.json"}}}]}""", "its $ref 'other.json'")]
    [InlineData("""{"$dynamicRef": "#"}""", "uses $dynamicRef")]
    [InlineData("""{"$schema": "https://json-schema.org/v1"}""", "its $schema 'https://json-schema.org/v1' is none of")]
    [InlineData("""{"allOf": [{"$schema": "https://json-schema.org/draft/2020-12/schema"}]}""", "its $schema")]
    [InlineData("""{"allOf": [{"$id": "a"}]}""", "an $id of its own")]
    [InlineData("""{"patternProperties": {"^(a+)+$": true}}""", "more than one repetition, or one beside a group")]
    [InlineData("""{"patternProperties": {"a*b*": true}}""", "more than one repetition")]
    [InlineData("""{"const": 1e99}""", "a number of 29 digits or more")]
    [InlineData("""{"const": "\ud800"}""", "an escaped surrogate")]
    [InlineData("""{"properties": {"\ud800": true}}""", "an escaped surrogate")]
    [InlineData("""{"\ud800": 1, "a": 2}""", "an escaped surrogate")]
    [InlineData("""{"type": "object", "type": "object"}""", "no JSON")]
    public void A_schema_that_cannot_be_used_is_refused(string schema, string said) =>
        AssertRefused(
            () => _ = new JsonSchemaMatch(new JsonSchemaMatchOptions { Schema = schema }),
            "'schema'",
            "a JSON schema that can be used",
            said
        );

    [Fact]
    public void A_schema_has_a_greatest_size_and_depth()
    {
        AssertRefused(() => Make($$"""{"title": "{{new string('x', 64 << 10)}}"}"""), "longer than 65536 characters");
        AssertRefused(() => Make(Nested(40)), "at most 32 levels");
        Assert.NotNull(Make(Nested(20)));

        static JsonSchemaMatch Make(string schema) => new(new JsonSchemaMatchOptions { Schema = schema });

        static string Nested(int levels) => string.Concat(Enumerable.Repeat("{\"not\": ", levels)) + "true" + new string('}', levels);
    }

    [Fact]
    public void A_schema_comes_from_exactly_one_place()
    {
        AssertRefused(
            () => _ = new JsonSchemaMatch(new JsonSchemaMatchOptions()),
            "'schema' is not set",
            "exactly one of schema and column"
        );
        AssertRefused(
            () => _ = new JsonSchemaMatch(new JsonSchemaMatchOptions { Schema = "true", Column = "c" }),
            "left out where column is set"
        );
        AssertRefused(() => _ = new JsonSchemaMatch(new JsonSchemaMatchOptions { Column = "" }), "'column'", "the name of a column");
    }

    [Theory]
    [InlineData("1e99")]
    [InlineData("[1e999999999, 1]")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\ud800\": 1}")]
    [InlineData("{\"a\": 1, \"a\": 1}")]
    public async Task Json_that_cannot_be_compared_earns_nothing(string answer)
    {
        var reward = new JsonSchemaMatch(new JsonSchemaMatchOptions { Schema = """{"not": {"enum": [1, "a"]}}""" });

        Assert.Equal(0, await reward.ScoreOf(Answer(answer)));
        Assert.Equal(0, await reward.ScoreOf(Answer("\"\ud800\"")));
        Assert.Equal(1, await reward.ScoreOf(Answer("[\"b\"]")));
    }

    [Fact]
    public async Task Answers_have_a_greatest_size_and_depth()
    {
        var reward = new JsonSchemaMatch(new JsonSchemaMatchOptions { Schema = """{"uniqueItems": true}""" });
        var many = $"[{string.Join(',', Enumerable.Range(10_000, 40_000))}]";

        Assert.Equal(1, await reward.ScoreOf(Answer(many)));
        Assert.Equal(0, await reward.ScoreOf(Answer($"[{many},{many}]")));
        Assert.Equal(1, await reward.ScoreOf(Answer(new string('[', 64) + new string(']', 64))));
        Assert.Equal(0, await reward.ScoreOf(Answer(new string('[', 65) + new string(']', 65))));
        Assert.Equal(0, await reward.ScoreOf(Answer(new string('[', 1 << 20))));
    }

    [Fact]
    public void Damaged_schemas_are_built_or_refused_and_judge_or_do_not()
    {
        string[] good =
        [
            Person,
            """{"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"a": {"type": ["string", "null"]}}, "items": {"$ref": "#/definitions/a"}, "if": {"const": 1}, "then": false}""",
            """{"$id": "https://plumbline.test/x", "$defs": {"a": {"enum": [1, "b", null]}}, "prefixItems": [{"$ref": "#/$defs/a"}], "contains": {"minimum": 1.5}, "unevaluatedItems": false}""",
            """{"patternProperties": {"^x-": {"multipleOf": 2}}, "dependentRequired": {"a": ["b"]}, "propertyNames": {"maxLength": 3}, "oneOf": [true, {"format": "date"}]}""",
        ];
        string[] answers = ["1", "[1, null, \"b\", [2.5]]", """{"name": "Ada", "age": 3, "x-a": 4}""", "\"2020-01-01\""];

        ByteFuzzer.Run([.. good.Select(Encoding.UTF8.GetBytes)], 3_000, new Seed(31), Judge);

        void Judge(byte[] bytes)
        {
            var schema = BoundedSchema.Build(Encoding.UTF8.GetString(bytes), out var fault);
            Assert.Equal(schema is null, fault is not null);
            foreach (var answer in answers)
            {
                schema?.Fits(JsonElement.Parse(answer));
            }
        }
    }
}
