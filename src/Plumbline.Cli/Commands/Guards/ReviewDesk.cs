using Plumbline.Feedback.Reviews;
using Plumbline.Gateway;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>The guard's decisions as cases of the review store.</summary>
/// <param name="store">The store, which belongs to the caller.</param>
internal sealed class ReviewDesk(IReviewStore store) : IReviewDesk
{
    /// <inheritdoc/>
    public async Task EscalateAsync(ReviewedDecision decision, CancellationToken cancellationToken)
    {
        try
        {
            await store.OpenCaseAsync(ReviewCases.Facts(decision, ReviewReason.Escalated), ReviewCases.Texts(decision), cancellationToken);
        }
        catch (InvalidInputException)
        {
            // Where it has a case people see it, whoever opened that.
            if (await store.FindDecisionAsync(decision.Decision.Id, cancellationToken) is null)
            {
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<AppealReply> AppealAsync(ReviewedDecision decision, string reason, CancellationToken cancellationToken)
    {
        if (await store.FindDecisionAsync(decision.Decision.Id, cancellationToken) is { } known)
        {
            return await AppealAsync(known, decision, reason, cancellationToken);
        }

        try
        {
            await store.OpenCaseAsync(
                ReviewCases.Facts(decision, ReviewReason.Appealed),
                ReviewCases.Texts(decision) with
                {
                    Appeal = reason,
                    Appellant = decision.Client,
                },
                cancellationToken
            );
            return AppealReply.Accepted;
        }
        catch (InvalidInputException)
        {
            // Another appeal may have come first.
            if (await store.FindDecisionAsync(decision.Decision.Id, cancellationToken) is not { } opened)
            {
                throw;
            }

            return await AppealAsync(opened, decision, reason, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<ReviewStanding?> FindAsync(string decision, CancellationToken cancellationToken)
    {
        if (await store.FindDecisionAsync(decision, cancellationToken) is not { Summary: var summary } record)
        {
            return null;
        }

        var outcome = record.Decision?.Judgement.OutcomeInstead(summary.Facts.Outcome);
        return new ReviewStanding(
            outcome is { } decided ? ReviewCases.Outcome(decided) : null,
            summary.Facts.Reason == ReviewReason.Appealed || summary.Instance > 1,
            outcome is not null && (summary.Instance > 1 || summary.IsErased)
        );
    }

    private async Task<AppealReply> AppealAsync(
        ReviewRecord known,
        ReviewedDecision decision,
        string reason,
        CancellationToken cancellationToken
    )
    {
        var summary = known.Summary;
        if (summary.IsErased)
        {
            return AppealReply.Erased;
        }

        if (summary.Instance == 1 && known.Texts?.Appeal == reason)
        {
            return AppealReply.Accepted;
        }

        if (summary.State != ReviewState.Decided && summary.Instance == 1)
        {
            return summary.Facts.Reason == ReviewReason.Appealed ? AppealReply.AppealedBefore : AppealReply.Undecided;
        }

        try
        {
            await store.AppealAsync(summary.Id, reason, decision.Client, cancellation: cancellationToken);
            return AppealReply.Accepted;
        }
        catch (InvalidInputException)
        {
            return AppealReply.AppealedBefore;
        }
    }
}
