using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Constitutions;
using Plumbline.Findings;

namespace Plumbline.Gateway.Tests;

/// <summary>Checks without a model, and moderation.</summary>
public sealed class CheckTests
{
    [Fact]
    public async Task A_text_is_checked_with_all_that_is_known_of_it()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => Task.CompletedTask);
        using var response = await gateway.PostAsync(
            "/v1/guard/check",
            """{"part":"answer","text":"my secret7","conversation":[{"role":"user","content":"q"},{"role":"assistant","content":"a"},{"role":"tool","content":"t"},{"role":"system","content":"s"}],"sources":["fact"],"situation":{"language":"de","region":"DE","domain":"law","audience":"teens","modality":"text","day":"2027-01-31"},"exchange":"e-1"}"""
        );

        var root = await response.JsonAsync();
        var asked = gateway.Guard.Asked.Single();
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("transform", root.GetProperty("outcome").GetString());
        Assert.True(root.GetProperty("passes").GetBoolean());
        Assert.Equal("my *******", root.GetProperty("text").GetString());
        Assert.Equal("constitution-1", root.GetProperty("constitution").GetString());
        Assert.Equal("no-violence", root.GetProperty("clauses")[0].GetProperty("clause").GetString());
        var finding = root.GetProperty("findings")[0];
        Assert.Equal(("S1", "violent crimes"), (finding.GetProperty("hazard").GetString(), finding.GetProperty("name").GetString()));
        Assert.Equal(
            (3, 7),
            (finding.GetProperty("span").GetProperty("start").GetInt32(), finding.GetProperty("span").GetProperty("length").GetInt32())
        );
        Assert.Equal("e-1", root.GetProperty("exchange").GetString());
        Assert.Equal(root.GetProperty("id").GetString(), response.Headers.GetValues("x-guard-decision").Single());
        Assert.Equal(GuardedPart.Answer, asked.Part);
        Assert.Equal(
            [ChatRole.User, ChatRole.Assistant, ChatRole.Tool, ChatRole.System],
            asked.Conversation.Select(message => message.Role)
        );
        Assert.Equal(["fact"], asked.Sources);
        Assert.Equal(
            new Situation
            {
                Language = "de",
                Region = "DE",
                Domain = "law",
                Audience = Audience.Teens,
                Day = new DateOnly(2027, 1, 31),
            },
            asked.Situation
        );
    }

    [Fact]
    public async Task What_does_not_pass_is_explained()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => Task.CompletedTask);
        using var response = await gateway.PostAsync("/v1/guard/check", """{"text":"zorblax"}""");

        var root = await response.JsonAsync();
        Assert.False(root.GetProperty("passes").GetBoolean());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("text").ValueKind);
        Assert.Equal("The clause no-violence says no.", root.GetProperty("explanation").GetString());
    }

    [Fact]
    public async Task An_image_is_checked()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => Task.CompletedTask);
        using var response = await gateway.PostAsync(
            "/v1/guard/check",
            $$"""{"part":"image","image":"{{Convert.ToBase64String("zorblax"u8)}}"}"""
        );

        Assert.Equal("refuse", (await response.JsonAsync()).GetProperty("outcome").GetString());
        Assert.Equal(Modality.Image, gateway.Guard.Asked.Single().Situation.Modality);
    }

    [Theory]
    [InlineData("""{}""", "text")]
    [InlineData("""{"txt":"a"}""", "txt")]
    [InlineData("""{"text":"a","image":"YQ=="}""", "text")]
    [InlineData("""{"part":"image","text":"a"}""", "image")]
    [InlineData("""{"part":"image","image":"%"}""", "image")]
    [InlineData("""{"part":"poem","text":"a"}""", "part")]
    [InlineData("""{"text":7}""", "text")]
    [InlineData("""{"text":"a","sources":[7]}""", "sources.0")]
    [InlineData("""{"text":"a","sources":"b"}""", "sources")]
    [InlineData("""{"text":"a","conversation":[7]}""", "conversation.0")]
    [InlineData("""{"text":"a","conversation":[{"role":"pope","content":"x"}]}""", "conversation.0.role")]
    [InlineData("""{"text":"a","conversation":[{"role":"user"}]}""", "conversation.0.content")]
    [InlineData("""{"text":"a","conversation":[{"role":"user","content":"a","name":"x"}]}""", "conversation.0.name")]
    [InlineData("""{"text":"a","situation":7}""", "situation")]
    [InlineData("""{"text":"a","situation":{"planet":"x"}}""", "situation.planet")]
    [InlineData("""{"text":"a","situation":{"language":"German"}}""", "situation.language")]
    [InlineData("""{"text":"a","situation":{"audience":"cats"}}""", "situation.audience")]
    [InlineData("""{"text":"a","situation":{"day":"today"}}""", "situation.day")]
    [InlineData("""{"text":"a","exchange":"a b"}""", "exchange")]
    public async Task What_is_not_understood_is_named(string json, string field)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => Task.CompletedTask);
        using var response = await gateway.PostAsync("/v1/guard/check", json);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(field, (await response.JsonAsync()).GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task Moderation_has_OpenAIs_categories_and_ours()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => Task.CompletedTask);
        var image = Convert.ToBase64String("zorblax"u8);
        using var response = await gateway.PostAsync(
            "/v1/moderations",
            $$$"""{"model":"any","input":[{"type":"text","text":"fine"},{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{image}}}"}}]}"""
        );

        var root = await response.JsonAsync();
        var result = root.GetProperty("results").EnumerateArray().Single();
        Assert.Equal("any", root.GetProperty("model").GetString());
        Assert.True(result.GetProperty("flagged").GetBoolean());
        Assert.Equal(13, result.GetProperty("categories").EnumerateObject().Count());
        Assert.Equal(
            Hazards.All.SelectMany(hazard => hazard.OpenAi).Distinct().Order(),
            result.GetProperty("categories").EnumerateObject().Select(category => category.Name).Order()
        );
        foreach (var category in result.GetProperty("categories").EnumerateObject())
        {
            var isOfHazard = Hazards.Find("S1")!.OpenAi.Contains(category.Name);
            Assert.Equal(isOfHazard, category.Value.GetBoolean());
            Assert.Equal(isOfHazard ? 0.9 : 0, result.GetProperty("category_scores").GetProperty(category.Name).GetDouble());
            Assert.Equal(
                isOfHazard ? ["image"] : [],
                result
                    .GetProperty("category_applied_input_types")
                    .GetProperty(category.Name)
                    .EnumerateArray()
                    .Select(type => type.GetString())
            );
        }

        Assert.Equal(
            ["allow", "refuse"],
            result.GetProperty("guard").EnumerateArray().Select(one => one.GetProperty("outcome").GetString())
        );
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"input":7}""")]
    [InlineData("""{"input":[]}""")]
    [InlineData("""{"input":["a",7]}""")]
    [InlineData("""{"input":[{"type":"text"}]}""")]
    [InlineData("""{"input":[{"type":"text","text":"a"},"b"]}""")]
    [InlineData("""{"input":[{"type":"image_url","image_url":{"url":"http://elsewhere.example/a.png"}}]}""")]
    public async Task Inputs_that_cannot_be_checked_are_refused(string json)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => Task.CompletedTask);
        using var response = await gateway.PostAsync("/v1/moderations", json);

        Assert.Equal(400, (int)response.StatusCode);
    }
}
