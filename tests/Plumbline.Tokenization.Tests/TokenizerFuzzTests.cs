using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Tokenization.Tests;

/// <summary>Damaged tokenizers of every kind are read or refused, and what is read encodes and decodes.</summary>
public sealed class TokenizerFuzzTests
{
    private const string Text = "ab aba 1 <s> é😀 ▁\n Hello, wörld!";

    public static TheoryData<string> Kinds => new(GoldenFiles.HuggingFace);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damaged_tokenizer_files_are_read_or_refused(string name)
    {
        var good = JsonSerializer.SerializeToUtf8Bytes(Shrunk(name));
        Use(Tokenizer.FromFiles(new TokenizerFiles(good), "fuzz"));
        ByteFuzzer.Run([good], 400, new Seed(64).Derive(name, 0), bytes => Use(Tokenizer.FromFiles(new TokenizerFiles(bytes), "fuzz")));
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("gemma")]
    [InlineData("unigram")]
    [InlineData("unigram-bytes")]
    public void Damaged_SentencePiece_models_are_read_or_refused(string name)
    {
        var good = GoldenFiles.Model(name);
        ByteFuzzer.Run(
            // The beginning and, for the options and the character map, the end.
            [good, [.. good[..400], .. good[^1000..]]],
            600,
            new Seed(65).Derive(name, 0),
            bytes =>
                Use(Tokenizer.FromFiles(new TokenizerFiles(Tokenizer: null) { SentencePiece = new NamedFile("fuzz.model", bytes) }, "fuzz"))
        );
    }

    [Fact]
    public void Damaged_configurations_beside_a_model_are_read_or_refused()
    {
        ByteFuzzer.Run(
            [
                """{"added_tokens_decoder": {"900": {"content": "<x>", "special": true}}, "additional_special_tokens": ["<x>", {"content": "<s>"}], "unk_token": "<unk>"}"""u8.ToArray(),
            ],
            1500,
            new Seed(66),
            bytes => Use(GoldenFiles.SentencePieceTokenizer("unigram", System.Text.Encoding.UTF8.GetString(bytes)))
        );
    }

    private static void Use(Tokenizer tokenizer)
    {
        var ids = tokenizer.EncodeWithSpecialTokens(Text);
        tokenizer.Decode(ids);
        tokenizer.EncodeWithOffsets(Text, parseSpecialTokens: false);
    }

    /// <summary>The file with a small vocabulary, so that damage hits structure as often as entries.</summary>
    private static JsonNode Shrunk(string name)
    {
        var tokenizer = GoldenFiles.Read(name)["tokenizer"]!;
        var model = tokenizer["model"]!;
        // The map is as large as everything else together; a smaller one goes through the same code.
        if ((string?)tokenizer["normalizer"]?["precompiled_charsmap"] == "@nmt_nfkc")
        {
            tokenizer["normalizer"]!["precompiled_charsmap"] = "";
        }

        var added = tokenizer["added_tokens"]!.AsArray().Select(token => (string)token!["content"]!).ToHashSet();
        if (model["vocab"] is JsonArray scored)
        {
            while (scored.Count > 60)
            {
                scored.RemoveAt(scored.Count - 1);
            }

            return tokenizer;
        }

        var vocabulary = model["vocab"]!.AsObject();
        foreach (var token in vocabulary.Select(entry => entry.Key).Where(key => !added.Contains(key)).Skip(60).ToList())
        {
            vocabulary.Remove(token);
        }

        if (model["merges"] is JsonArray merges)
        {
            // One is enough: "a b" of two tokens that are left.
            merges.Clear();
            vocabulary["a"] ??= 5000;
            vocabulary["b"] ??= 5001;
            vocabulary["ab"] = 5002;
            merges.Add((JsonNode)new JsonArray("a", "b"));
        }

        return tokenizer;
    }
}
