using Plumbline.Models.Heads;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Training.Rewards;
using Plumbline.Training.Supervised;

namespace Plumbline.Training.Tests.Rewards;

/// <summary>Small reward models and ranked answers of known worth.</summary>
internal static class RewardSamples
{
    internal static ScoredDecoder Model(ulong seed = 1) =>
        new(new Decoder(TinyModels.Config, new Seed(seed)), new ScoreHeadOptions { InitialDeviation = 0.5 }, new Seed(seed + 1));

    /// <summary>Lists of answers of 1 to 9 tokens to prompts of 3 to 22, best first.</summary>
    internal static List<TokenizedRanking> Rankings(int count, int answers, ulong seed = 1)
    {
        var random = new Seed(seed).Source();
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var prompt = TinyModels.Ids(random, 3 + random.NextInt(20));
                    return new TokenizedRanking(
                        [.. Enumerable.Range(0, answers).Select(_ => Answer(prompt, TinyModels.Ids(random, 1 + random.NextInt(9))))],
                        [.. Enumerable.Range(1, answers)]
                    );
                }),
        ];
    }

    /// <summary>Pairs in which the answer of the higher utility is preferred; an answer is worth the sum of what its tokens are worth.</summary>
    internal static List<TokenizedRanking> PlantedPairs(int count, ulong seed)
    {
        var worth = new Seed(99).Source();
        var utilities = Enumerable.Range(0, 48).Select(_ => worth.NextNormal()).ToArray();
        var random = new Seed(seed).Source();
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var prompt = TinyModels.Ids(random, 4);
                    int[][] answers = [TinyModels.Ids(random, 3), TinyModels.Ids(random, 3)];
                    var ordered = answers.OrderByDescending(ids => ids.Sum(id => utilities[id]));
                    return new TokenizedRanking([.. ordered.Select(ids => Answer(prompt, ids))], [1, 2]);
                }),
        ];
    }

    internal static TokenizedExample Answer(int[] prompt, int[] answer) =>
        new([.. prompt, .. answer], [.. prompt.Select(_ => false), .. answer.Select(_ => true)]);
}
