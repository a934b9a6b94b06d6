using Microsoft.Extensions.AI;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Language;
using Plumbline.Models.Scoring;
using Plumbline.Models.Tests.Tokenization;
using Plumbline.Randomness;
using Plumbline.Scoring;
using Plumbline.Testing.Torch;

namespace Plumbline.Models.Tests.Scoring;

[NoTensorLeaks]
public sealed class ChatOptionScorerTests
{
    [Fact]
    public async Task Options_are_scored_behind_the_rendered_conversation()
    {
        var tokenizer = SampleTokenizers.Trained();
        using var decoder = new Decoder(TinyModels.Config("llama") with { VocabularySize = tokenizer.VocabularySize }, new Seed(3));
        var encoder = new ChatEncoder(
            tokenizer,
            ChatTemplate.Parse("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}a:")
        );
        ChatMessage[] messages = [new(ChatRole.User, "Which?"), new(ChatRole.Assistant, "Hm."), new(ChatRole.User, "So?")];

        var scores = await new ChatOptionScorer(decoder, tokenizer, encoder, "tiny").ScoreOptionsAsync(
            new OptionQuestion(messages, ["A", "B"]),
            TestContext.Current.CancellationToken
        );

        var prompt = TokenText.Of(tokenizer.Encode("user: Which?\nassistant: Hm.\nuser: So?\na:"));
        var expected = new DecoderScorer(decoder).Score([
            new ScoringRequest(prompt, tokenizer.Encode("A")),
            new ScoringRequest(prompt, tokenizer.Encode("B")),
        ]);
        Assert.Equal(expected.Select(score => score.Total), scores!);
    }
}
