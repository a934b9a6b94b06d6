using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Tokenization.SentencePiece;

namespace Plumbline.Tokenization.Tests;

public sealed class SentencePieceFolderTests
{
    [Theory]
    [InlineData("tokenizer.model")]
    [InlineData("spiece.model")]
    public void A_folder_with_only_a_model_loads_and_is_saved_byte_for_byte(string name)
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        File.WriteAllBytes(first.File(name), GoldenFiles.Model("llama"));
        var loaded = Tokenizer.Load(first.Path).WithChatTemplate("{{ bos_token }}");
        loaded.Save(second.Path);
        Assert.Equal(GoldenFiles.Model("llama"), File.ReadAllBytes(second.File(name)));
        Assert.Equal(["tokenizer_config.json", name], Directory.GetFiles(second.Path).Select(Path.GetFileName).OrderDescending());
        var again = Tokenizer.Load(second.Path);
        Assert.Equal("{{ bos_token }}", again.ChatTemplate);
        Assert.Equal(loaded.Encode("Hello wörld 😀"), again.Encode("Hello wörld 😀"));
    }

    [Fact]
    public void The_model_itself_names_its_roles()
    {
        var llama = GoldenFiles.SentencePieceTokenizer("llama");
        Assert.Equal((1, 2, null, true), (llama.BosTokenId, llama.EosTokenId, llama.PadTokenId, llama.AddBos));
        Assert.Equal(900, llama.VocabularySize);
        Assert.False(GoldenFiles.SentencePieceTokenizer("unigram").AddBos);
        Assert.False(GoldenFiles.SentencePieceTokenizer("llama", """{"add_bos_token": false}""").AddBos);
    }

    [Fact]
    public void Control_pieces_are_found_in_trusted_text_only()
    {
        var tokenizer = GoldenFiles.SentencePieceTokenizer("llama");
        Assert.DoesNotContain(tokenizer.Encode("<s>a</s><unk>"), id => id is 0 or 1 or 2);
        Assert.Equal([1, .. tokenizer.Encode("a"), 2], tokenizer.EncodeWithSpecialTokens("<s>a</s>"));
        Assert.Equal("a", tokenizer.Decode(tokenizer.EncodeWithSpecialTokens("<s>a</s>")));
        // Text that looks like the piece of a byte is text.
        Assert.Equal("<0x41>", tokenizer.Decode(tokenizer.Encode("<0x41>")));
    }

    [Fact]
    public void User_defined_symbols_are_words_unless_the_configuration_calls_them_special()
    {
        var plain = GoldenFiles.SentencePieceTokenizer("gemma");
        var start = plain.TokenToId("<start>")!.Value;
        Assert.Contains(start, plain.Encode("a<start>b"));
        foreach (
            var configuration in (string[])
                [
                    """{"additional_special_tokens": ["<start>"]}""",
                    """{"mask_token": {"content": "<start>"}}""",
                    """{"added_tokens_decoder": {"@": {"content": "<start>", "special": true}}}""".Replace(
                        "@",
                        $"{start}",
                        StringComparison.Ordinal
                    ),
                ]
        )
        {
            var tokenizer = GoldenFiles.SentencePieceTokenizer("gemma", configuration);
            Assert.DoesNotContain(start, tokenizer.Encode("a<start>b"));
            Assert.Contains(start, tokenizer.EncodeWithSpecialTokens("a<start>b"));
            Assert.Equal("a<start>b", tokenizer.Decode(tokenizer.Encode("a<start>b")));
        }
    }

    [Fact]
    public void Tokens_beyond_the_models_come_from_the_files_beside_it()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("tokenizer.model"), GoldenFiles.Model("llama"));
        folder.Write("added_tokens.json", """{"<pad>": 900, "<tool>": 901}""");
        folder.Write("tokenizer_config.json", """{"pad_token": "<pad>", "additional_special_tokens": [{"content": "</s>"}]}""");
        var tokenizer = Tokenizer.Load(folder.Path);
        Assert.Equal((902, 900), (tokenizer.VocabularySize, tokenizer.PadTokenId));
        Assert.DoesNotContain(900, tokenizer.Encode("<pad>"));
        Assert.Contains(900, tokenizer.EncodeWithSpecialTokens("<pad>"));
        Assert.Contains(901, tokenizer.Encode("<tool>"));
        using var copy = new TemporaryFolder();
        tokenizer.Save(copy.Path);
        Assert.Equal(902, Tokenizer.Load(copy.Path).VocabularySize);
    }

    [Fact]
    public void A_tokenizer_json_wins_over_a_model_and_both_are_kept()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("tokenizer.model"), GoldenFiles.Model("llama"));
        folder.Write("tokenizer.json", SampleTokenizers.ByHand(SampleTokenizers.Gpt2PreTokenizer(), []).ToJsonString());
        var tokenizer = Tokenizer.Load(folder.Path);
        Assert.Equal(256, tokenizer.VocabularySize);
        using var copy = new TemporaryFolder();
        tokenizer.Save(copy.Path);
        Assert.Equal(GoldenFiles.Model("llama"), File.ReadAllBytes(copy.File("tokenizer.model")));
    }

    [Fact]
    public void Encoding_equals_Microsofts_tokenizer()
    {
        using var stream = new MemoryStream(GoldenFiles.Model("llama"));
        var theirs = Microsoft.ML.Tokenizers.LlamaTokenizer.Create(stream, addBeginOfSentence: false, addEndOfSentence: false);
        var ours = GoldenFiles.SentencePieceTokenizer("llama");
        for (var i = 0; i < 200; i++)
        {
            var text = SampleTokenizers.Text(new Seed(63).Derive("text", i).Source(), 20);
            Assert.True(theirs.EncodeToIds(text).SequenceEqual(ours.Encode(text)), $"seed 63, text {i}: {text}");
        }
    }

    public static TheoryData<string, byte[]> Broken =>
        new()
        {
            { "no pieces", [] },
            { "at byte 1 ", [0x0A] },
            { "announces 200 bytes", [0x0A, 0xC8, 0x01, 1] },
            { "wire type 7", [0x0F] },
            { "number 0", [0x00, 0x00] },
            { "more than ten bytes", [.. Enumerable.Repeat((byte)0xFF, 12)] },
            { "not UTF-8", Piece([0xFF, 0xFE]) },
            { "0 characters", [0x0A, 0] },
            { "1025 characters", Piece([.. Enumerable.Repeat((byte)'a', 1025)]) },
            { "kind 9", [0x0A, 5, 0x0A, 1, (byte)'a', 0x18, 9] },
            { "field 2 is NaN", [0x0A, 5, 0x15, 0, 0, 0xC0, 0x7F] },
            { "wire type 0, not 2", [0x08, 1] },
            { "stands twice, at 0 and at 1", [.. Piece("a"u8), .. Piece("a"u8)] },
            { "no piece for what is unknown", Piece("a"u8) },
            { "the id 1 and has 1 pieces", Unknown },
            { "type 4", [.. Unknown, 0x12, 2, 0x18, 4] },
            { "treat_whitespace_as_suffix", [.. Unknown, 0x12, 3, 0xC0, 0x01, 1] },
            { "byte_fallback", [.. Unknown, 0x12, 3, 0x98, 0x02, 1] },
            { "announces a trie", [.. Unknown, 0x1A, 6, 0x12, 4, 0xFF, 0xFF, 0, 0] },
        };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Broken_models_are_refused_with_the_place(string part, byte[] bytes)
    {
        var failure = Assert.Throws<InvalidInputException>(() =>
            SentencePieceReader.Read(bytes, "spiece.model", new TokenizerConfiguration { Bos = "x" })
        );
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.Equal("spiece.model", failure.Position!.File);
        Assert.NotNull(failure.Mend);
    }

    [Theory]
    [InlineData("""{"added_tokens_decoder": {"5": {"content": "<s>"}}}""", "'<s>' has the id 1 here and 5")]
    [InlineData("""{"added_tokens_decoder": {"1": {"content": "<bos>"}}}""", "The id 1 is '<s>' here")]
    [InlineData(
        """{"added_tokens_decoder": {"900": {"content": "<x>"}, "901": {"content": "<x>"}}}""",
        "'<x>' and the id 901 more than once"
    )]
    [InlineData("""{"added_tokens_decoder": {"x": {"content": "<bos>"}}}""", "'x', which is no id")]
    [InlineData("""{"additional_special_tokens": [5]}""", "Number, not String")]
    public void Files_that_contradict_the_model_are_refused(string configuration, string part)
    {
        var failure = Assert.Throws<InvalidInputException>(() => GoldenFiles.SentencePieceTokenizer("llama", configuration));
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    private static byte[] Unknown => [0x0A, 9, 0x0A, 5, .. "<unk>"u8, 0x18, 2];

    private static byte[] Piece(ReadOnlySpan<byte> text)
    {
        byte[] length = text.Length < 0x80 ? [(byte)text.Length] : [(byte)(text.Length | 0x80), (byte)(text.Length >> 7)];
        byte[] inner = [0x0A, .. length, .. text];
        byte[] outer = inner.Length < 0x80 ? [(byte)inner.Length] : [(byte)(inner.Length | 0x80), (byte)(inner.Length >> 7)];
        return [0x0A, .. outer, .. inner];
    }
}
