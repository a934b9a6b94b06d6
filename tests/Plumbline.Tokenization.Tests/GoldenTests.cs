using System.Text.Json.Nodes;

namespace Plumbline.Tokenization.Tests;

public sealed class GoldenTests
{
    public static TheoryData<string> HuggingFace => new(GoldenFiles.HuggingFace);

    public static TheoryData<string> SentencePiece => new(GoldenFiles.SentencePiece);

    [Theory]
    [MemberData(nameof(HuggingFace))]
    public void Every_layout_encodes_and_decodes_as_Hugging_Faces_engine(string name)
    {
        var golden = GoldenFiles.Read(name);
        var tokenizer = GoldenFiles.HuggingFaceTokenizer(name);
        var wrong = new List<string>();
        foreach (var (text, expected) in GoldenFiles.Texts.Zip(golden["cases"]!.AsArray()))
        {
            // There a Unigram model takes the six characters <0x41> for the byte A. Here only bytes become byte tokens, as in SentencePiece.
            if (name == "unigram-bytes" && text.Contains("<0x41>", StringComparison.Ordinal))
            {
                continue;
            }

            var ids = Ids(expected!["ids"]);
            Compare(text, "ids", ids, tokenizer.EncodeWithSpecialTokens(text));
            Compare(text, "with starts", ids, tokenizer.EncodeWithOffsets(text, parseSpecialTokens: true).Ids);
            Compare(text, "full", Ids(expected["full"]), [.. tokenizer.PrefixTokenIds, .. ids, .. tokenizer.SuffixTokenIds]);
            Compare(text, "decoded", [(string)expected["decoded"]!], [tokenizer.Decode(ids)]);
            Compare(text, "raw", [(string)expected["raw"]!], [tokenizer.Decode(ids, skipSpecialTokens: false)]);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        void Compare<T>(string text, string what, T[] theirs, T[] ours)
        {
            if (!theirs.SequenceEqual(ours))
            {
                wrong.Add($"{name}, {what} of '{text}':\n  expected {string.Join(' ', theirs)}\n  found    {string.Join(' ', ours)}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(SentencePiece))]
    public void Every_model_encodes_and_decodes_as_SentencePiece(string name)
    {
        var tokenizer = GoldenFiles.SentencePieceTokenizer(name);
        var wrong = new List<string>();
        foreach (var expected in GoldenFiles.Read("sentencepiece")[name]!.AsArray())
        {
            var text = (string)expected!["text"]!;
            var ids = Ids(expected["ids"]);
            var ours = tokenizer.Encode(text);
            if (!ids.SequenceEqual(ours))
            {
                wrong.Add($"{name}, '{text}':\n  expected {string.Join(' ', ids)}\n  found    {string.Join(' ', ours)}");
            }

            // SentencePiece writes an unknown piece as " ⁇ ", which is no part of the text.
            var decoded = ((string)expected["decoded"]!).Replace(" \u2047 ", "<unk>", StringComparison.Ordinal);
            if (decoded != tokenizer.Decode(ids, skipSpecialTokens: false))
            {
                wrong.Add($"{name}, '{text}':\n  expected '{decoded}'\n  found    '{tokenizer.Decode(ids, skipSpecialTokens: false)}'");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Every_decoder_decodes_as_Hugging_Faces_engine_at_once_and_streaming()
    {
        var golden = GoldenFiles.Read("decoders");
        foreach (var (name, decoded) in golden["decoded"]!.AsObject())
        {
            var json = new JsonObject
            {
                ["decoder"] = decoded!["decoder"]?.DeepClone(),
                ["model"] = new JsonObject
                {
                    ["type"] = "BPE",
                    ["vocab"] = golden["vocab"]!.DeepClone(),
                    ["merges"] = new JsonArray(),
                },
            };
            var tokenizer = SampleTokenizers.Parse(json);
            var streaming = tokenizer.CreateStreamingDecoder();
            foreach (var (tokens, expected) in golden["cases"]!.AsArray().Zip(decoded["texts"]!.AsArray()))
            {
                var ids = Ids(tokens);
                var text = (string)expected!;
                Assert.True(text == tokenizer.Decode(ids), $"{name}: {tokens!.ToJsonString()}: '{text}', not '{tokenizer.Decode(ids)}'");
                Assert.Equal(text, string.Concat(ids.Select(streaming.Append)) + streaming.Finish());
            }
        }
    }

    [Theory]
    [MemberData(nameof(HuggingFace))]
    public void Streaming_equals_decoding_at_once_in_every_layout(string name)
    {
        var tokenizer = GoldenFiles.HuggingFaceTokenizer(name);
        for (var i = 0; i < 50; i++)
        {
            var random = new Plumbline.Randomness.Seed(61).Derive("ids", i).Source();
            var ids = Enumerable.Range(0, 40).Select(_ => random.NextInt(tokenizer.VocabularySize)).ToArray();
            var decoder = tokenizer.CreateStreamingDecoder();
            // Twice, because a decoder that has finished must be as good as new.
            Assert.Equal(tokenizer.Decode(ids), string.Concat(ids.Select(decoder.Append)) + decoder.Finish());
            Assert.Equal(tokenizer.Decode(ids), string.Concat(ids.Select(decoder.Append)) + decoder.Finish());
        }
    }

    [Theory]
    [MemberData(nameof(HuggingFace))]
    public void No_text_of_users_makes_a_special_token(string name)
    {
        var tokenizer = GoldenFiles.HuggingFaceTokenizer(name);
        var unknown = new[] { "<unk>", "[UNK]" }.Select(tokenizer.TokenToId).Where(id => id is not null).ToHashSet();
        // CLIP's unknown token is its end token; its vocabulary has all bytes, so nothing is unknown.
        var specials = tokenizer.SpecialTokens.Where(token => token.IsSpecial && !unknown.Contains(token.Id)).ToList();
        foreach (
            var text in GoldenFiles
                .Texts.Concat(specials.Select(token => token.Content))
                .Concat(specials.Select(token => $"a {token.Content} b"))
        )
        {
            Assert.DoesNotContain(tokenizer.Encode(text), id => specials.Any(token => token.Id == id));
        }

        Assert.All(specials, token => Assert.Contains(token.Id, tokenizer.EncodeWithSpecialTokens($"a {token.Content} b")));
    }

    [Theory]
    [MemberData(nameof(HuggingFace))]
    public void Starts_ascend_and_point_into_the_text_at_characters(string name)
    {
        var tokenizer = GoldenFiles.HuggingFaceTokenizer(name);
        foreach (var text in GoldenFiles.Texts)
        {
            var encoded = tokenizer.EncodeWithOffsets(text, parseSpecialTokens: false);
            Assert.Equal(encoded.Ids, tokenizer.Encode(text));
            Assert.Equal(encoded.Ids.Length, encoded.Starts.Length);
            Assert.Equal(encoded.Starts.Order(), encoded.Starts);
            Assert.All(encoded.Starts, start => Assert.True(start < text.Length && !char.IsLowSurrogate(text[start])));
        }
    }

    private static int[] Ids(JsonNode? ids) => [.. ids!.AsArray().Select(id => (int)id!)];
}
