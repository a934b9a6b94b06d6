namespace Plumbline.Feedback.Exchange;

/// <summary>Why a row, a vote or a part of one was not imported.</summary>
public enum LeftOutReason
{
    /// <summary>The row cannot be read, or a value is not what the layout needs.</summary>
    Unreadable,

    /// <summary>The row has no prompt or no answers.</summary>
    NothingToJudge,

    /// <summary>More answers than a person ranks (<see cref="FeedbackLimits.MostAnswers"/>).</summary>
    TooManyAnswers,

    /// <summary>An answer that is several messages, or none of the assistant's.</summary>
    SeveralMessages,

    /// <summary>A picture that is missing, too large, outside the file's folder, or neither PNG, JPEG, WebP nor GIF.</summary>
    Picture,

    /// <summary>The task breaks a rule of the store, such as two answers that are alike.</summary>
    TaskRefused,

    /// <summary>A draft, or a vote that was discarded or cancelled where it was given.</summary>
    VoteNotSubmitted,

    /// <summary>A vote that says nothing of the answers.</summary>
    VoteEmpty,

    /// <summary>A second vote of one rater on one task; the first in the file counts.</summary>
    VoteRepeated,

    /// <summary>The rater's vote was imported before and says something else now; events are never changed.</summary>
    VoteChanged,

    /// <summary>The vote breaks a rule of the store, or its task takes no more rankings.</summary>
    VoteRefused,

    /// <summary>A part of a vote that is of a kind which is not read; the vote stands without it.</summary>
    StatementUnread,
}

/// <summary>Something that was left out.</summary>
/// <param name="Position">The file and the line its row starts on.</param>
/// <param name="Reason">Why, in one of a few kinds.</param>
/// <param name="Problem">Why, in words, with the offending value.</param>
/// <param name="Mend">What can be done about it; null where nothing useful can be said.</param>
public sealed record LeftOut(InputPosition Position, LeftOutReason Reason, string Problem, string? Mend);

/// <summary>How far an import is, or what came of it.</summary>
/// <param name="Rows">Rows read.</param>
/// <param name="TasksNew">Tasks that were added.</param>
/// <param name="TasksKnown">Tasks that the project had from an earlier import, or from an earlier row.</param>
/// <param name="VotesNew">Votes that were added.</param>
/// <param name="VotesKnown">Votes that were imported before.</param>
/// <param name="LeftOut">How much was left out, by reason.</param>
/// <param name="FirstLeftOut">The first twenty of it.</param>
public sealed record ImportReport(
    long Rows,
    long TasksNew,
    long TasksKnown,
    long VotesNew,
    long VotesKnown,
    IReadOnlyDictionary<LeftOutReason, long> LeftOut,
    IReadOnlyList<LeftOut> FirstLeftOut
)
{
    /// <summary>How much <see cref="FirstLeftOut"/> holds at most.</summary>
    internal const int KeptLeftOut = 20;

    /// <summary>A line for people.</summary>
    public override string ToString()
    {
        var left = string.Join(", ", LeftOut.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} {pair.Key}"));
        return $"{Rows} rows read; {TasksNew} tasks added, {TasksKnown} known; {VotesNew} votes added, {VotesKnown} known"
            + (left.Length == 0 ? string.Empty : $"; left out: {left}");
    }
}
