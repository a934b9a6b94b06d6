using System.Text;
using System.Text.Json.Nodes;
using Plumbline.Testing;
using Plumbline.Tokenization.PreTokenizers;

namespace Plumbline.Tokenization.Tests;

public sealed class TokenizerFormatTests
{
    [Fact]
    public void GPT_2_splits_by_its_own_pattern()
    {
        Assert.Equal(
            ["Hello", " world", "'s", " 123", "  ", " x", "!?", "\n"],
            Pieces(SampleTokenizers.Gpt2PreTokenizer(), "Hello world's 123   x!?\n")
        );
    }

    [Fact]
    public void A_prefix_space_is_put_before_a_text_that_has_none()
    {
        Assert.Equal([" Hello", " world"], Pieces(SampleTokenizers.Gpt2PreTokenizer(addPrefixSpace: true), "Hello world"));
        Assert.Equal([" Hello"], Pieces(SampleTokenizers.Gpt2PreTokenizer(addPrefixSpace: true), " Hello"));
        var tokenizer = SampleTokenizers.Parse(SampleTokenizers.ByHand(SampleTokenizers.Gpt2PreTokenizer(addPrefixSpace: true), []));
        Assert.Equal([0, 0, 1], tokenizer.EncodeWithOffsets("ab", parseSpecialTokens: false).Starts);
    }

    [Fact]
    public void SmolLM_splits_digits_one_by_one()
    {
        var sequence = Sequence(new JsonObject { ["type"] = "Digits", ["individual_digits"] = true }, SampleTokenizers.Gpt2PreTokenizer());
        Assert.Equal(["a", "1", "2", " ", "3"], Pieces(sequence, "a12 3"));
        var runs = Sequence(new JsonObject { ["type"] = "Digits" }, SampleTokenizers.Gpt2PreTokenizer());
        Assert.Equal(["a", "12", " ", "3"], Pieces(runs, "a12 3"));
    }

    [Theory]
    [InlineData("Isolated", false, "a - - b - c")]
    [InlineData("Removed", false, "a b c")]
    [InlineData("Removed", true, "- - -")]
    [InlineData("MergedWithPrevious", false, "a- - b- c")]
    [InlineData("MergedWithNext", false, "a - -b -c")]
    [InlineData("Contiguous", false, "a -- b - c")]
    public void Split_knows_all_behaviours_of_Hugging_Face(string behavior, bool invert, string expected)
    {
        var split = new JsonObject
        {
            ["type"] = "Split",
            ["pattern"] = new JsonObject { ["String"] = "-" },
            ["behavior"] = behavior,
            ["invert"] = invert,
        };
        Assert.Equal(expected, string.Join(' ', Pieces(Sequence(split, ByteLevel()), "a--b-c")));
    }

    [Fact]
    public void Punctuation_stands_alone() =>
        Assert.Equal(
            ["a", "$", "b", "。"],
            Pieces(Sequence(new JsonObject { ["type"] = "Punctuation", ["behavior"] = "Isolated" }, ByteLevel()), "a$b。")
        );

    [Fact]
    public void Qwen_normalises_before_it_cuts_and_keeps_the_offsets()
    {
        var json = SampleTokenizers.ByHand(SampleTokenizers.Gpt2PreTokenizer(), ["Ã ©"], SampleTokenizers.Added("<|im_end|>"));
        json["normalizer"] = new JsonObject { ["type"] = "NFC" };
        var tokenizer = SampleTokenizers.Parse(json);
        var encoded = tokenizer.EncodeWithOffsets("e\u0301<|im_end|>e\u0301x", parseSpecialTokens: true);
        Assert.Equal([256, 257, 256, 'x'], encoded.Ids);
        Assert.Equal([0, 2, 12, 14], encoded.Starts);
        json["normalizer"] = new JsonObject { ["type"] = "Sequence", ["normalizers"] = new JsonArray(new JsonObject { ["type"] = "NFD" }) };
        Assert.Equal(3, SampleTokenizers.Parse(json).Encode("\u00E9").Length);
    }

    [Fact]
    public void Llama_3_takes_a_piece_that_is_a_token_without_asking_the_merges()
    {
        // "abc" is in the vocabulary, but the merges lead to "ab" and "c" only.
        var json = SampleTokenizers.ByHand(SampleTokenizers.Gpt2PreTokenizer(), ["a b"]);
        json["model"]!["vocab"]!["abc"] = 257;
        Assert.Equal([256, 'c'], SampleTokenizers.Parse(json).Encode("abc"));
        json["model"]!["ignore_merges"] = true;
        Assert.Equal([257], SampleTokenizers.Parse(json).Encode("abc"));
        Assert.Equal([256, 'c', 'd'], SampleTokenizers.Parse(json).Encode("abcd"));
    }

    [Fact]
    public void Merges_may_be_written_as_pairs()
    {
        var json = SampleTokenizers.ByHand(SampleTokenizers.Gpt2PreTokenizer(), ["a b"]);
        json["model"]!["merges"] = new JsonArray(new JsonArray("a", "b"));
        Assert.Equal([256], SampleTokenizers.Parse(json).Encode("ab"));
    }

    [Fact]
    public void Bytes_that_the_vocabulary_lacks_are_dropped_or_unknown_as_in_Hugging_Face()
    {
        var json = SampleTokenizers.ByHand(SampleTokenizers.Gpt2PreTokenizer(), []);
        json["model"]!["vocab"]!.AsObject().Remove("z");
        Assert.Equal(['a', 'b'], SampleTokenizers.Parse(json).Encode("azzb"));
        json["model"]!["unk_token"] = "?";
        Assert.Equal(['a', '?', '?', 'b'], SampleTokenizers.Parse(json).Encode("azzb"));
        json["model"]!["fuse_unk"] = true;
        Assert.Equal(['a', '?', 'b'], SampleTokenizers.Parse(json).Encode("azzb"));
    }

    [Fact]
    public void Added_tokens_swallow_spaces_and_ask_for_word_ends_as_told()
    {
        var tokenizer = SampleTokenizers.Parse(
            SampleTokenizers.ByHand(
                SampleTokenizers.Gpt2PreTokenizer(),
                [],
                SampleTokenizers.Added("<mask>", stripLeft: true, stripRight: true),
                SampleTokenizers.Added("<w>", singleWord: true),
                SampleTokenizers.Added("<mask><w>")
            )
        );
        Assert.Equal(['a', 256, 'b'], tokenizer.EncodeWithSpecialTokens("a  <mask> \n b"));
        Assert.Equal(['a', '<', 'w', '>', ' ', 257], tokenizer.EncodeWithSpecialTokens("a<w> <w>"));
        Assert.Equal(3 + 3, tokenizer.EncodeWithSpecialTokens("\u200D<w>").Length);
        Assert.Equal([258], tokenizer.EncodeWithSpecialTokens("<mask><w>"));
        Assert.Equal([256, 256], tokenizer.EncodeWithSpecialTokens(" <mask> <mask> "));
    }

    [Fact]
    public void Added_tokens_may_be_found_in_the_normalised_text()
    {
        var added = SampleTokenizers.Added("e\u0301", special: false);
        added["normalized"] = true;
        var json = SampleTokenizers.ByHand(SampleTokenizers.Gpt2PreTokenizer(), [], added);
        json["normalizer"] = new JsonObject { ["type"] = "NFC" };
        Assert.Equal([256, 'x', 256], SampleTokenizers.Parse(json).Encode("\u00E9xe\u0301"));
    }

    [Fact]
    public void The_configuration_names_the_tokens_of_each_role()
    {
        var json = SampleTokenizers.ByHand(
            SampleTokenizers.Gpt2PreTokenizer(),
            [],
            SampleTokenizers.Added("<s>"),
            SampleTokenizers.Added("</s>")
        );
        json["post_processor"] = JsonNode.Parse(
            """
            {"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]}]}
            """
        );
        var tokenizer = SampleTokenizers.Parse(
            json,
            """{"bos_token": {"content": "<s>"}, "eos_token": "</s>", "pad_token": null, "chat_template": "t"}"""
        );
        Assert.Equal(
            (256, 257, null, true, "t"),
            (tokenizer.BosTokenId, tokenizer.EosTokenId, tokenizer.PadTokenId, tokenizer.AddBos, tokenizer.ChatTemplate)
        );
        json.Remove("post_processor");
        Assert.False(SampleTokenizers.Parse(json, """{"bos_token": "<s>"}""").AddBos);
        Assert.True(SampleTokenizers.Parse(json, """{"bos_token": "<s>", "add_bos_token": true}""").AddBos);
    }

    [Fact]
    public void Chat_templates_are_found_in_all_three_places()
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", SampleTokenizers.ByHand(SampleTokenizers.Gpt2PreTokenizer(), []).ToJsonString());
        folder.Write(
            "tokenizer_config.json",
            """{"chat_template": [{"name": "rag", "template": "r"}, {"name": "default", "template": "d"}]}"""
        );
        folder.Write("special_tokens_map.json", """{"eos_token": "!"}""");
        Assert.Equal("d", Tokenizer.Load(folder.Path).ChatTemplate);
        Assert.Equal('!', Tokenizer.Load(folder.Path).EosTokenId);
        folder.Write("chat_template.jinja", "file");
        var loaded = Tokenizer.Load(folder.Path);
        Assert.Equal("file", loaded.ChatTemplate);
        loaded.WithChatTemplate("new").Save(folder.Path);
        Assert.Equal("new", Tokenizer.Load(folder.Path).ChatTemplate);
        Assert.False(File.Exists(folder.File("chat_template.jinja")));
    }

    private static JsonObject Sequence(params JsonNode[] steps) =>
        new() { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(steps) };

    private static JsonObject ByteLevel() =>
        new()
        {
            ["type"] = "ByteLevel",
            ["add_prefix_space"] = false,
            ["use_regex"] = false,
        };

    /// <summary>The pieces a pre-tokenizer cuts a text into.</summary>
    private static List<string> Pieces(JsonNode preTokenizer, string text)
    {
        var steps = JsonInput.Read(
            Encoding.UTF8.GetBytes(preTokenizer.ToJsonString()),
            "test",
            input => PreTokenizerReader.Read(input, leavesBytesToModel: true)
        );
        var scratch = EncodingScratch.Rent();
        new PreTokenizerSequence(steps).Cut(new AlignedText(text), 0, text.Length, scratch);
        List<string> pieces = [.. scratch.Pieces.Select(piece => piece.Text.Text[piece.Start..piece.End])];
        scratch.Return();
        return pieces;
    }
}
