using Plumbline.Data;
using Plumbline.Rewards;
using Plumbline.Training.Loop;
using Plumbline.Training.Supervised;

namespace Plumbline.Training.Rewards;

/// <summary>
/// Reward or cost models as a reward: mean − k·deviation over the members, each on its own scale. Answers are encoded as in the models' training, by their own tokenizer.
/// Where there were several turns, the whole conversation is read. What does not fit into the longest sequence is not judged.
/// </summary>
/// <param name="models">The models.</param>
/// <param name="encoder">Of their tokenizer, with their longest sequence.</param>
/// <param name="pessimism">k.</param>
/// <param name="options">Tokens per pass, and the precision.</param>
public sealed class ModelReward(RewardEnsemble models, ExampleEncoder encoder, double pessimism, TrainingOptions options) : IEnsembleReward
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<double?>> ScoreAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default) =>
        Task.FromResult(Heard(answers, cancellation).Totals);

    /// <inheritdoc/>
    public Task<EnsembleRewards> JudgeMembersAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default) =>
        Task.FromResult(Heard(answers, cancellation));

    private EnsembleRewards Heard(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation)
    {
        var (scores, places) = JudgeMembers(answers, cancellation);
        return Rewards(scores, places, pessimism);
    }

    /// <summary>What members say, as an ensemble of rewards says it.</summary>
    /// <param name="scores">As <see cref="JudgeMembers"/> gives them.</param>
    /// <param name="places">Likewise.</param>
    /// <param name="pessimism">k.</param>
    public static EnsembleRewards Rewards(EnsembleScores? scores, IReadOnlyList<int?> places, double pessimism) =>
        new(
            [.. places.Select(place => place is { } at ? (double?)scores!.Pessimistic(at, pessimism) : null)],
            [
                .. Enumerable
                    .Range(0, scores?.Members ?? 0)
                    .Select(member => places.Select(place => place is { } at ? (double?)scores!.Of(member, at) : null).ToArray()),
            ]
        );

    /// <summary>What every member says of the answers that can be judged.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="cancellation">Polled between passes.</param>
    /// <returns>The members' scores, null where no answer can be judged, and for each answer its place among these.</returns>
    public (EnsembleScores? Scores, IReadOnlyList<int?> Places) JudgeMembers(
        IReadOnlyList<AnswerToReward> answers,
        CancellationToken cancellation
    )
    {
        var (places, count) = (new int?[answers.Count], 0);
        // Answers to one prompt stand side by side, and share its rows.
        var groups = new List<(Content Prompt, List<TokenizedExample> Answers)>();
        for (var i = 0; i < places.Length; i++)
        {
            if (Encoded(answers[i]) is not { } sequence)
            {
                continue;
            }

            places[i] = count++;
            if (groups.Count == 0 || !groups[^1].Prompt.Equals(answers[i].Prompt))
            {
                groups.Add((answers[i].Prompt, []));
            }

            groups[^1].Answers.Add(sequence);
        }

        var lists = groups.ConvertAll(group => new TokenizedRanking(group.Answers, [.. group.Answers.Select(_ => 1)]));
        return (lists.Count == 0 ? null : models.Score(lists, options, cancellation: cancellation), places);
    }

    private TokenizedExample? Encoded(AnswerToReward answer) =>
        answer.Turns.Count > 0 ? encoder.Answered(answer.Prompt, answer.Turns) : encoder.Answered(answer.Prompt, answer.Answer);
}
