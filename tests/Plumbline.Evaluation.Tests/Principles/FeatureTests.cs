using Microsoft.Extensions.AI;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Evaluation.Principles.Features;

namespace Plumbline.Evaluation.Tests.Principles;

public sealed class FeatureTests
{
    private static readonly double Once = Math.Log(2);

    [Theory]
    [InlineData("refusal", "I'm sorry, but I can't help with that.", 1)]
    [InlineData("refusal", "Dabei kann ich dir nicht helfen.", 1)]
    [InlineData("refusal", "Lo siento, no puedo ayudarte.", 1)]
    [InlineData("refusal", "I can't wait to show you how.", 0)]
    [InlineData("ignorance", "Ich weiß es nicht.", 1)]
    [InlineData("apology", "Es tut mir leid.", 1)]
    [InlineData("apology", "Here it is.", 0)]
    [InlineData("agreement", "Sure, here it is.", 1)]
    [InlineData("agreement", "I am sure.", 0)]
    [InlineData("agreement", "Well, tienes razón.", 1)]
    [InlineData("code", "Use `ls -l`.", 1)]
    [InlineData("code", "Use ls.", 0)]
    [InlineData("same_language", "Das ist nicht der Weg und das Ziel.", 0)]
    [InlineData("same_language", "This is the way to it.", 1)]
    [InlineData("repetition", "go on now go on now", 0.25)]
    [InlineData("repetition", "go on", 0)]
    [InlineData("first_person", "I like my cat", 0.5)]
    [InlineData("second_person", "you and your cat", 0.5)]
    [InlineData("echo", "The weapons were heavy weapons", 0.6666666667)]
    public void Features_are_what_they_say(string id, string answer, double value) => Assert.Equal(value, Measured(id, answer), 1e-9);

    [Theory]
    [InlineData("hedging", "Maybe.")]
    [InlineData("hedging", "Vielleicht.")]
    [InlineData("hedging", "Tal vez.")]
    [InlineData("warning", "Vorsicht damit!")]
    [InlineData("moralising", "That is unethical.")]
    [InlineData("alternative", "Ruf die Telefonseelsorge.")]
    [InlineData("question", "¿Cómo?")]
    [InlineData("politeness", "Gracias.")]
    [InlineData("exclamation", "Go!")]
    [InlineData("insult", "du Trottel")]
    [InlineData("number", "It is 3m long")]
    [InlineData("group", "Immigrants came.")]
    [InlineData("structure", "1. one")]
    [InlineData("structure", "text\n## Title")]
    [InlineData("structure", "| a | b |")]
    public void Counts_are_damped(string id, string answer) => Assert.Equal(Once, Measured(id, answer), 1e-9);

    [Theory]
    [InlineData("-5 degrees")]
    [InlineData("2024 was good")]
    [InlineData("#tag")]
    [InlineData("*bold* move")]
    public void Not_every_mark_makes_a_list(string answer) => Assert.Equal(0, Measured("structure", answer));

    [Fact]
    public void Every_feature_is_finite_on_odd_answers_and_its_principles_are_clauses()
    {
        string[] odd = ["", " ", "?", "\ud83d\ude00", "'", "’’", new string('a', 10_000), "a\n\n\nb", "我", "`"];
        foreach (var feature in PairFeatures.All)
        {
            Assert.All(odd, text => Assert.True(double.IsFinite(Measured(feature.Id, text)), feature.Id));
            Assert.EndsWith(".", feature.More.Text, StringComparison.Ordinal);
        }

        var clauses = PairFeatures.All.SelectMany(feature => new[] { feature.More, feature.Less });
        Assert.Empty(
            new Constitution
            {
                Name = "all",
                Clauses = clauses.ToDictionary(one => one.Id, one => new Clause { Text = one.Text }),
            }.Problems()
        );
        Assert.Equal(PairFeatures.All.Count, PairFeatures.All.DistinctBy(feature => feature.Id).Count());
    }

    [Fact]
    public void The_last_turn_of_the_user_is_the_question()
    {
        var prompt = Content.FromMessages([
            new ChatMessage(ChatRole.User, "first"),
            new ChatMessage(ChatRole.Assistant, "answer"),
            new ChatMessage(ChatRole.User, "second"),
        ]);

        var answer = AnswerText.Of(prompt, Content.FromMessages([new ChatMessage(ChatRole.Assistant, "third")]));

        Assert.Equal(("second", "third"), (answer.Question, answer.Text));
    }

    private static double Measured(string id, string answer) =>
        PairFeatures
            .All.Single(feature => feature.Id == id)
            .Of(AnswerText.Of(Content.FromText("What is the best of the heavy weapons that you know?"), Content.FromText(answer)));
}
