using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Randomness;
using Plumbline.Tokenization;

namespace Plumbline.Benchmarks;

/// <summary>Texts without a place to cut: a megabyte of them must take about twice the time of half a megabyte, whatever the model.</summary>
internal static class LongRuns
{
    private const int Length = 1 << 20;

    /// <summary>Some of these take a millisecond, less than the machine's noise.</summary>
    private const int Repeats = 4;

    internal static IEnumerable<BenchmarkCase> Cases(int runs)
    {
        (string Name, Tokenizer Tokenizer)[] models =
        [
            ("byte-level BPE", BpeTrainer.Train([new string('a', 1000)], new BpeTrainerOptions { VocabularySize = 265 })),
            (
                "SentencePiece BPE",
                SentencePieceFile.Load(
                    SentencePieceFile.OfFrequentWords(new MixedText(new Seed(3)).Documents(50_000).Append("aaaaaaaa"), 2000)
                )
            ),
            ("Unigram", Load(Unigram())),
            ("WordPiece", Load(WordPiece())),
        ];
        (string Name, string Unit)[] texts =
        [
            ("one letter", "a"),
            ("spaces", " "),
            ("emoji", "😀"),
            ("letters without a space", "quadratic"),
        ];
        return from model in models
            from text in texts
            select Measure($"1 MB of {text.Name}, {model.Name}", model.Tokenizer, text.Unit, Math.Min(runs, 5));
    }

    private static BenchmarkCase Measure(string name, Tokenizer tokenizer, string unit, int runs)
    {
        var whole = string.Concat(Enumerable.Repeat(unit, Length / unit.Length));
        var half = whole[..(whole.Length / unit.Length / 2 * unit.Length)];
        var seconds = Interleaved.Medians(runs, () => EncodeAgain(tokenizer, whole), () => EncodeAgain(tokenizer, half));
        return new BenchmarkCase(
            name,
            (double)whole.Length * Repeats / seconds[0] / 1e6,
            Theirs: null,
            Ratio: null,
            LimitShare: null,
            runs,
            new Dictionary<string, double>
            {
                ["seconds"] = seconds[0] / Repeats,
                ["seconds_of_half"] = seconds[1] / Repeats,
                ["growth"] = seconds[0] / seconds[1],
            }
        );
    }

    private static void EncodeAgain(Tokenizer tokenizer, string text)
    {
        for (var i = 0; i < Repeats; i++)
        {
            tokenizer.Encode(text);
        }
    }

    private static Tokenizer Load(JsonObject json)
    {
        var folder = Directory.CreateTempSubdirectory("plumbline-bench-");
        File.WriteAllBytes(Path.Combine(folder.FullName, "tokenizer.json"), JsonSerializer.SerializeToUtf8Bytes(json));
        var tokenizer = Tokenizer.Load(folder.FullName);
        folder.Delete(recursive: true);
        return tokenizer;
    }

    private static JsonObject Unigram() =>
        new()
        {
            ["pre_tokenizer"] = new JsonObject { ["type"] = "Metaspace" },
            ["model"] = new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = 0,
                ["vocab"] = new JsonArray([
                    .. Words().Prepend("<unk>").Select((word, rank) => (JsonNode)new JsonArray(word, Math.Round(-1 - (rank / 10.0), 1))),
                ]),
            },
        };

    private static JsonObject WordPiece()
    {
        var vocabulary = new JsonObject { ["[UNK]"] = 0 };
        foreach (var word in Words().SelectMany(word => (string[])[word, "##" + word]))
        {
            vocabulary[word] = vocabulary.Count;
        }

        return new()
        {
            ["pre_tokenizer"] = new JsonObject { ["type"] = "WhitespaceSplit" },
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["max_input_chars_per_word"] = int.MaxValue,
                ["vocab"] = vocabulary,
            },
        };
    }

    private static IEnumerable<string> Words() =>
        "qudrticens"
            .Select(letter => letter.ToString())
            .Concat(["a", "aa", "aaaa", "aaaaaaaa", "qu", "ad", "ratic", "\u2581", "\u2581\u2581"]);
}
