using Plumbline.Feedback;
using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Training.Rewards;

namespace Plumbline.Cli.Pipelines.Rl.Live;

/// <summary>Two answers to one prompt, and what a ranking of them would teach.</summary>
/// <param name="First">One answer, by its place among those that were judged.</param>
/// <param name="Second">The other.</param>
/// <param name="Information">Nats.</param>
/// <param name="IsRandom">Whether it was drawn, not chosen.</param>
internal sealed record ChosenComparison(int First, int Second, double Information, bool IsRandom);

/// <summary>Chooses what to ask people.</summary>
internal static class ComparisonChoice
{
    /// <summary>Of each prompt the pair that teaches most; of these the best ones, and some drawn from the rest.</summary>
    /// <param name="answers">Answers, those to one prompt side by side.</param>
    /// <param name="scores">What every member of the ensemble says of those that can be judged.</param>
    /// <param name="places">For each answer its place among these.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="randomShare">The share of them that is drawn.</param>
    /// <param name="seed">Decides the drawn ones.</param>
    /// <returns>No two of one prompt, the chosen ones first.</returns>
    internal static IReadOnlyList<ChosenComparison> Of(
        IReadOnlyList<AnswerToReward> answers,
        EnsembleScores scores,
        IReadOnlyList<int?> places,
        int count,
        double randomShare,
        Seed seed
    )
    {
        var best = Groups(answers, places)
            .Select(group => Pairs(answers, group, scores, places).MaxBy(pair => pair.Information))
            .OfType<ChosenComparison>()
            .OrderByDescending(pair => pair.Information)
            .ThenBy(pair => pair.First)
            .ToList();
        var chosen = best.Take(count - (int)Math.Round(count * randomShare)).ToList();
        ChosenComparison[] rest = [.. best.Skip(chosen.Count).Select(pair => pair with { IsRandom = true })];
        seed.Source().Shuffle<ChosenComparison>(rest);
        return [.. chosen, .. rest.Take(count - chosen.Count)];
    }

    private static IEnumerable<List<int>> Groups(IReadOnlyList<AnswerToReward> answers, IReadOnlyList<int?> places)
    {
        var group = new List<int>();
        for (var i = 0; i < answers.Count; i++)
        {
            if (group.Count > 0 && !answers[group[0]].Prompt.Equals(answers[i].Prompt))
            {
                yield return group;
                group = [];
            }

            if (places[i] is not null && FeedbackLimits.AllowsAnswer(answers[i].Answer))
            {
                group.Add(i);
            }
        }

        yield return group;
    }

    private static IEnumerable<ChosenComparison> Pairs(
        IReadOnlyList<AnswerToReward> answers,
        List<int> own,
        EnsembleScores scores,
        IReadOnlyList<int?> places
    ) =>
        from first in own
        from second in own
        where first < second && answers[first].Answer != answers[second].Answer
        select new ChosenComparison(
            first,
            second,
            PairInformation.Of(scores, places[first]!.Value, places[second]!.Value),
            IsRandom: false
        );
}
