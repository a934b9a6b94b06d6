using Microsoft.Extensions.AI;
using Plumbline.Data;

namespace Plumbline.Feedback.Tests;

/// <summary>Events to test with, and what must hold of every log.</summary>
internal static class Events
{
    public static ComparisonRequested Request(
        string prompt = "Why is the sky blue?",
        int answers = 3,
        double priority = 0,
        int wanted = 1
    ) =>
        new(Content.FromText(prompt), [.. Enumerable.Range(1, answers).Select(number => $"answer {number}")])
        {
            Priority = priority,
            RankingsWanted = wanted,
        };

    /// <summary>A request that uses everything a request can hold.</summary>
    public static ComparisonRequested FullRequest() =>
        new(
            Content.FromMessages([new ChatMessage(ChatRole.System, ""), new ChatMessage(ChatRole.User, "Is it safe?")]),
            ["Yes.", "No.", "It depends."]
        )
        {
            Source = new AnswerSource("policy", "run-7", 120),
            Priority = -0.1,
            RankingsWanted = 3,
            Criteria = [new FeedbackCriterion("harm", "Which does least harm?"), new FeedbackCriterion("help", "Which helps most?")],
            ExpectedInformation = 0.25,
        };

    public static RankingGiven Ranking(long request, string rater = "anna", params int[] ranks) =>
        new(request, rater, ranks.Length == 0 ? [2, 1, 3] : ranks);

    /// <summary>A ranking that uses everything a ranking can hold, of <see cref="FullRequest"/>.</summary>
    public static RankingGiven FullRanking(long request, string rater = "anna") =>
        new(request, rater, [1, 1, 3])
        {
            CriterionRanks = new Dictionary<string, IReadOnlyList<int>> { ["help"] = [3, 2, 1], ["harm"] = [1, 2, 2] },
            AllBad = true,
            Comment = "none of them\nis good",
            Seconds = 12.5,
        };

    /// <summary>The whole log, read in pages of <paramref name="page"/> events.</summary>
    public static async Task<List<RecordedEvent>> LogAsync(this IFeedbackStore store, int page = 1000)
    {
        var log = new List<RecordedEvent>();
        while (true)
        {
            var next = await store.ReadEventsAsync(log.Count == 0 ? 0 : log[^1].Sequence, page);
            log.AddRange(next);
            if (next.Count < page)
            {
                return log;
            }
        }
    }

    /// <summary>The log is numbered from 1 without holes, and the views of it are what replaying it gives.</summary>
    public static async Task AssertWholeAsync(this IFeedbackStore store)
    {
        var log = await store.LogAsync();
        Assert.Equal(Enumerable.Range(1, log.Count).Select(number => (long)number), log.Select(stored => stored.Sequence));
        Assert.Equal(log.Count, log.DistinctBy(stored => stored.ClientKey).Count());
        foreach (var stored in log.Where(stored => stored.Event is ComparisonRequested))
        {
            var rankings = log.Where(other => other.Event is RankingGiven given && given.Request == stored.Sequence);
            var isWithdrawn = log.Any(other => other.Event is RequestWithdrawn withdrawn && withdrawn.Request == stored.Sequence);
            var isAnswered = rankings.Count() == ((ComparisonRequested)stored.Event).RankingsWanted;
            var found = await store.FindRequestAsync(stored.Sequence);
            Assert.Equal(rankings.Select(ranking => ranking.Sequence), found!.Rankings.Select(ranking => ranking.Sequence));
            Assert.Equal(
                isWithdrawn ? RequestState.Withdrawn
                    : isAnswered ? RequestState.Answered
                    : RequestState.Open,
                found.State
            );
        }

        var votes = log.Select(stored => stored.Event)
            .OfType<RankingGiven>()
            .Sum(ranking => ranking.CriterionRanks.Count + (ranking.Ranks is null ? 0 : 1));
        Assert.Equal(votes, (await store.CountRankingsAsync()).Sum(count => count.Rankings));
    }
}
