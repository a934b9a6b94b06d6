using Plumbline.Moderation.TextModels;

namespace Plumbline.Moderation.Tests.TextModels;

public sealed class TextFeaturesTests
{
    [Theory]
    [InlineData("Ab cd", "ab, cd!")]
    [InlineData("  one two ", "one\n\ttwo")]
    [InlineData("größe", "GRÖSSE", false)]
    [InlineData("größe", "GRÖßE")]
    public void Case_and_everything_between_words_mean_nothing(string one, string other, bool same = true)
    {
        Assert.Equal(same, Features(one).SequenceEqual(Features(other)));
    }

    [Theory]
    // " ab ": " ab", "ab ", " ab "; the word.
    [InlineData("ab", 4)]
    // " abc ": " ab", "abc", "bc ", " abc", "abc ", " abc "; the word.
    [InlineData("abc", 7)]
    // Two signs of Han: 1, 2 and 3 signs, a space among them; the n-grams of the space after them; the word.
    [InlineData("汉字", 8)]
    [InlineData("", 0)]
    [InlineData(" !?", 0)]
    public void A_text_has_the_n_grams_of_its_script(string text, int count)
    {
        Assert.Equal(count, Features(text).Count);
    }

    [Fact]
    public void Two_words_have_a_feature_for_the_pair_and_their_order_counts()
    {
        var (ab, ba) = (Features("aa bb").ToHashSet(), Features("bb aa").ToHashSet());

        Assert.NotEmpty(ab.Except(ba));
        Assert.Contains(ab.Except(Features("aa").Concat(Features("bb"))), feature => !ba.Contains(feature));
    }

    [Fact]
    public void Segments_end_at_spaces_and_in_the_midst_of_endless_words()
    {
        var words = string.Concat(Enumerable.Repeat("word ", 100));

        var ends = Ends(words);

        Assert.Equal(words.Length, ends[^1]);
        Assert.All(ends.SkipLast(1), end => Assert.Equal(' ', words[end - 1]));
        Assert.All(ends.Zip(ends.Prepend(0)), pair => Assert.InRange(pair.First - pair.Second, 1, TextFeatures.LongestSegment + 1));
        Assert.All(
            Ends(new string('x', 2000)).Zip(Ends(new string('x', 2000)).Prepend(0)),
            pair => Assert.InRange(pair.First - pair.Second, 1, TextFeatures.LongestSegment + 1)
        );
    }

    [Fact]
    public void Features_of_a_short_text_do_not_depend_on_what_follows_its_segment()
    {
        var first = string.Concat(Enumerable.Repeat("word ", (TextFeatures.SegmentLength / 5) + 1));

        Assert.Equal(Features(first), Features(first + "and more").Take(Features(first).Count));
    }

    private static List<ulong> Features(string text) => Seen(text).Features;

    private static List<int> Ends(string text) => Seen(text).Ends;

    private static (List<ulong> Features, List<int> Ends) Seen(string text)
    {
        var sink = new Sink([], []);
        TextFeatures.Visit(text, ref sink);
        return (sink.Features, sink.Ends);
    }

    private readonly record struct Sink(List<ulong> Features, List<int> Ends) : IFeatureSink
    {
        public void Add(ulong hash) => Features.Add(hash);

        public void EndSegment(int end) => Ends.Add(end);
    }
}
