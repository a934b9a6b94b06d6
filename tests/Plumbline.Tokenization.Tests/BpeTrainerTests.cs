using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Tokenization.Tests;

public sealed class BpeTrainerTests
{
    [Fact]
    public void Training_makes_the_merges_of_the_slow_reference()
    {
        for (var i = 0; i < 12; i++)
        {
            var random = new Seed(51).Derive("corpus", i).Source();
            var texts = Enumerable.Range(0, 6).Select(_ => Corpus(random)).ToList();
            var minFrequency = 1 + (i % 3);
            var tokenizer = BpeTrainer.Train(texts, new BpeTrainerOptions { VocabularySize = 330, MinFrequency = minFrequency });
            var expected = Naive(texts, 330, minFrequency, tokenizer);
            var merges = SampleTokenizers.Json(tokenizer)["model"]!["merges"]!.AsArray().Select(merge => $"{merge![0]} {merge[1]}");
            Assert.True(expected.SequenceEqual(merges), $"seed 51, corpus {i}");
        }
    }

    [Fact]
    public void Training_twice_gives_the_same_file()
    {
        Assert.Equal(
            SampleTokenizers.Json(SampleTokenizers.Trained()).ToJsonString(),
            SampleTokenizers.Json(SampleTokenizers.Trained()).ToJsonString()
        );
    }

    [Fact]
    public void Of_equally_frequent_pairs_the_one_with_the_smaller_ids_wins()
    {
        var tokenizer = BpeTrainer.Train(
            ["ba ba ba dc dc dc"],
            new BpeTrainerOptions
            {
                VocabularySize = 261,
                SpecialTokens = [],
                EosToken = null,
                PadToken = null,
            }
        );
        // "ba" and "dc" stand three times each, "Ġb" and "Ġd" less often.
        Assert.Equal(
            ["b a", "d c"],
            SampleTokenizers.Json(tokenizer)["model"]!["merges"]!.AsArray().Take(2).Select(merge => $"{merge![0]} {merge[1]}")
        );
    }

    [Fact]
    public void The_file_has_the_shape_that_Hugging_Face_loads()
    {
        var tokenizer = SampleTokenizers.Trained(400);
        var json = SampleTokenizers.Json(tokenizer);
        Assert.Equal("BPE", (string?)json["model"]!["type"]);
        Assert.Equal(400, json["model"]!["vocab"]!.AsObject().Count);
        Assert.Equal(400 - 256 - 3, json["model"]!["merges"]!.AsArray().Count);
        Assert.Equal(["Split", "ByteLevel"], json["pre_tokenizer"]!["pretokenizers"]!.AsArray().Select(step => (string?)step!["type"]));
        Assert.Equal("ByteLevel", (string?)json["decoder"]!["type"]);
        Assert.Equal([0, 1, 2], json["added_tokens"]!.AsArray().Select(token => (int)token!["id"]!));
        Assert.All(json["added_tokens"]!.AsArray(), token => Assert.True((bool)token!["special"]!));
        Assert.Equal(BpeTrainerOptions.PlumblineChatTemplate, tokenizer.ChatTemplate);
        Assert.Equal((1 + 1, 0, null), (tokenizer.EosTokenId, tokenizer.PadTokenId, tokenizer.BosTokenId));
        Assert.Equal(400, tokenizer.VocabularySize);
    }

    [Fact]
    public void Training_stops_early_where_nothing_is_frequent_enough()
    {
        var tokenizer = BpeTrainer.Train(["ab cd"], new BpeTrainerOptions { VocabularySize = 1000 });
        Assert.Equal(259, tokenizer.VocabularySize);
    }

    [Fact]
    public void What_looks_special_in_the_texts_is_learnt_as_ordinary_text()
    {
        var tokenizer = BpeTrainer.Train(Enumerable.Repeat("a<|im_end|>b", 50), new BpeTrainerOptions { VocabularySize = 300 });
        Assert.DoesNotContain(tokenizer.EosTokenId!.Value, tokenizer.Encode("a<|im_end|>b"));
        Assert.Equal("a<|im_end|>b", tokenizer.Decode(tokenizer.Encode("a<|im_end|>b")));
    }

    [Fact]
    public void Progress_is_told_and_training_can_be_cancelled()
    {
        var reports = new List<BpeTrainingProgress>();
        BpeTrainer.Train(
            Enumerable.Repeat("some words to learn from", 2500),
            new BpeTrainerOptions { VocabularySize = 270 },
            new Recorder(reports)
        );
        Assert.Equal(2500, reports[^1].TextsRead);
        Assert.Equal(270, reports[^1].VocabularySize);
        Assert.Contains(reports, report => report.TextsRead == 1000);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => BpeTrainer.Train(["a"], cancellation: cancelled.Token));
    }

    [Fact]
    public void Very_long_pieces_do_not_stop_training()
    {
        var tokenizer = BpeTrainer.Train([new string('a', 3_000_000), "aa aa aa"], new BpeTrainerOptions { VocabularySize = 262 });
        Assert.NotNull(tokenizer.TokenToId("aa"));
    }

    public static TheoryData<string, BpeTrainerOptions> OutOfRange =>
        new()
        {
            {
                "vocabulary_size",
                new BpeTrainerOptions { VocabularySize = 258 }
            },
            {
                "min_frequency",
                new BpeTrainerOptions { MinFrequency = 0 }
            },
            {
                "special_tokens",
                new BpeTrainerOptions
                {
                    SpecialTokens = ["<a>", "<a>"],
                    EosToken = null,
                    PadToken = null,
                }
            },
            {
                "special_tokens",
                new BpeTrainerOptions
                {
                    SpecialTokens = ["x"],
                    EosToken = null,
                    PadToken = null,
                }
            },
            {
                "eos_token",
                new BpeTrainerOptions { EosToken = "<nowhere>" }
            },
            {
                "pattern",
                new BpeTrainerOptions { Pattern = "(" }
            },
        };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Options_out_of_range_are_refused_by_name(string option, BpeTrainerOptions options)
    {
        Assert.Contains(
            option,
            Assert.Throws<InvalidInputException>(() => BpeTrainer.Train(["a"], options)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Real_conversations_are_learnt_and_come_back()
    {
        var path = RealData.Path("hh-rlhf-harmless/harmless-base.first2000.jsonl.gz");
        using var stream = new System.IO.Compression.GZipStream(File.OpenRead(path), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n').Take(500).ToList();
        var tokenizer = BpeTrainer.Train(lines, new BpeTrainerOptions { VocabularySize = 2048 });
        var bytes = lines.Sum(System.Text.Encoding.UTF8.GetByteCount);
        var tokens = 0;
        foreach (var line in lines)
        {
            var ids = tokenizer.Encode(line);
            tokens += ids.Length;
            Assert.Equal(line, tokenizer.Decode(ids));
        }

        // English in 2,048 entries packs between two and five bytes into a token; outside of that the merges are not used.
        Assert.InRange(bytes / (double)tokens, 2.0, 5.0);
    }

    private static string Corpus(RandomSource random) =>
        string.Concat(
            Enumerable.Range(0, 60).Select(_ => random.Choose((string[])["a", "b", "ab", "aa", "ba ", "c", " ", "é", "aaaa", "1", "\n"]))
        );

    /// <summary>Counts all pairs of all pieces again after every merge.</summary>
    private static List<string> Naive(List<string> texts, int size, int minFrequency, Tokenizer tokenizer)
    {
        var pieces = texts
            .SelectMany(ReferenceTokenizer.Llama3Pieces)
            .Select(piece => System.Text.Encoding.UTF8.GetBytes(piece).Select(value => ByteAlphabet.CharacterOf(value).ToString()).ToList())
            .ToList();
        var merges = new List<string>();
        while (merges.Count < size - 256 - 3)
        {
            var counts = new Dictionary<(string Left, string Right), int>();
            foreach (var piece in pieces)
            {
                for (var i = 0; i + 1 < piece.Count; i++)
                {
                    counts[(piece[i], piece[i + 1])] = counts.GetValueOrDefault((piece[i], piece[i + 1])) + 1;
                }
            }

            var best = counts
                .OrderByDescending(pair => pair.Value)
                .ThenBy(pair => tokenizer.TokenToId(pair.Key.Left))
                .ThenBy(pair => tokenizer.TokenToId(pair.Key.Right))
                .FirstOrDefault();
            if (best.Value < minFrequency)
            {
                return merges;
            }

            merges.Add($"{best.Key.Left} {best.Key.Right}");
            foreach (var piece in pieces)
            {
                for (var i = 0; i + 1 < piece.Count; i++)
                {
                    if ((piece[i], piece[i + 1]) == best.Key)
                    {
                        piece[i] += piece[i + 1];
                        piece.RemoveAt(i + 1);
                    }
                }
            }
        }

        return merges;
    }

    private sealed class Recorder(List<BpeTrainingProgress> reports) : IProgress<BpeTrainingProgress>
    {
        public void Report(BpeTrainingProgress value) => reports.Add(value);
    }
}
