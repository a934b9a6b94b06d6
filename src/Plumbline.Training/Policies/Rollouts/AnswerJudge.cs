using Plumbline.Rewards;
using Plumbline.Training.Loop;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>Has answers judged: puts them as rewards see them, checks what comes back, and hears the members of ensembles.</summary>
internal static class AnswerJudge
{
    /// <summary>The answers as rewards see them, prompt after prompt.</summary>
    internal static AnswerToReward[] ToRewards(IReadOnlyList<PolicyPrompt> prompts, IReadOnlyList<IReadOnlyList<RolloutAnswer>> drawn) =>
        [.. prompts.Zip(drawn).SelectMany(pair => pair.Second.Select(answer => answer.ToReward(pair.First)))];

    /// <summary>What a judge says.</summary>
    /// <param name="judge">The judge.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="answers">The answers.</param>
    /// <param name="cancellation">Polled.</param>
    /// <exception cref="InvalidInputException">It does not give one score an answer.</exception>
    internal static Judgement Judge(IReward judge, string name, AnswerToReward[] answers, CancellationToken cancellation)
    {
        var (scores, ensembles, sources) = Ask(judge, answers, cancellation).GetAwaiter().GetResult();
        if (scores.Count != answers.Length)
        {
            throw new InvalidInputException(
                $"The {name} gave {scores.Count} scores to {answers.Length} answers.",
                "Return one score for each answer, in their order; null for those that cannot be judged."
            );
        }

        return new Judgement(
            [.. scores.Select(score => score is { } number && double.IsFinite(number) ? score : null)],
            ensembles,
            sources
        );
    }

    private static async Task<(
        IReadOnlyList<double?> Scores,
        IReadOnlyList<MemberScores> Ensembles,
        IReadOnlyList<SourceScores> Sources
    )> Ask(IReward judge, AnswerToReward[] answers, CancellationToken cancellation)
    {
        switch (judge)
        {
            case IEnsembleReward ensemble:
                var heard = await ensemble.JudgeMembersAsync(answers, cancellation);
                return (heard.Totals, [new MemberScores(heard.Members)], []);
            case RewardSum sum:
                var judged = await sum.JudgeAsync(answers, cancellation);
                return (
                    judged.Totals,
                    [.. judged.Sources.Where(source => source.Members is not null).Select(source => new MemberScores(source.Members!))],
                    judged.Sources
                );
            default:
                return (await judge.ScoreAsync(answers, cancellation), [], []);
        }
    }
}

/// <summary>What a judge said of some answers.</summary>
/// <param name="Scores">One an answer, finite; null where it cannot be judged.</param>
/// <param name="Ensembles">Of each ensemble among the judges what its members said.</param>
/// <param name="Sources">Where the judge is a sum, what each of its sources said.</param>
internal sealed record Judgement(IReadOnlyList<double?> Scores, IReadOnlyList<MemberScores> Ensembles, IReadOnlyList<SourceScores> Sources)
{
    /// <summary>Adds the statistics of each source of a sum.</summary>
    /// <param name="metrics">Receives them.</param>
    /// <param name="name">What all of them are called: <c>rewards</c>.</param>
    internal void AddSources(MetricSums metrics, string name)
    {
        foreach (var source in Sources)
        {
            metrics.AddSource($"{name}/{source.Name}", source.Statistics);
        }
    }

    /// <summary>
    /// Adds the share of comparisons (two members, two answers to one prompt) in which one member prefers the one answer and the other member the other. Members that
    /// toss coins come to 0.5, however many they are.
    /// </summary>
    /// <param name="metrics">Receives it; nothing where there is no ensemble of two members or no two answers to a prompt.</param>
    /// <param name="name">Under this name.</param>
    /// <param name="drawn">The answers by prompt.</param>
    internal void AddDisagreement(MetricSums metrics, string name, IReadOnlyList<IReadOnlyList<RolloutAnswer>> drawn)
    {
        var (differ, compared) = (0L, 0L);
        var at = 0;
        foreach (var answers in drawn)
        {
            foreach (var ensemble in Ensembles)
            {
                ensemble.Count(at, at + answers.Count, ref differ, ref compared);
            }

            at += answers.Count;
        }

        if (compared > 0)
        {
            metrics.Add(name, differ, compared);
        }
    }
}

/// <summary>What the members of one ensemble said.</summary>
/// <param name="Scores">[members][answers].</param>
internal sealed record MemberScores(IReadOnlyList<IReadOnlyList<double?>> Scores)
{
    /// <summary>Counts the comparisons among the answers from one place to another, and those on which two members differ.</summary>
    internal void Count(int from, int to, ref long differ, ref long compared)
    {
        for (var first = from; first < to; first++)
        {
            for (var second = first + 1; second < to; second++)
            {
                long up = Scores.Count(member => member[first] > member[second]),
                    down = Scores.Count(member => member[first] < member[second]),
                    judged = Scores.Count(member => member[first] is not null && member[second] is not null);
                differ += up * down;
                compared += judged * (judged - 1) / 2;
            }
        }
    }
}
