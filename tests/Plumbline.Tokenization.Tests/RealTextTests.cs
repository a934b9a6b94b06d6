using System.IO.Compression;
using System.Text;
using Plumbline.Testing;
using Plumbline.Tokenization.Normalizers;

namespace Plumbline.Tokenization.Tests;

/// <summary>Encodes and decodes every text file of the real data sets, in many languages.</summary>
public sealed class RealTextTests
{
    private static readonly string[] TextEndings = [".jsonl", ".json", ".csv", ".tsv", ".txt", ".md", ".dev", ".test"];

    private static List<(string File, string Text)>? all;

    [Theory]
    [InlineData("llama3", 1)]
    [InlineData("gpt2", 16)]
    [InlineData("smollm", 16)]
    [InlineData("o200k", 16)]
    [InlineData("deepseek", 16)]
    [InlineData("falcon", 16)]
    [InlineData("possessive", 16)]
    public void Byte_level_models_give_every_text_back(string name, int every)
    {
        var tokenizer = GoldenFiles.HuggingFaceTokenizer(name);
        foreach (var (file, text) in Chunks(every))
        {
            Assert.True(text == tokenizer.Decode(tokenizer.Encode(text)), file);
        }
    }

    [Fact]
    public void Qwen_gives_every_text_back_composed()
    {
        var tokenizer = GoldenFiles.HuggingFaceTokenizer("qwen");
        foreach (var (file, text) in Chunks(every: 16))
        {
            var composed = UnicodeNormalizer.Normalize(new AlignedText(text), compose: true).Text;
            Assert.True(composed == tokenizer.Decode(tokenizer.Encode(text)), file);
        }
    }

    [Theory]
    [InlineData("llama2")]
    [InlineData("gemma")]
    public void Models_in_the_manner_of_SentencePiece_give_every_text_back_but_for_its_mark(string name)
    {
        var tokenizer = GoldenFiles.HuggingFaceTokenizer(name);
        foreach (var (file, text) in Chunks(every: 16))
        {
            Assert.True(text.Replace('\u2581', ' ') == tokenizer.Decode(tokenizer.Encode(text)), file);
        }
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("gemma")]
    public void SentencePiece_models_with_bytes_give_every_text_back_but_for_their_mark(string name)
    {
        var tokenizer = GoldenFiles.SentencePieceTokenizer(name);
        foreach (var (file, text) in Chunks(every: 16))
        {
            Assert.True(text.Replace('\u2581', ' ') == tokenizer.Decode(tokenizer.Encode(text)), file);
        }
    }

    [Fact]
    public void Mistral_takes_a_leading_space_for_the_one_it_puts_there()
    {
        var tokenizer = GoldenFiles.HuggingFaceTokenizer("mistral");
        foreach (var (file, text) in Chunks(every: 16))
        {
            var expected = text.Replace('\u2581', ' ');
            expected = expected.StartsWith(' ') ? expected[1..] : expected;
            Assert.True(expected == tokenizer.Decode(tokenizer.Encode(text)), file);
        }
    }

    // These normalise and drop: what is left must be stable. Lines with unknown characters are left out, for those are lost, and so are spaces at the ends.
    [Theory]
    [InlineData("t5")]
    [InlineData("albert")]
    [InlineData("unigram-bytes")]
    [InlineData("no-bytes")]
    public void What_lossy_models_give_back_they_give_back_again(string name)
    {
        var tokenizer = GoldenFiles.HuggingFaceTokenizer(name);
        var compared = 0;
        foreach (var (file, text) in Chunks(every: 64))
        {
            foreach (var line in text.Split('\n'))
            {
                var ids = tokenizer.Encode(line.Trim());
                if (!ids.Contains(tokenizer.TokenToId("<unk>")!.Value))
                {
                    var decoded = tokenizer.Decode(ids);
                    Assert.True(decoded == tokenizer.Decode(tokenizer.Encode(decoded)), $"{file}: {line}");
                    compared++;
                }
            }
        }

        Assert.True(compared > 100, $"{compared} lines");
    }

    /// <summary>Texts of at most a few thousand characters that together are all files, or every so manieth of them.</summary>
    private static IEnumerable<(string File, string Text)> Chunks(int every)
    {
        var texts = LazyInitializer.EnsureInitialized(ref all, () => ReadAll(RealData.Path(".")));
        return texts.Where((_, index) => index % every == 0);
    }

    private static List<(string File, string Text)> ReadAll(string folder)
    {
        const int length = 1 << 13;
        var texts = new List<(string, string)>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = path.EndsWith(".gz", StringComparison.Ordinal) ? path[..^3] : path;
            if (!TextEndings.Contains(Path.GetExtension(name)))
            {
                continue;
            }

            using Stream stream = name == path ? File.OpenRead(path) : new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var buffer = new char[length];
            while (reader.ReadBlock(buffer) is var count and > 0)
            {
                // A pair cut in two would be two lone surrogates.
                var text = buffer.AsSpan(0, count);
                text = char.IsLowSurrogate(text[0]) ? text[1..] : text;
                text = text.Length > 0 && char.IsHighSurrogate(text[^1]) ? text[..^1] : text;
                texts.Add((path, text.ToString()));
            }
        }

        Assert.True(texts.Count > 1000, $"{texts.Count} texts");
        return texts;
    }
}
