namespace Plumbline.Feedback.Selection.Experiments;

/// <summary>Tasks whose labels can be bought, and pairs on which a reward is measured.</summary>
/// <param name="Answers">The features of the answers of all tasks.</param>
/// <param name="Tasks">The tasks.</param>
/// <param name="HeldOut">The better answer less the worse one, for each pair of prompts that no task shares.</param>
internal abstract record SelectionWorld(
    IReadOnlyList<double[]> Answers,
    IReadOnlyList<RankingCandidate> Tasks,
    IReadOnlyList<double[]> HeldOut
)
{
    /// <summary>The skill of the rater who comes by when so many labels were bought.</summary>
    public abstract double Skill(int labels);

    /// <summary>The ranks that this rater gives a task. The same task and rater give the same ranks, whoever buys them.</summary>
    public abstract IReadOnlyList<int> Label(int task, int labels);
}
