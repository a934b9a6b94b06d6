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
public sealed class DecoderScorerTests
{
    private static readonly Tokenizer Tokenizer = SampleTokenizers.Trained();

    [Fact]
    public async Task Packed_scores_are_those_of_the_softmax_of_one_sequence()
    {
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(1));
        var requests = Enumerable
            .Range(1, 9)
            .Select(i => new ScoringRequest(TinyModels.Ids((ulong)i, 1 + (i * 3 % 7)), TinyModels.Ids((ulong)(i + 50), 1 + (i % 4))))
            .ToList();
        // Passes of 16 tokens: several requests share one, and their order is not that of the requests.
        var scores = await new DecoderScorer(decoder, tokensPerPass: 16).ScoreAsync(requests, TestContext.Current.CancellationToken);
        for (var i = 0; i < requests.Count; i++)
        {
            Assert.Equal(requests[i].Continuation.Ids!, scores[i].Ids!);
            var expected = BySoftmax(decoder, requests[i]);
            Assert.Equal(expected.Length, scores[i].LogProbabilities.Count);
            for (var at = 0; at < expected.Length; at++)
            {
                Assert.Equal(expected[at], scores[i].LogProbabilities[at], 1e-5);
            }

            Assert.Equal(expected.Sum(), scores[i].Total, 1e-4);
        }
    }

    [Theory]
    [InlineData("llama", 8192)]
    [InlineData("llama", 30)]
    [InlineData("gpt2", 30)]
    public void Continuations_of_one_prompt_share_its_rows_and_keep_their_scores(string modelType, int tokensPerPass)
    {
        using var decoder = new Decoder(TinyModels.Config(modelType) with { LearnedPositions = modelType == "gpt2" }, new Seed(1));
        TokenText[] prompts = [TinyModels.Ids(1, 20), TinyModels.Ids(2, 5), TinyModels.Ids(3, 1)];
        var requests = Enumerable
            .Range(0, 15)
            .Select(i => new ScoringRequest(prompts[i % 3], TinyModels.Ids((ulong)i + 50, 1 + (i % 4))))
            .ToList();

        var scores = new DecoderScorer(decoder, tokensPerPass: tokensPerPass).Score(requests);

        for (var i = 0; i < requests.Count; i++)
        {
            Assert.Equal(requests[i].Continuation.Ids!, scores[i].Ids!);
            Assert.Equal(BySoftmax(decoder, requests[i]), scores[i].LogProbabilities, (left, right) => Math.Abs(left - right) < 1e-5);
        }
    }

    [Fact]
    public void A_prompt_is_computed_once_for_all_that_follow_it()
    {
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(1));
        TokenText prompt = TinyModels.Ids(1, 100);
        List<ScoredSequence> sequences =
        [
            .. Enumerable.Range(0, 10).Select(i => ScoredSequence.Of(new ScoringRequest(prompt, new[] { i, 1 }), i, null)),
        ];

        Assert.Equal(100 + 20, Assert.Single(ScoredGroup.Of(decoder, sequences, 8192)).Tokens);
        Assert.Equal([104, 104, 104, 104, 104], ScoredGroup.Of(decoder, sequences, 105).Select(group => group.Tokens));
        Assert.Equal(10, ScoredGroup.Of(decoder, sequences, 1).Count());
    }

    [Fact]
    public void A_text_is_cut_as_a_whole_and_scored_from_the_token_that_reaches_the_continuation()
    {
        var config = TinyModels.Config("llama") with { VocabularySize = Tokenizer.VocabularySize };
        using var decoder = new Decoder(config, new Seed(2));
        var scorer = new DecoderScorer(decoder, Tokenizer);
        const string Whole = "the wonderful cat 😀!";
        var (ids, starts) = Tokenizer.EncodeWithOffsets(Whole, parseSpecialTokens: false);
        for (var border = 1; border < Whole.Length; border++)
        {
            if (char.IsLowSurrogate(Whole[border]))
            {
                continue;
            }

            // The first token whose text does not end before the border, found by what the tokens before it write.
            var first = Enumerable.Range(0, ids.Length).First(i => i + 1 == ids.Length || starts[i + 1] > border || starts[i] == border);
            if (first == 0)
            {
                // Even the first token reaches into the continuation: nothing stands before it.
                Assert.Throws<InvalidInputException>(() => scorer.Score([new ScoringRequest(Whole[..border], Whole[border..])]));
                continue;
            }

            var score = Assert.Single(scorer.Score([new ScoringRequest(Whole[..border], Whole[border..])]));
            Assert.Equal(ids[first..], score.Ids!);
            Assert.Equal(BySoftmax(decoder, new ScoringRequest(ids[..first], ids[first..])).Sum(), score.Total, 1e-4);
        }
    }

    [Fact]
    public void A_special_token_in_a_text_is_ordinary_text()
    {
        var config = TinyModels.Config("llama") with { VocabularySize = Tokenizer.VocabularySize };
        using var decoder = new Decoder(config, new Seed(2));
        var score = new DecoderScorer(decoder, Tokenizer).Score([new ScoringRequest("a ", "<|im_end|>")])[0];
        Assert.DoesNotContain(Tokenizer.TokenToId("<|im_end|>")!.Value, score.Ids!);
    }

    [Fact]
    public void What_cannot_be_scored_is_refused()
    {
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(1));
        var scorer = new DecoderScorer(decoder);
        (ScoringRequest Request, string Part)[] wrong =
        [
            (new ScoringRequest(new[] { 1 }, Array.Empty<int>()), "empty"),
            (new ScoringRequest(Array.Empty<int>(), new[] { 1 }), "start token"),
            (new ScoringRequest("a", "b"), "no tokenizer"),
            (new ScoringRequest("a", new[] { 1 }), "different kinds"),
            (new ScoringRequest(new[] { 1 }, new[] { 64 }), "vocabulary"),
            (new ScoringRequest(TinyModels.Ids(1, 250), TinyModels.Ids(2, 10)), "256"),
        ];
        foreach (var (request, part) in wrong)
        {
            Assert.Contains(part, Assert.ThrowsAny<InvalidInputException>(() => scorer.Score([request])).Message, StringComparison.Ordinal);
        }
    }

    // By the whole matrix of scores, as nobody would do it for a large model.
    private static double[] BySoftmax(Decoder decoder, ScoringRequest request)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        int[] ids = [.. request.Prompt.Ids!, .. request.Continuation.Ids!];
        var logits = decoder.Logits(decoder.HiddenStates(PackedTokens.Of([ids]))).to(ScalarType.Float64);
        var logProbabilities = nn.functional.log_softmax(logits, -1).data<double>().ToArray();
        var vocabulary = decoder.Config.VocabularySize;
        return
        [
            .. Enumerable
                .Range(request.Prompt.Ids!.Count, request.Continuation.Ids!.Count)
                .Select(i => logProbabilities[((i - 1) * vocabulary) + ids[i]]),
        ];
    }
}
