using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Models.ChatTemplates;
using Plumbline.Tokenization;
using Plumbline.Training.Supervised;

namespace Plumbline.Training.Tests.Supervised;

public sealed class ExampleEncoderTests
{
    private static readonly Tokenizer Tokenizer = BpeTrainer.Train(
        ["the red stone sings", "the blue river walks", "a question and an answer"],
        new BpeTrainerOptions { VocabularySize = 300, MinFrequency = 1 }
    );

    private static readonly ChatEncoder Chat = ChatEncoder.For(Tokenizer);

    [Fact]
    public void Of_a_text_pair_the_completion_and_the_end_are_targets()
    {
        var encoded = Assert.Single(
            Encoder().ForSupervision([new PromptCompletionExample("1", Content.FromText("the red"), Content.FromText(" stone sings"))])
        );

        Assert.Equal(" stone sings", Targets(encoded, skipSpecial: true));
        Assert.Equal(Tokenizer.EosTokenId, encoded.Ids[^1]);
        Assert.True(encoded.IsTarget[^1]);
    }

    [Fact]
    public void Of_a_chat_pair_only_the_answer_is_a_target_and_earlier_answers_are_context()
    {
        var prompt = Messages(("user", "a question"), ("assistant", "the blue river"), ("user", "and"));

        var encoded = Assert.Single(
            Encoder().ForSupervision([new PromptCompletionExample("1", prompt, Messages(("assistant", "the red stone")))])
        );

        Assert.Equal("the red stone", Targets(encoded, skipSpecial: true).Trim());
    }

    [Fact]
    public void Of_a_whole_conversation_every_assistant_turn_is_a_target()
    {
        var conversation = Messages(("user", "a question"), ("assistant", "the blue river"), ("user", "and"), ("assistant", "an answer"));

        var encoded = Assert.Single(Encoder().ForSupervision([new LanguageModelingExample("1", conversation)]));

        var targets = Targets(encoded, skipSpecial: true);
        Assert.Contains("the blue river", targets);
        Assert.Contains("an answer", targets);
        Assert.DoesNotContain("question", targets);
    }

    [Fact]
    public void Pretraining_learns_every_token_but_the_first()
    {
        Example[] rows =
        [
            new LanguageModelingExample("1", Content.FromText("the red stone")),
            new PromptCompletionExample("2", Content.FromText("the"), Content.FromText(" blue river")),
            new PreferenceExample("3", Messages(("user", "a question")), Messages(("assistant", "yes")), Messages(("assistant", "no"))),
        ];

        var encoded = Encoder().ForPretraining(rows).ToList();

        Assert.All(encoded, example => Assert.Equal(example.Ids.Length - 1, example.TargetCount));
        Assert.Equal("the red stone", Tokenizer.Decode(encoded[0].Ids));
        Assert.Equal("the blue river", Tokenizer.Decode(encoded[1].Ids));
        Assert.Contains("yes", Tokenizer.Decode(encoded[2].Ids));
        Assert.DoesNotContain("no", Tokenizer.Decode(encoded[2].Ids));
    }

    [Fact]
    public void Both_sides_of_a_pair_share_the_prompt_and_differ_in_their_targets()
    {
        var pair = new PreferenceExample(
            "1",
            Messages(("user", "a question")),
            Messages(("assistant", "the red stone")),
            Messages(("assistant", "the river"))
        )
        {
            Confidence = 0.8,
        };

        var encoded = Assert.Single(Encoder().ForPreferences([pair]));

        Assert.Equal("the red stone", Targets(encoded.Chosen, skipSpecial: true).Trim());
        Assert.Equal("the river", Targets(encoded.Rejected, skipSpecial: true).Trim());
        Assert.Equal(0.8, encoded.Confidence);
        var withGold = Assert.Single(Encoder().ForPreferences([pair with { Gold = pair.Chosen, Confidence = null }], withGold: true));
        Assert.Null(withGold.Confidence);
        Assert.NotNull(withGold.Gold);
    }

    [Fact]
    public void What_does_not_fit_is_left_out_whole_and_counted_by_reason()
    {
        var encoder = Encoder(maxLength: 12);
        var tooLong = Content.FromText(string.Concat(Enumerable.Repeat(" the red stone", 20)));
        PreferenceExample[] pairs =
        [
            new("1", Content.FromText("the"), Content.FromText(" red"), tooLong),
            new("2", Content.FromText("the"), Content.FromText(" red"), Content.FromText(" blue")),
        ];

        Assert.Single(encoder.ForPreferences(pairs));
        Assert.Empty(encoder.ForSupervision([new PromptCompletionExample("3", Content.FromText("the"), tooLong)]));

        Assert.False(encoder.Fits(pairs[0]));
        Assert.True(encoder.Fits(pairs[1]));
        Assert.Equal(2, encoder.Dropped["longer than 12 tokens"]);
    }

    [Fact]
    public void A_row_without_an_answer_is_refused_by_its_id()
    {
        var failure = Assert.Throws<InvalidInputException>(() =>
            Encoder().ForSupervision([new PromptExample("row-7", Content.FromText("the"))]).ToList()
        );

        Assert.Contains("row-7", failure.Message);
    }

    private static ExampleEncoder Encoder(int maxLength = 200) => new(Tokenizer, Chat, maxLength);

    private static Content Messages(params (string Role, string Text)[] turns) =>
        Content.FromMessages(turns.Select(turn => new ChatMessage(new ChatRole(turn.Role), turn.Text)));

    private static string Targets(TokenizedExample example, bool skipSpecial) =>
        Tokenizer.Decode(example.Ids.Where((_, i) => example.IsTarget[i]).ToArray(), skipSpecial);
}
