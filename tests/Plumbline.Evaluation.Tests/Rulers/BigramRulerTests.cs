using Plumbline.Evaluation.Rulers;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Rulers;

public sealed class BigramRulerTests
{
    private static readonly string[] Words = ["red", "green", "blue", "stone", "river", "cloud", "seven", "nine", "walks", "sings"];

    [Fact]
    public void A_word_that_people_prefer_is_found()
    {
        var ruler = BigramRuler.Fit(Pairs(200, random => $"{Sentence(random)} please", Sentence), new Seed(1));

        Assert.True(ruler.Lead("the cat sat, please", "the cat sat") > 0);
        Assert.True(Accuracy(ruler, Pairs(100, random => $"please {Sentence(random)}", Sentence, seed: 8)) > 0.95);
    }

    [Fact]
    public void The_order_of_neighbouring_words_is_seen()
    {
        var ruler = BigramRuler.Fit(
            Pairs(200, random => $"{Sentence(random)} stone river", random => $"{Sentence(random)} river stone"),
            new Seed(1)
        );

        Assert.True(ruler.Lead("walks stone river walks", "walks river stone walks") > 0);
    }

    [Fact]
    public void Where_nothing_tells_answers_apart_it_is_a_coin()
    {
        var ruler = BigramRuler.Fit(Pairs(400, Sentence, Sentence), new Seed(1));

        // 400 pairs: four standard errors are 0.1.
        Assert.InRange(Accuracy(ruler, Pairs(400, Sentence, Sentence, seed: 8)), 0.4, 0.6);
    }

    [Fact]
    public void Leads_turn_round_with_the_answers_and_equal_answers_tie()
    {
        var ruler = BigramRuler.Fit(Pairs(50, random => $"yes {Sentence(random)}", Sentence), new Seed(1));

        Assert.NotEqual(0, ruler.Lead("yes, red stone", "no, blue"));
        Assert.Equal(-ruler.Lead("yes, red stone", "no, blue"), ruler.Lead("no, blue", "yes, red stone"), 1e-12);
        Assert.Equal(0, ruler.Lead("Red  stone", "red stone"));
        Assert.Equal(0, ruler.Lead(string.Empty, string.Empty));
    }

    [Fact]
    public void The_same_pairs_and_seed_give_the_same_ruler_to_the_bit()
    {
        var pairs = Pairs(50, random => $"yes {Sentence(random)}", Sentence);
        double Lead(ulong seed) => BigramRuler.Fit(pairs, new Seed(seed)).Lead("yes, red stone", "river nine");

        Assert.Equal(Lead(3), Lead(3));
        Assert.NotEqual(Lead(3), Lead(4));
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name() =>
        Assert.Contains(
            "hash_bits",
            Assert.Throws<InvalidInputException>(() => BigramRuler.Fit([], new Seed(1), new BigramRulerOptions { HashBits = 60 })).Message
        );

    private static string Sentence(RandomSource random) => string.Join(' ', Enumerable.Range(0, 4).Select(_ => random.Choose(Words)));

    private static List<(string, string)> Pairs(
        int count,
        Func<RandomSource, string> better,
        Func<RandomSource, string> worse,
        ulong seed = 7
    )
    {
        var random = new Seed(seed).Source();
        return [.. Enumerable.Range(0, count).Select(_ => (better(random), worse(random)))];
    }

    private static double Accuracy(BigramRuler ruler, List<(string Better, string Worse)> pairs) =>
        pairs.Average(pair => ruler.Lead(pair.Better, pair.Worse) > 0 ? 1.0 : 0);
}
