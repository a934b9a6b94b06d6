using System.Text.Encodings.Web;
using System.Text.Json;
using Plumbline.Data;

namespace Plumbline.Feedback;

/// <summary>Writes what a store holds as a data set, with every single vote beside it.</summary>
public static class RankingExport
{
    private const string Compressed = ".gz";

    private static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Where the votes of a data set stand: <c>NAME.votes.jsonl</c> beside <c>NAME.jsonl</c> or <c>NAME.jsonl.gz</c>.</summary>
    /// <param name="path">The data set's path.</param>
    public static string VotesPath(string path)
    {
        var plain = path.EndsWith(Compressed, StringComparison.OrdinalIgnoreCase) ? path[..^Compressed.Length] : path;
        return Path.ChangeExtension(plain, ".votes.jsonl");
    }

    /// <summary>
    /// Writes one ranked example for each request that was ranked by the criterion, in the order of the requests, and beside it one line for each vote:
    /// the example's id and the request's, the event's number and time, the rater's pseudonym (<see cref="IFeedbackStore.HashRater"/>), the rank of
    /// each answer in the example's order, the place (from 1) at which each was shown, whether all were called bad, comment and seconds. A vote without
    /// ranks by the criterion has a line too, with null ranks. Both files appear whole, and replace older ones.
    /// </summary>
    /// <param name="store">The store; it is read page by page.</param>
    /// <param name="path">A path that ends in .jsonl or .jsonl.gz.</param>
    /// <param name="criterion">The criterion's id; null for the overall ranks.</param>
    /// <param name="cancellation">Cancels the export; nothing is written then.</param>
    /// <returns>How many examples were written.</returns>
    /// <exception cref="InvalidInputException">
    /// Nothing was ranked by the criterion, the path has another ending or its folder does not exist, or text and chat prompts stand in one store.
    /// </exception>
    public static Task<long> WriteAsync(
        IFeedbackStore store,
        string path,
        string? criterion = null,
        CancellationToken cancellation = default
    ) =>
        Task.Run(
            () =>
            {
                if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
                {
                    throw new InvalidInputException("the folder does not exist.", "Create it first.", new InputPosition(path));
                }

                long written = 0;
                var requests = store.RankedRequestsAsync(cancellation).ToBlockingEnumerable(cancellation);
                DurableFile.Write(
                    VotesPath(path),
                    votes => written = DatasetWriter.Write(path, Examples(requests, store, criterion, votes))
                );
                return written;
            },
            cancellation
        );

    private static IEnumerable<RankedExample> Examples(
        IEnumerable<FeedbackRequest> requests,
        IFeedbackStore store,
        string? criterion,
        Stream votes
    )
    {
        foreach (var request in requests)
        {
            var places = request.Places(criterion);
            var example = places is null ? null : request.ToRankedExample(places);
            var order = places is null ? null : MeanRank.Order(places);
            foreach (var (sequence, time, ranking) in request.Rankings)
            {
                var ranks = ranking.RanksBy(criterion);
                var vote = new Vote(
                    example?.Id,
                    request.Id,
                    sequence,
                    time,
                    store.HashRater(ranking.Rater),
                    ranks is null ? null : order?.Select(i => ranks[i]),
                    order?.Select(i => i + 1),
                    ranking.AllBad,
                    ranking.Comment,
                    ranking.Seconds
                );
                JsonSerializer.Serialize(votes, vote, Layout);
                votes.WriteByte((byte)'\n');
            }

            if (example is not null)
            {
                yield return example;
            }
        }
    }

    private sealed record Vote(
        string? Example,
        long Request,
        long Sequence,
        DateTimeOffset Time,
        string Rater,
        IEnumerable<int>? Ranks,
        IEnumerable<int>? Shown,
        bool AllBad,
        string? Comment,
        double? Seconds
    );
}
