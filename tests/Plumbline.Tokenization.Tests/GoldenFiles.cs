using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Plumbline.Tokenization.Tests;

/// <summary>The tokenizers and tokens that other implementations made; see Golden/README.md.</summary>
internal static class GoldenFiles
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");
    private static readonly Lazy<byte[]> CharacterMap = new(Decompress);

    /// <summary>The texts.</summary>
    public static string[] Texts { get; } =
    [.. JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder, "texts.json")))!.AsArray().Select(text => (string)text!)];

    /// <summary>The layouts that Hugging Face's engine was asked about.</summary>
    public static string[] HuggingFace { get; } =
    [
        "albert",
        "bert-cased",
        "bert-uncased",
        "clip",
        "deepseek",
        "falcon",
        "gemma",
        "gpt2",
        "llama2",
        "llama3",
        "mistral",
        "no-bytes",
        "o200k",
        "possessive",
        "qwen",
        "roberta",
        "smollm",
        "t5",
        "unigram-bytes",
        "word-lines",
    ];

    /// <summary>The models that SentencePiece trained.</summary>
    public static string[] SentencePiece { get; } = ["gemma", "llama", "unigram", "unigram-bytes", "unigram-nmt-nfkc"];

    /// <summary>A golden of Hugging Face's engine: its <c>tokenizer</c> and its <c>cases</c>.</summary>
    public static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".json")))!;

    /// <summary>The bytes of the <c>tokenizer.json</c> in a golden.</summary>
    public static byte[] TokenizerJson(JsonNode golden) =>
        Encoding.UTF8.GetBytes(
            golden["tokenizer"]!.ToJsonString().Replace("@nmt_nfkc", Convert.ToBase64String(CharacterMap.Value), StringComparison.Ordinal)
        );

    /// <summary>The tokenizer in a golden.</summary>
    public static Tokenizer HuggingFaceTokenizer(string name) =>
        Tokenizer.FromFiles(new TokenizerFiles(TokenizerJson(Read(name))), "golden");

    /// <summary>The bytes of a SentencePiece model, its character map put back.</summary>
    public static byte[] Model(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, name + ".model"));
        if (name != "unigram-nmt-nfkc")
        {
            return bytes;
        }

        // Field 3 (normalizer_spec) once more, holding only field 2: Protocol Buffers merges messages that come twice.
        var map = CharacterMap.Value;
        byte[] inner = [0x12, .. Variable(map.Length), .. map];
        return [.. bytes, 0x1A, .. Variable(inner.Length), .. inner];
    }

    /// <summary>The tokenizer of a SentencePiece model.</summary>
    public static Tokenizer SentencePieceTokenizer(string name, string? configuration = null) =>
        Tokenizer.FromFiles(
            new TokenizerFiles(Tokenizer: null, configuration is null ? null : Encoding.UTF8.GetBytes(configuration))
            {
                SentencePiece = new NamedFile("tokenizer.model", Model(name)),
            },
            "golden"
        );

    private static List<byte> Variable(int value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return bytes;
    }

    private static byte[] Decompress()
    {
        using var stream = new GZipStream(File.OpenRead(Path.Combine(Folder, "nmt_nfkc.charsmap.gz")), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
