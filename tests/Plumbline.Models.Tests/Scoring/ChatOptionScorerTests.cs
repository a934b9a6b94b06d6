using Microsoft.Extensions.AI;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Language;
using Plumbline.Models.Scoring;
using Plumbline.Randomness;
using Plumbline.Scoring;
using Plumbline.Testing.Torch;
using Plumbline.Tokenization;
using Plumbline.Tokenization.Tests;
using static TorchSharp.torch;

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whole_options_have_the_probabilities_of_all_answers_that_are_them(bool tenIsOneToken)
    {
        var (tokenizer, decoder, scorer) = Rater(tenIsOneToken, ends: [60, 61]);
        using var owned = decoder;
        string[] ratings = [.. Enumerable.Range(1, 10).Select(rating => $"{rating}")];
        Assert.Equal(tenIsOneToken ? 1 : 2, tokenizer.Encode("10").Length);

        var scores = await scorer.ScoreOptionsAsync(Question(ratings) with { Whole = true }, TestContext.Current.CancellationToken);

        // One token at a time, by the whole distribution behind each beginning.
        int[] prompt = tokenizer.Encode("user: How good?\na:");
        var enumerated = ratings.Select(rating =>
        {
            var (written, likelihood) = (prompt, 1.0);
            foreach (var token in tokenizer.Encode(rating))
            {
                likelihood *= Next(decoder, written)[token];
                written = [.. written, token];
            }

            var behind = Next(decoder, written);
            return likelihood * (behind[60] + behind[61]);
        });
        Assert.Equal(enumerated.Select(likelihood => Math.Log(likelihood)), scores!, (left, right) => Math.Abs(left - right) < 1e-4);
        // As a beginning 1 has all that 10 has where it is cut in two; as a whole it has none of it.
        var one = Next(decoder, prompt)[tokenizer.Encode("1")[0]];
        var wholes = Math.Exp(scores![0]) + (tenIsOneToken ? 0 : Math.Exp(scores[9]));
        Assert.InRange(wholes, 0, one);
    }

    [Fact]
    public async Task What_cannot_be_told_apart_or_does_not_fit_is_refused()
    {
        var (_, decoder, scorer) = Rater(tenIsOneToken: false, ends: []);
        using var owned = decoder;
        var cancellation = TestContext.Current.CancellationToken;

        var beginnings = await Assert.ThrowsAsync<InvalidInputException>(() => scorer.ScoreOptionsAsync(Question("1", "10"), cancellation));
        var endless = await Assert.ThrowsAsync<InvalidInputException>(() =>
            scorer.ScoreOptionsAsync(Question("1", "10") with { Whole = true }, cancellation)
        );
        var book = new OptionQuestion([new ChatMessage(ChatRole.User, new string('y', 300))], ["1", "2"]);
        var tooLong = await Assert.ThrowsAsync<ContextExceededException>(() => scorer.ScoreOptionsAsync(book, cancellation));

        Assert.Contains("'1' is the beginning of '10'", beginnings.Message, StringComparison.Ordinal);
        Assert.Contains("eos_token_id", endless.Message, StringComparison.Ordinal);
        Assert.Contains("256", tooLong.Message, StringComparison.Ordinal);
    }

    private static OptionQuestion Question(params string[] options) => new([new ChatMessage(ChatRole.User, "How good?")], options);

    private static (Tokenizer Tokenizer, Decoder Decoder, ChatOptionScorer Scorer) Rater(bool tenIsOneToken, int[] ends)
    {
        var tokenizer = SampleTokenizers.Parse(
            SampleTokenizers.ByHand(SampleTokenizers.Gpt2PreTokenizer(), tenIsOneToken ? ["1 0"] : ["x x"])
        );
        var config = TinyModels.Config("llama") with
        {
            VocabularySize = tokenizer.VocabularySize,
            EosTokenIds = ends,
            InitializerRange = 0.3,
        };
        var decoder = new Decoder(config, new Seed(5));
        var encoder = new ChatEncoder(
            tokenizer,
            ChatTemplate.Parse("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}a:")
        );
        return (tokenizer, decoder, new ChatOptionScorer(decoder, tokenizer, encoder, "tiny"));
    }

    private static double[] Next(Decoder decoder, int[] written)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var logits = decoder.Logits(decoder.HiddenStates(PackedTokens.Of([written]))).to(ScalarType.Float64);
        return nn.functional.softmax(logits[-1], -1).data<double>().ToArray();
    }
}
