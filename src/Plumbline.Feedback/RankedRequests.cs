using System.Runtime.CompilerServices;

namespace Plumbline.Feedback;

/// <summary>Reads a store from its beginning to its end.</summary>
public static class RankedRequests
{
    /// <summary>All requests that have a ranking, in the order of their ids, read page by page.</summary>
    /// <param name="store">The store.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    public static async IAsyncEnumerable<FeedbackRequest> RankedRequestsAsync(
        this IFeedbackStore store,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        await foreach (var page in store.RankedPagesAsync(project: null, cancellation))
        {
            foreach (var request in page)
            {
                yield return request;
            }
        }
    }

    /// <summary>Requests that have a ranking, in the order of their ids, page by page; no page is empty.</summary>
    /// <param name="store">The store.</param>
    /// <param name="project">The project; 0 for the requests that belong to none, null for those of all.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    internal static async IAsyncEnumerable<IReadOnlyList<FeedbackRequest>> RankedPagesAsync(
        this IFeedbackStore store,
        long? project,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        const int Page = 100;
        for (long after = 0; ; )
        {
            var page = project is { } one
                ? await store.ReadRankedRequestsAsync(one, after, Page, cancellation)
                : await store.ReadRankedRequestsAsync(after, Page, cancellation);
            if (page.Count > 0)
            {
                yield return page;
                after = page[^1].Id;
            }

            if (page.Count < Page)
            {
                yield break;
            }
        }
    }
}
