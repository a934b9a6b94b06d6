using Plumbline.Configuration;

namespace Plumbline.Feedback.Judging;

/// <summary>How much a judge may be asked.</summary>
public sealed record JudgeLimits : IValidatedOptions
{
    /// <summary>Questions on their way at a time.</summary>
    /// <value>8</value>
    public int Parallel { get; init; } = 8;

    /// <summary>Questions at most, those that are answered from the cache not counted; 0 for no limit.</summary>
    /// <value>0</value>
    public long MaxRequests { get; init; }

    /// <summary>So many questions that fail one after another end the run; single ones are left out and counted.</summary>
    /// <value>8</value>
    public int MaxFailuresInARow { get; init; } = 8;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Parallel is < 1 or > 4096)
        {
            yield return new OptionProblem(nameof(Parallel), Parallel, "between 1 and 4096");
        }

        if (MaxRequests < 0)
        {
            yield return new OptionProblem(nameof(MaxRequests), MaxRequests, "0 (no limit) or more");
        }

        if (MaxFailuresInARow < 1)
        {
            yield return new OptionProblem(nameof(MaxFailuresInARow), MaxFailuresInARow, "at least 1");
        }
    }
}

/// <summary>What a judge was asked so far.</summary>
/// <param name="Asked">Questions that a model answered.</param>
/// <param name="FromCache">Questions that the cache answered.</param>
/// <param name="Failed">Questions that nobody answered.</param>
public sealed record JudgeUsage(long Asked, long FromCache, long Failed);

/// <summary>A judge cannot be asked any more. What was answered is kept, and a later run goes on from there.</summary>
/// <param name="message">Why.</param>
/// <param name="inner">The failure underneath.</param>
public sealed class JudgeStoppedException(string message, Exception? inner = null) : Exception(message, inner);
