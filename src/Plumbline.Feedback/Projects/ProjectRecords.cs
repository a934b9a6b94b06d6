namespace Plumbline.Feedback.Projects;

/// <summary>A task that somebody holds.</summary>
/// <param name="Request">The task's id.</param>
/// <param name="Comparison">What is asked.</param>
/// <param name="Shown">The order in which they see the answers: at each place the answer's number in the request, from 0.</param>
/// <param name="Until">When the lease ends, in UTC.</param>
public sealed record AssignedTask(long Request, ComparisonRequested Comparison, IReadOnlyList<int> Shown, DateTimeOffset Until)
{
    /// <summary>The project; 0 where it belongs to none.</summary>
    public long Project => Comparison.Project ?? 0;
}

/// <summary>How far a project is.</summary>
/// <param name="Open">Tasks that take judgements.</param>
/// <param name="Answered">Tasks that have all.</param>
/// <param name="Disputed">Tasks that wait for a reviewer.</param>
/// <param name="Withdrawn">Tasks that were withdrawn.</param>
/// <param name="Given">Judgements that were given, of all tasks.</param>
/// <param name="Wanted">Judgements that all tasks together want, without those withdrawn.</param>
/// <param name="Held">Tasks that somebody is working on.</param>
public sealed record ProjectProgress(long Open, long Answered, long Disputed, long Withdrawn, long Given, long Wanted, long Held)
{
    /// <summary>All tasks.</summary>
    public long Tasks => Open + Answered + Disputed + Withdrawn;
}

/// <summary>A judgement that somebody gave.</summary>
/// <param name="Sequence">The number of its event.</param>
/// <param name="Time">When it was stored, in UTC.</param>
/// <param name="Project">The project; 0 for none.</param>
/// <param name="Comparison">What was asked.</param>
/// <param name="Judgement">What they said.</param>
public sealed record PastJudgement(
    long Sequence,
    DateTimeOffset Time,
    long Project,
    ComparisonRequested Comparison,
    RankingGiven Judgement
);

/// <summary>A picture of the store.</summary>
/// <param name="Media">Its media type, such as image/png.</param>
/// <param name="Content">The whole file.</param>
public sealed record StoredPicture(string Media, ReadOnlyMemory<byte> Content);

/// <summary>A judgement came after its lease had ended, and was not stored: the task may be taken again where it still has a free place (<see cref="IProjectStore.RetakeAsync"/>).</summary>
public sealed class LeaseEndedException : InvalidInputException
{
    /// <summary>Makes the refusal.</summary>
    /// <param name="problem">What is wrong.</param>
    public LeaseEndedException(string problem)
        : base(problem, "Take the task again, and give the judgement then.") { }
}
