using Plumbline.Cli.Pipelines;
using Plumbline.Data;
using Plumbline.Evaluation.Rulers;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

/// <summary>The rulers that reward models have to beat, on people's own comparisons.</summary>
public sealed class PublishedRulerTests(ITestOutputHelper output)
{
    /// <summary>Logistic regression on bags of bigrams is known to reach about 0.62 on these rows; a held-out fifth is 400 pairs, so one seed's standard error is 0.024.</summary>
    [Fact]
    public void A_bag_of_bigrams_knows_more_of_harmless_pairs_than_a_coin_and_no_more_than_it_can()
    {
        var path = RealData.Path("hh-rlhf-harmless/harmless-base.first2000.jsonl.gz");
        var pairs = DatasetReader.Open(new DatasetOptions(path)).ReadPreferences().ToList();
        var rates = Enumerable.Range(1, 5).Select(seed => HeldOutFifth(pairs, new Seed((ulong)seed))).ToArray();
        foreach (var rate in rates)
        {
            output.WriteLine($"{rate.Value:P1}, {rate.WilsonInterval().Low:P1} to {rate.WilsonInterval().High:P1}, {rate.Trials} pairs");
        }

        output.WriteLine($"mean {rates.Average(rate => rate.Value):P1}");
        Assert.InRange(rates.Average(rate => rate.Value), 0.58, 0.66);
    }

    private static WinRate HeldOutFifth(List<PreferenceExample> pairs, Seed seed)
    {
        var (training, heldOut) = ConversationSplit.By(pairs, pair => pair.Prompt, 0.2, seed);
        var ruler = BigramRuler.Fit([.. training.Select(Texts)], seed);
        return WinRate.Of(heldOut.Select(Texts).Select(pair => ruler.Lead(pair.Better, pair.Worse)));
    }

    private static (string Better, string Worse) Texts(PreferenceExample pair) =>
        (PairRulers.Text(pair.Chosen), PairRulers.Text(pair.Rejected));
}
