namespace Plumbline.Feedback.Tests.Exchange;

/// <summary>What an import left in a store.</summary>
internal static class Imported
{
    /// <summary>All tasks with their votes, in the order of the log.</summary>
    public static async Task<List<(ComparisonRequested Asked, List<RankingGiven> Votes)>> TasksAsync(FeedbackStores stores)
    {
        var log = await stores.Rankings.LogAsync();
        var votes = log.Select(stored => stored.Event).OfType<RankingGiven>().ToLookup(vote => vote.Request);
        return
        [
            .. log.Where(stored => stored.Event is ComparisonRequested)
                .Select(stored => ((ComparisonRequested)stored.Event, votes[stored.Sequence].ToList())),
        ];
    }

    /// <summary>What a vote says of each answer, by the answer's text.</summary>
    public static Dictionary<string, T> ByAnswer<T>(this ComparisonRequested asked, IReadOnlyList<T> values) =>
        asked.Answers.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
}
