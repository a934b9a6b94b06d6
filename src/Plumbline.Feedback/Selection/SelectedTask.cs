namespace Plumbline.Feedback.Selection;

/// <summary>Why a task was chosen.</summary>
public enum SelectionReason
{
    /// <summary>It was the one from which most is learnt.</summary>
    Gain,

    /// <summary>It was drawn from all tasks outside of the random slice, by the uniform share.</summary>
    Uniform,

    /// <summary>It was drawn from the random slice.</summary>
    RandomSlice,
}

/// <summary>A task that was chosen, and what measurements have to know of the choice.</summary>
/// <param name="Candidate">Its number in the pool.</param>
/// <param name="Id">Its id.</param>
/// <param name="Reason">Why.</param>
/// <param name="Score">
/// What it is expected to tell, in nats (<see cref="ComparisonRequested.ExpectedInformation"/>), within a batch given the tasks before it; null in the random slice, which is not scored.
/// </param>
/// <param name="Probability">
/// How probable this choice was among all open tasks, given all choices and labels before: in (0, 1]. Never 0 for any open task while the uniform share is above 0.
/// </param>
/// <param name="ProbabilityInPart">The same among the open tasks of its part, the random slice or the rest: what <see cref="SelectionWeights"/> takes.</param>
public sealed record SelectedTask(
    int Candidate,
    string Id,
    SelectionReason Reason,
    double? Score,
    double Probability,
    double ProbabilityInPart
);
