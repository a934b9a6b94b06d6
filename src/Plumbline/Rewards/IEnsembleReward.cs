namespace Plumbline.Rewards;

/// <summary>
/// A reward made of several that were to say the same, and can be heard one by one: where they contradict each other none of them knows, and a policy that goes there
/// is paid for their errors.
/// </summary>
public interface IEnsembleReward : IReward
{
    /// <summary>What each answer earns, and what each member says of it.</summary>
    /// <param name="answers">Any number, those to one prompt side by side.</param>
    /// <param name="cancellation">Cancels what takes long.</param>
    Task<EnsembleRewards> JudgeMembersAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default);
}

/// <summary>What an ensemble made of some answers.</summary>
/// <param name="Totals">What each answer earns; the very numbers of <see cref="IReward.ScoreAsync"/>.</param>
/// <param name="Members">[members][answers]: on one scale; null where a member cannot judge an answer.</param>
public sealed record EnsembleRewards(IReadOnlyList<double?> Totals, IReadOnlyList<IReadOnlyList<double?>> Members);
