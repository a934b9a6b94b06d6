using System.Collections.Concurrent;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Tests;

/// <summary>A review desk that notes what it is handed, and fails or waits as a test says.</summary>
internal sealed class NotedDesk : IReviewDesk
{
    private readonly ConcurrentDictionary<string, ReviewStanding> standings = new();

    /// <summary>What it was handed, by the decision's id.</summary>
    internal ConcurrentDictionary<string, ReviewedDecision> Escalated { get; } = new();

    /// <summary>The appeals it took, by the decision's id.</summary>
    internal ConcurrentDictionary<string, (ReviewedDecision Decision, string Reason)> Appealed { get; } = new();

    /// <summary>What each request waits for.</summary>
    internal Func<Task> Before { get; set; } = () => Task.CompletedTask;

    /// <summary>What it says to appeals.</summary>
    internal AppealReply Reply { get; set; } = AppealReply.Accepted;

    public async Task EscalateAsync(ReviewedDecision decision, CancellationToken cancellationToken)
    {
        await Before();
        Escalated[decision.Decision.Id] = decision;
        standings[decision.Decision.Id] = new ReviewStanding(Outcome: null, IsAppealed: false, IsFinal: false);
    }

    public async Task<AppealReply> AppealAsync(ReviewedDecision decision, string reason, CancellationToken cancellationToken)
    {
        await Before();
        if (Reply == AppealReply.Accepted)
        {
            Appealed[decision.Decision.Id] = (decision, reason);
            standings[decision.Decision.Id] = new ReviewStanding(Outcome: null, IsAppealed: true, IsFinal: false);
        }

        return Reply;
    }

    public async Task<ReviewStanding?> FindAsync(string decision, CancellationToken cancellationToken)
    {
        await Before();
        return standings.GetValueOrDefault(decision);
    }

    /// <summary>People decide.</summary>
    internal void Decide(string decision, GuardOutcome outcome) => standings[decision] = standings[decision] with { Outcome = outcome };
}
