using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Randomness;

namespace Plumbline.Tokenization.Tests;

/// <summary>Small tokenizers and texts for tests.</summary>
internal static class SampleTokenizers
{
    private static readonly string[] Words =
    [
        "the",
        "The",
        "cat",
        "cats",
        "don't",
        "WE'LL",
        "naïve",
        "Zürich",
        "größer",
        "日本語",
        "語",
        "привет",
        "안녕",
        "e\u0301t\u00E9",
        "x86",
        "2026",
        "½",
        "Ⅷ",
        "👩‍👩‍👧",
        "😀abc",
        "𝔘𝔫𝔦",
        "𝟘𝟙𝟚𝟛",
        "𠮷野家",
        "_",
        "--",
        "...",
        "!!\n",
        "\r\n",
        "\n\n",
        "\t",
        " ",
        "  ",
        "\u00A0",
        "\u3000",
        "<b>",
        "{}",
        "<|im_end|>",
        "'s",
        "'",
        "''d",
        "\0",
        "\u200B",
        "مرحبا",
        "नमस्ते",
        "ﬁ",
        "ſ",
    ]; // csharpier-ignore

    /// <summary>About <paramref name="words"/> words of many scripts, signs and spaces.</summary>
    public static string Text(RandomSource random, int words)
    {
        var text = new StringBuilder();
        for (var i = 0; i < words; i++)
        {
            text.Append(random.Choose(Words));
            text.Append(random.NextBool(0.6) ? " " : string.Empty);
        }

        return text.ToString();
    }

    /// <summary>A tokenizer trained on such texts.</summary>
    public static Tokenizer Trained(int vocabulary = 700) =>
        BpeTrainer.Train(
            Enumerable.Range(0, 60).Select(i => Text(new Seed(7).Derive("training", i).Source(), 60)),
            new BpeTrainerOptions { VocabularySize = vocabulary }
        );

    /// <summary>The parsed <c>tokenizer.json</c> of a tokenizer.</summary>
    public static JsonObject Json(Tokenizer tokenizer)
    {
        using var folder = new Plumbline.Testing.TemporaryFolder();
        tokenizer.Save(folder.Path);
        return JsonNode.Parse(File.ReadAllBytes(folder.File("tokenizer.json")))!.AsObject();
    }

    /// <summary>The tokenizer of a changed <c>tokenizer.json</c>.</summary>
    public static Tokenizer Parse(JsonNode json, string? configuration = null) =>
        Tokenizer.FromFiles(
            new TokenizerFiles(
                JsonSerializer.SerializeToUtf8Bytes(json),
                configuration is null ? null : Encoding.UTF8.GetBytes(configuration)
            ),
            "sample"
        );

    /// <summary>The slow twin of a tokenizer.</summary>
    public static ReferenceTokenizer Reference(Tokenizer tokenizer)
    {
        var model = Json(tokenizer)["model"]!;
        var vocabulary = model["vocab"]!.AsObject().ToDictionary(entry => entry.Key, entry => entry.Value!.GetValue<int>());
        var merges = model["merges"]!.AsArray().Select(merge => (merge![0]!.GetValue<string>(), merge[1]!.GetValue<string>())).ToList();
        return new ReferenceTokenizer(vocabulary, merges);
    }

    /// <summary>A vocabulary of the 256 bytes, the given merges in order, and added tokens behind them.</summary>
    public static JsonObject ByHand(JsonNode preTokenizer, string[] merges, params JsonObject[] addedTokens)
    {
        var vocabulary = new JsonObject();
        for (var value = 0; value < 256; value++)
        {
            vocabulary[ByteAlphabet.CharacterOf((byte)value).ToString()] = value;
        }

        foreach (var merge in merges)
        {
            vocabulary[merge.Replace(" ", string.Empty, StringComparison.Ordinal)] = vocabulary.Count;
        }

        for (var i = 0; i < addedTokens.Length; i++)
        {
            addedTokens[i]["id"] = vocabulary.Count + i;
        }

        return new JsonObject
        {
            ["added_tokens"] = new JsonArray([.. addedTokens]),
            ["pre_tokenizer"] = preTokenizer,
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)merge)]),
            },
        };
    }

    /// <summary>An added token.</summary>
    public static JsonObject Added(
        string content,
        bool special = true,
        bool stripLeft = false,
        bool stripRight = false,
        bool singleWord = false
    ) =>
        new()
        {
            ["content"] = content,
            ["special"] = special,
            ["lstrip"] = stripLeft,
            ["rstrip"] = stripRight,
            ["single_word"] = singleWord,
            ["normalized"] = false,
        };

    /// <summary>GPT-2's pre-tokenizer.</summary>
    public static JsonObject Gpt2PreTokenizer(bool addPrefixSpace = false) =>
        new()
        {
            ["type"] = "ByteLevel",
            ["add_prefix_space"] = addPrefixSpace,
            ["use_regex"] = true,
        };
}
