namespace Plumbline.Tokenization.Tests;

/// <summary>A megabyte without a place to cut: a quadratic step anywhere would take hours here, and memory is bounded per character.</summary>
public sealed class LongRunTests
{
    private const int Length = 1 << 20;

    public static TheoryData<string, string> Runs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in (string[])["llama3", "llama2", "t5", "bert-uncased", "clip"])
            {
                foreach (var unit in (string[])["a", " ", "😀", "helloworld"])
                {
                    data.Add(name, unit);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_megabyte_without_end_is_encoded_with_bounded_memory(string name, string unit)
    {
        var tokenizer = GoldenFiles.HuggingFaceTokenizer(name);
        var text = string.Concat(Enumerable.Repeat(unit, Length / unit.Length));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var ids = tokenizer.Encode(text);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400L * Length);
        Assert.InRange(ids.Length, 0, 4 * Length);
    }

    [Theory]
    [InlineData("gemma")]
    [InlineData("unigram-nmt-nfkc")]
    public void SentencePiece_models_take_a_megabyte_without_end_too(string name)
    {
        var tokenizer = GoldenFiles.SentencePieceTokenizer(name);
        foreach (var unit in (string[])["a", " ", "😀"])
        {
            var ids = tokenizer.Encode(string.Concat(Enumerable.Repeat(unit, Length / unit.Length)));
            Assert.InRange(ids.Length, 0, 4 * Length);
        }
    }

    [Fact]
    public void Words_met_before_cost_only_their_ids()
    {
        var tokenizer = SampleTokenizers.Trained();
        var text = string.Concat(Enumerable.Repeat("The cats don't know 2026, größer 日本語.\n", 500));
        var count = tokenizer.Encode(text).Length;
        var before = GC.GetAllocatedBytesForCurrentThread();
        tokenizer.Encode(text);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, sizeof(int) * count, (sizeof(int) * count) + 1000);
    }
}
