namespace Plumbline.Feedback.Reviews;

/// <summary>
/// Something that happened to a review case, as it stands in the log of the feedback store. It is stored by <see cref="IReviewStore"/> only. What people
/// wrote is not in it: where there is such a text, <c>Seal</c> is the SHA-256 of a random number and the text, which both lie outside of the log and are erased
/// together. So a text that was exchanged is found out, and from the seal alone a text cannot be guessed.
/// </summary>
/// <param name="Case">The case: the number of the event that opened it. 0 in that event.</param>
public abstract record ReviewEvent(long Case) : FeedbackEvent;

/// <summary>A case was opened.</summary>
/// <param name="Facts">What is known of the decision.</param>
/// <param name="Seal">The seal of the texts.</param>
public sealed record ReviewOpened(ReviewCase Facts, string Seal) : ReviewEvent(0);

/// <summary>Somebody took a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Reviewer">Who: a name or a hash, as given.</param>
/// <param name="Role">As what.</param>
/// <param name="Until">When the lease ends.</param>
public sealed record ReviewTaken(long Case, string Reviewer, ReviewRole Role, DateTimeOffset Until) : ReviewEvent(Case);

/// <summary>Somebody who holds a case holds it longer.</summary>
/// <param name="Case">The case.</param>
/// <param name="Reviewer">Who.</param>
/// <param name="Until">When the lease ends now.</param>
public sealed record ReviewRenewed(long Case, string Reviewer, DateTimeOffset Until) : ReviewEvent(Case);

/// <summary>Somebody gave a case back without judging it.</summary>
/// <param name="Case">The case.</param>
/// <param name="Reviewer">Who.</param>
public sealed record ReviewReturned(long Case, string Reviewer) : ReviewEvent(Case);

/// <summary>Somebody judged a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Reviewer">Who.</param>
/// <param name="Role">As what.</param>
/// <param name="Instance">1 before an appeal of what people decided, 2 after it.</param>
/// <param name="Judgement">What, without the note.</param>
/// <param name="Seal">The seal of the note; null where there is none.</param>
public sealed record ReviewGiven(long Case, string Reviewer, ReviewRole Role, int Instance, ReviewJudgement Judgement, string? Seal = null)
    : ReviewEvent(Case);

/// <summary>What people decided was appealed; others look at it again.</summary>
/// <param name="Case">The case.</param>
/// <param name="Reviewers">How many of them, 1 to 9.</param>
/// <param name="Seal">The seal of the appeal's text; null where there is none.</param>
public sealed record ReviewAppealed(long Case, int Reviewers, string? Seal = null) : ReviewEvent(Case);

/// <summary>All that people wrote about a case was erased.</summary>
/// <param name="Case">The case.</param>
public sealed record ReviewErased(long Case) : ReviewEvent(Case);
