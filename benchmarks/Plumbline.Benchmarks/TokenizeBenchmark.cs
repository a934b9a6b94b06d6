using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using Plumbline.Randomness;
using Plumbline.Tokenization;

namespace Plumbline.Benchmarks;

/// <summary>
/// Tokens per second on one thread, and bytes allocated per token, against Microsoft.ML.Tokenizers with the same vocabulary on the same text; and how time grows
/// on texts without end.
/// </summary>
internal static class TokenizeBenchmark
{
    private const int VocabularySize = 8192;
    private const int TextLength = 1 << 20;
    private const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    internal static BenchmarkReport Run(int runs)
    {
        var documents = new MixedText(new Seed(1)).Documents(TextLength);
        var training = new MixedText(new Seed(2)).Documents(TextLength);
        var cases = new List<BenchmarkCase>
        {
            ByteLevel("byte-level BPE, Llama 3's pattern", BpeTrainerOptions.Llama3Pattern, training, documents, runs),
            ByteLevel("byte-level BPE, GPT-2's pattern", Gpt2Pattern, training, documents, runs),
            SentencePiece(training, documents, runs),
        };
        cases.AddRange(LongRuns.Cases(runs));
        return new BenchmarkReport(
            "tokenize",
            "million tokens per second and thread; of texts of 1 MB without a place to cut, million characters",
            cases
        );
    }

    private static BenchmarkCase ByteLevel(string name, string pattern, List<string> training, List<string> documents, int runs)
    {
        var ours = BpeTrainer.Train(training, new BpeTrainerOptions { VocabularySize = VocabularySize, Pattern = pattern });
        var folder = Directory.CreateTempSubdirectory("plumbline-bench-");
        ours.Save(folder.FullName);
        var model = JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder.FullName, "tokenizer.json")))!["model"]!;
        folder.Delete(recursive: true);
        var theirs = BpeTokenizer.Create(
            new BpeOptions(model["vocab"]!.AsObject().Select(entry => KeyValuePair.Create(entry.Key, (int)entry.Value!)))
            {
                Merges = model["merges"]!.AsArray().Select(merge => $"{merge![0]} {merge[1]}"),
                ByteLevel = true,
                PreTokenizer = new RegexPreTokenizer(new Regex(pattern, RegexOptions.Compiled), null),
            }
        );
        return Compare(name, documents, ours.Encode, text => theirs.EncodeToIds(text), runs);
    }

    private static BenchmarkCase SentencePiece(List<string> training, List<string> documents, int runs)
    {
        var model = SentencePieceFile.OfFrequentWords(training, VocabularySize);
        using var stream = new MemoryStream(model);
        var theirs = LlamaTokenizer.Create(stream, addBeginOfSentence: false, addEndOfSentence: false);
        return Compare(
            "SentencePiece BPE with byte fallback",
            documents,
            SentencePieceFile.Load(model).Encode,
            text => theirs.EncodeToIds(text),
            runs
        );
    }

    private static BenchmarkCase Compare(
        string name,
        List<string> documents,
        Func<string, IReadOnlyList<int>> ours,
        Func<string, IReadOnlyList<int>> theirs,
        int runs
    )
    {
        // A comparison of different results would say nothing.
        foreach (var document in documents)
        {
            if (!ours(document).SequenceEqual(theirs(document)))
            {
                throw new InvalidOperationException($"{name}: the two tokenizers disagree.");
            }
        }

        var seconds = Interleaved.Medians(runs, () => EncodeAll(ours, documents), () => EncodeAll(theirs, documents));
        double tokens = EncodeAll(ours, documents);
        return new BenchmarkCase(
            name,
            tokens / seconds[0] / 1e6,
            tokens / seconds[1] / 1e6,
            seconds[1] / seconds[0],
            LimitShare: null,
            runs,
            new Dictionary<string, double>
            {
                ["bytes_per_token_ours"] = AllocatedBytes(ours, documents) / tokens,
                ["bytes_per_token_theirs"] = AllocatedBytes(theirs, documents) / tokens,
                ["million_characters_per_second"] = documents.Sum(document => document.Length) / seconds[0] / 1e6,
            }
        );
    }

    private static long EncodeAll(Func<string, IReadOnlyList<int>> encode, List<string> documents)
    {
        var tokens = 0L;
        foreach (var document in documents)
        {
            tokens += encode(document).Count;
        }

        return tokens;
    }

    private static long AllocatedBytes(Func<string, IReadOnlyList<int>> encode, List<string> documents)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        EncodeAll(encode, documents);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
