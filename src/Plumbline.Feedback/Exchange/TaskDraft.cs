using Plumbline.Data;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Exchange;

/// <summary>A task as its row has it: the answers stand in the row's order, and all numbers refer to that.</summary>
/// <param name="Line">The line of its row, from 1.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="Answers">The answers; of pictures their paths.</param>
internal sealed record TaskDraft(long Line, Content Prompt, IReadOnlyList<string> Answers)
{
    /// <summary>What is looked at; null where the row does not say it.</summary>
    public IReadOnlyList<FeedbackCriterion>? Criteria { get; init; }

    /// <summary>Kinds of harm.</summary>
    public IReadOnlyList<string> Harms { get; init; } = [];

    /// <summary>The known right answer; null where there is none.</summary>
    public GoldAnswer? Gold { get; init; }

    /// <summary>How many rankings are wanted beyond the votes; null where the row does not say it.</summary>
    public int? Wanted { get; init; }

    /// <summary>How soon it is asked.</summary>
    public double Priority { get; init; }

    /// <summary>Where the answers come from; null where nobody said.</summary>
    public AnswerSource? Source { get; init; }

    /// <summary>What people said already; their request is 0 until the task has a number.</summary>
    public IReadOnlyList<RankingGiven> Votes { get; init; } = [];
}
