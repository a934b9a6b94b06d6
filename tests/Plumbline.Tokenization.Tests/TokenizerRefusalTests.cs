using System.Text;
using System.Text.Json.Nodes;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Tokenization.Tests;

public sealed class TokenizerRefusalTests
{
    public static TheoryData<string, string, string> Broken =>
        new()
        {
            { "model.type", "\"WordLevel\"", "WordLevel" },
            { "model.type", "\"Unigram\"", "vocab is Object" },
            { "model.type", "\"WordPiece\"", "unk_token is '[UNK]'" },
            { "model.type", "null", "no 'vocab'" },
            { "model.unk_token", "5", "unk_token" },
            { "model.end_of_word_suffix", "[]", "end_of_word_suffix" },
            { "model.vocab", "{}", "empty" },
            { "model.vocab", "{\"a\": -1}", "-1" },
            { "model.vocab", "{\"a\": 1e12}", "1e12" },
            { "model.vocab", "{\"a\": 99999999}", "99999999" },
            { "model.vocab", "{\"\": 1}", "0 characters" },
            { "model.vocab", "{\"a\": 1, \"b\": 1}", "the id 1 to both 'a' and 'b'" },
            { "model.vocab", "{\"a\": 1, \"a\": 2}", "'a' twice" },
            { "model.vocab", "[]", "Array" },
            { "model.merges", "[\"a q q\"]", "merges[0]" },
            { "model.merges", "[[\"a\"]]", "merges[0]" },
            { "model.merges", "[\"a b\", \"ab c\"]", "abc" },
            { "model.merges", "{}", "Object" },
            { "pre_tokenizer", "{\"type\": \"UnicodeScripts\"}", "UnicodeScripts" },
            { "pre_tokenizer", "{\"type\": \"Metaspace\", \"replacement\": \"xy\"}", "'xy', not one character" },
            { "pre_tokenizer", "{\"type\": \"Metaspace\", \"prepend_scheme\": \"last\"}", "'last', not always" },
            { "pre_tokenizer", "{\"type\": \"CharDelimiterSplit\", \"delimiter\": \"\"}", "delimiter is empty" },
            { "pre_tokenizer", "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"(\"}, \"behavior\": \"Isolated\"}", "'('" },
            { "pre_tokenizer", "{\"type\": \"Split\", \"pattern\": {\"String\": \"x\"}, \"behavior\": \"3\"}", "behavior" },
            { "normalizer", "{\"type\": \"Odd\"}", "type Odd" },
            { "normalizer", "{\"type\": \"Replace\", \"pattern\": {\"String\": \"\"}, \"content\": \"\"}", "0 characters" },
            { "normalizer", "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"%\"}", "not base64" },
            { "normalizer", "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"/////w==\"}", "announces a trie" },
            { "decoder", "{\"type\": \"Strip\", \"content\": \"a\", \"start\": 0, \"stop\": 2000}", "at most 1024" },
            { "decoder", "{\"type\": \"CTC\"}", "type CTC" },
            { "decoder", "{\"type\": \"Strip\", \"content\": \"ab\", \"start\": 1, \"stop\": 0}", "'ab', not one character" },
            { "decoder", "{\"type\": \"Strip\", \"content\": \"a\", \"start\": -1, \"stop\": 0}", "-1, not a count" },
            { "post_processor", "{\"type\": \"Odd\"}", "type Odd" },
            { "post_processor", "{\"type\": \"BertProcessing\"}", "no 'cls'" },
            { "post_processor", "{\"type\": \"BertProcessing\", \"cls\": [\"[CLS]\", 1], \"sep\": [\"b\", 1]}", "'[CLS]' is not in" },
            { "added_tokens", "[{\"id\": 5, \"content\": \"a\"}]", "id 5" },
            { "added_tokens", "[{\"id\": 500, \"content\": \"xx\"}, {\"id\": 501, \"content\": \"xx\"}]", "an earlier entry 500" },
            { "added_tokens", "[{\"id\": 500, \"content\": \"xx\"}, {\"id\": 500, \"content\": \"yy\"}]", "which 'xx' has already" },
            { "added_tokens", "[{\"id\": 97, \"content\": \"xx\"}]", "the id 97, which 'a' has" },
            { "added_tokens", "[{\"id\": 500, \"content\": \"\"}]", "0 characters" },
            { "added_tokens", "[{\"id\": 500, \"content\": \"\\ud800\"}]", "surrogate" },
            { "added_tokens", "[{\"id\": 500, \"content\": \"xx\", \"special\": 1}]", "special" },
        };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_is_not_supported_is_refused_by_name(string path, string value, string part)
    {
        var json = SampleTokenizers.ByHand(SampleTokenizers.Gpt2PreTokenizer(), ["a b"]);
        var text = Replace(json, path, value);
        if (path == "model.type" && value == "null")
        {
            text = "{\"model\": {\"merges\": []}}";
        }

        var failure = Assert.Throws<InvalidInputException>(() =>
            Tokenizer.FromFiles(new TokenizerFiles(Encoding.UTF8.GetBytes(text)), "folder")
        );
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Mend);
    }

    [Fact]
    public void A_normaliser_that_blows_a_text_up_is_stopped()
    {
        var json = SampleTokenizers.ByHand(SampleTokenizers.Gpt2PreTokenizer(), []);
        var doubling = new JsonObject
        {
            ["type"] = "Replace",
            ["pattern"] = new JsonObject { ["String"] = "a" },
            ["content"] = "aa",
        };
        json["normalizer"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["normalizers"] = new JsonArray([.. Enumerable.Range(0, 60).Select(_ => doubling.DeepClone())]),
        };
        var failure = Assert.Throws<InvalidInputException>(() => SampleTokenizers.Parse(json).Encode("a"));
        Assert.Contains("normaliser", failure.Message, StringComparison.Ordinal);
        doubling["content"] = new string('b', 70_000);
        json["normalizer"] = doubling;
        Assert.Throws<InvalidInputException>(() => SampleTokenizers.Parse(json).Encode("a"));
    }

    [Fact]
    public void Missing_and_broken_files_are_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            "tokenizer.json",
            Assert.Throws<InvalidInputException>(() => Tokenizer.Load(folder.Path)).Message,
            StringComparison.Ordinal
        );
        folder.Write("tokenizer.json", "{\n  \"model\": {,}\n}");
        Assert.Equal(2, Assert.Throws<InvalidInputException>(() => Tokenizer.Load(folder.Path)).Position!.Line);
        folder.Write("tokenizer.json", "[]");
        Assert.Contains("Array", Assert.Throws<InvalidInputException>(() => Tokenizer.Load(folder.Path)).Message, StringComparison.Ordinal);
        folder.Write("tokenizer.json", SampleTokenizers.ByHand(SampleTokenizers.Gpt2PreTokenizer(), []).ToJsonString());
        folder.Write("tokenizer_config.json", """{"eos_token": "nowhere"}""");
        Assert.Contains(
            "nowhere",
            Assert.Throws<InvalidInputException>(() => Tokenizer.Load(folder.Path)).Message,
            StringComparison.Ordinal
        );
        folder.Write("tokenizer_config.json", """{"eos_token": 3}""");
        Assert.Contains(
            "eos_token",
            Assert.Throws<InvalidInputException>(() => Tokenizer.Load(folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Damaged_files_are_read_or_refused()
    {
        var json = SampleTokenizers.ByHand(SampleTokenizers.Gpt2PreTokenizer(), ["a b", "ab a"], SampleTokenizers.Added("<s>"));
        json["normalizer"] = new JsonObject { ["type"] = "NFC" };
        // A small vocabulary, so that damage hits structure as often as entries.
        foreach (
            var token in json["model"]!["vocab"]!
                .AsObject()
                .Select(entry => entry.Key)
                .Where(key => key.Length == 1 && key[0] is not ('a' or 'b'))
                .ToList()
        )
        {
            json["model"]!["vocab"]!.AsObject().Remove(token);
        }

        ByteFuzzer.Run(
            [Encoding.UTF8.GetBytes(json.ToJsonString())],
            3000,
            new Seed(41),
            bytes => Tokenizer.FromFiles(new TokenizerFiles(bytes), "fuzz").EncodeWithSpecialTokens("ab aba 1 <s> é")
        );
        ByteFuzzer.Run(
            [
                """{"bos_token": {"content": "a"}, "eos_token": "b", "add_bos_token": true, "chat_template": [{"name": "default", "template": "x"}]}"""u8.ToArray(),
            ],
            1000,
            new Seed(42),
            bytes => Tokenizer.FromFiles(new TokenizerFiles(Encoding.UTF8.GetBytes(json.ToJsonString()), bytes), "fuzz")
        );
    }

    private static string Replace(JsonObject json, string path, string value)
    {
        var parts = path.Split('.');
        var target = parts.Length == 2 ? json[parts[0]]!.AsObject() : json;
        target[parts[^1]] = "@@";
        return json.ToJsonString().Replace("\"@@\"", value, StringComparison.Ordinal);
    }
}
