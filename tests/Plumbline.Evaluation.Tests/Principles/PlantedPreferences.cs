using Plumbline.Data;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Principles;

/// <summary>
/// Preferences whose principles are known: the shorter answer wins with log-odds <c>shorter</c>, on every other prompt an answer that declines gains <c>refusal</c>, and everything else
/// (apologies, hedges, numbers, marks …) stands in either answer at random and changes nothing.
/// </summary>
internal static class PlantedPreferences
{
    private static readonly string[] Noise =
    [
        "sorry",
        "maybe",
        "7",
        "go!",
        "so?",
        "please",
        "idiot",
        "women",
        "warning",
        "instead",
        "immoral",
    ];

    public static List<PreferenceExample> Pairs(int count, Seed seed, double shorter, double refusal)
    {
        var random = seed.Derive("planted").Source();
        return [.. Enumerable.Range(0, count).Select(number => Pair(number, random, shorter, refusal))];
    }

    /// <summary>The log-odds with which 70 of 100 are chosen.</summary>
    public static double SeventyPercent => Math.Log(0.7 / 0.3);

    private static PreferenceExample Pair(int number, RandomSource random, double shorter, double refusal)
    {
        var isRisky = number % 2 == 0;
        var (first, second) = (Answer(random, isRisky), Answer(random, isRisky));
        var lead = (shorter * Math.Sign(Length(second) - Length(first))) + (isRisky ? refusal * (Declines(first) - Declines(second)) : 0);
        var (chosen, rejected) = random.NextBool(1 / (1 + Math.Exp(-lead))) ? (first, second) : (second, first);
        var prompt = Content.FromText($"Question {number}: {Filler(random)} {Filler(random)}");
        var example = new PreferenceExample(string.Empty, prompt, Content.FromText(chosen), Content.FromText(rejected));
        return example with { Id = ExampleId.Of(example) };
    }

    // What is put in takes a filler's place: it must not make an answer longer.
    private static string Answer(RandomSource random, bool isRisky)
    {
        List<string> words = isRisky && random.NextBool(0.5) ? ["unable", "to", "help"] : [Filler(random), Filler(random), Filler(random)];
        words.AddRange(Noise.Select(word => random.NextBool(0.25) ? word : Filler(random)));
        words.AddRange(Enumerable.Range(0, random.NextInt(40)).Select(_ => Filler(random)));
        return string.Join(' ', words);
    }

    // No word of any list, and hardly ever the same one twice.
    private static string Filler(RandomSource random) =>
        $"x{string.Concat(Enumerable.Range(0, 5).Select(_ => (char)('a' + random.NextInt(26))))}";

    private static int Declines(string answer) => answer.StartsWith("unable", StringComparison.Ordinal) ? 1 : 0;

    private static int Length(string answer) => answer.Split(' ').Length;
}
