using Plumbline.Evaluation.Statistics;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Storage;

/// <summary>Stores judgements of dealt tasks, and what reviewers settle; see <see cref="IProjectStore"/>.</summary>
/// <param name="change">The change, under the log's lock.</param>
internal sealed class TaskJudging(StoreChange change)
{
    /// <summary>See <see cref="IProjectStore.SubmitAsync"/>.</summary>
    public async Task<(long, bool)> SubmitAsync(string key, RankingGiven given)
    {
        var held =
            await Assignments.FindAsync(change.Connection, given.Request, given.Rater, change.Cancellation)
            ?? throw new InvalidInputException(
                $"Request {given.Request} was never dealt to '{given.Rater}'.",
                "Take a task first, and judge that one."
            );

        // A ranking that was given without a lease has no order of the store's, and keeps its own.
        var ranking = held.Shown is null ? given : given with { Shown = held.Shown };
        if (await change.KnownAsync(key, ranking) is { } known)
        {
            return (known, false);
        }

        if (held.State is "taken" or "expired" && !held.IsHeldAt(change.Now))
        {
            throw new LeaseEndedException($"The lease of '{given.Rater}' for request {given.Request} has ended.");
        }

        if (held.State is "skipped" or "returned")
        {
            throw new InvalidInputException(
                $"'{given.Rater}' gave request {given.Request} back.",
                "Take a task first, and judge that one."
            );
        }

        var sequence = await change.NextAsync();
        var asked = await EventLog.StoreRankingAsync(change.Connection, change.New(key, ranking), ranking, sequence, change.Cancellation);
        var settings = await ProjectRows.SettingsAsync(change.Connection, asked.Project ?? 0, change.Cancellation);
        JudgementRules.CheckAgainst(settings.Form, asked, ranking);
        await DisputeAsync(ranking.Request, settings);
        return (sequence, true);
    }

    /// <summary>See <see cref="IProjectStore.AdjudicateAsync"/>.</summary>
    public async Task<(long, bool)> AdjudicateAsync(string key, RequestAdjudicated adjudication)
    {
        if (await change.KnownAsync(key, adjudication) is { } known)
        {
            return (known, false);
        }

        var state = (string?)
            await change.Connection.ScalarAsync(
                "SELECT state FROM feedback_requests WHERE request = @request",
                change.Cancellation,
                ("request", adjudication.Request)
            );
        if (state != "disputed")
        {
            throw new InvalidInputException(
                $"Request {adjudication.Request} is not disputed{(state is null ? ": there is none" : $" but {state}")}.",
                "Settle a request on which all have ranked and do not agree, once."
            );
        }

        if (
            await Assignments.FindAsync(change.Connection, adjudication.Request, adjudication.Rater, change.Cancellation) is
            { State: "given" }
        )
        {
            throw new InvalidInputException(
                $"'{adjudication.Rater}' ranked request {adjudication.Request} and cannot settle it.",
                "Leave it to another reviewer."
            );
        }

        var asked = await TaskReader.ComparisonAsync(change.Connection, adjudication.Request, change.Cancellation);
        if (adjudication.Ranks.Count != asked.Answers.Count)
        {
            throw new InvalidInputException(
                $"Request {adjudication.Request} has {asked.Answers.Count} answers; {adjudication.Ranks.Count} are ranked.",
                "Give each answer a rank."
            );
        }

        var sequence = await change.AppendAsync(adjudication, adjudication.Request, key);
        await change.ExecuteAsync(
            "UPDATE feedback_requests SET state = 'answered' WHERE request = @request",
            ("request", adjudication.Request)
        );
        return (sequence, true);
    }

    /// <summary>Calls a request disputed whose rankings are all there and agree too little.</summary>
    private async Task DisputeAsync(long request, ProjectSettings settings)
    {
        if (settings.AgreementFloor is not { } floor)
        {
            return;
        }

        var bodies = await change.Connection.QueryAsync(
            """
            SELECT e.body FROM feedback_events e JOIN feedback_requests r ON r.request = e.request
            WHERE e.request = @request AND e.kind = 'ranking_given' AND r.state = 'answered' ORDER BY e.sequence
            """,
            row => row.GetString(0),
            change.Cancellation,
            ("request", request)
        );
        var rankings = bodies.Select(body => ((RankingGiven)EventJson.Read(EventJson.Ranked, body)).Ranks).OfType<IReadOnlyList<int>>();
        if (Agreement([.. rankings.Select(ranks => ranks.ToArray())]) < floor)
        {
            await change.ExecuteAsync("UPDATE feedback_requests SET state = 'disputed' WHERE request = @request", ("request", request));
        }
    }

    /// <summary>The mean share of answer pairs on which two rankings are on the same side, over all pairs of rankings; null where there are fewer than two.</summary>
    private static double? Agreement(int[][] rankings)
    {
        var pairs = rankings
            .SelectMany((first, i) => rankings.Skip(i + 1).Select(second => RankPairs.Between(first, second).SameSide!.Value))
            .ToList();
        return pairs.Count == 0 ? null : pairs.Average();
    }
}
