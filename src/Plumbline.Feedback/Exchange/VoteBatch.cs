using Plumbline.Feedback.Storage;

namespace Plumbline.Feedback.Exchange;

/// <summary>A vote that waits to be stored.</summary>
/// <param name="Line">The line of its row.</param>
/// <param name="Key">The key of its event.</param>
/// <param name="Ranking">The vote, on its task.</param>
/// <param name="Task">The task.</param>
internal sealed record ImportedVote(long Line, string Key, RankingGiven Ranking, ComparisonRequested Task);

/// <summary>Stores votes, many at a time.</summary>
/// <param name="store">The store.</param>
/// <param name="tally">Counts what becomes of each.</param>
internal sealed class VoteBatch(IFeedbackStore store, ImportTally tally)
{
    /// <summary>Stores votes; of several under one key, which one rater gave on one task, the first.</summary>
    /// <exception cref="InvalidInputException">One is refused, and the import is strict.</exception>
    public async Task StoreAsync(IReadOnlyList<ImportedVote> votes, CancellationToken cancellation)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var first = new List<ImportedVote>(votes.Count);
        foreach (var vote in votes)
        {
            if (keys.Add(vote.Key))
            {
                first.Add(vote);
                continue;
            }

            tally.LeaveOut(
                vote.Line,
                LeftOutReason.VoteRepeated,
                $"'{vote.Ranking.Rater}' judges the task a second time.",
                "A rater judges a task once: take one of the two out."
            );
        }

        foreach (var some in first.Chunk(FeedbackLimits.LargestPage))
        {
            var known = await store.FindByKeyAsync([.. some.Select(vote => vote.Key)], cancellation);
            var outcomes = await Task.WhenAll(some.Select(vote => StoreAsync(vote, known, cancellation)));
            foreach (var (vote, (isNew, refusal)) in some.Zip(outcomes))
            {
                tally.VotesNew += isNew ? 1 : 0;
                tally.VotesKnown += isNew || refusal is not null ? 0 : 1;
                if (refusal is not null)
                {
                    tally.LeaveOut(vote.Line, LeftOutReason.VoteRefused, refusal);
                }
            }
        }
    }

    /// <summary>Stores a vote; whether it was not there before, and why it cannot be.</summary>
    private async Task<(bool IsNew, InvalidInputException? Refusal)> StoreAsync(
        ImportedVote vote,
        IReadOnlyDictionary<string, RecordedEvent> known,
        CancellationToken cancellation
    )
    {
        if (known.TryGetValue(vote.Key, out var stored))
        {
            return EventJson.Write(stored.Event) == EventJson.Write(vote.Ranking)
                ? (false, null)
                : (
                    false,
                    new LeftOutException(
                        LeftOutReason.VoteChanged,
                        $"the vote of '{vote.Ranking.Rater}' was imported before, in event {stored.Sequence}, and says something else now.",
                        "What was said stands: import changed votes under another rater's name, or into another project."
                    )
                );
        }

        try
        {
            EventRules.Check(vote.Ranking);
            EventRules.CheckAgainst(vote.Task, vote.Ranking);
            await store.AppendAsync(vote.Key, vote.Ranking, cancellation);
            return (true, null);
        }
        catch (InvalidInputException refusal)
        {
            return (false, refusal);
        }
    }
}

/// <summary>Asks a store what it knows.</summary>
internal static class KnownEvents
{
    /// <summary>The events that stand under keys, by key.</summary>
    public static async Task<IReadOnlyDictionary<string, RecordedEvent>> FindByKeyAsync(
        this IFeedbackStore store,
        IReadOnlyList<string> keys,
        CancellationToken cancellation
    ) => (await store.FindEventsAsync(keys, cancellation)).ToDictionary(found => found.ClientKey, StringComparer.Ordinal);
}
