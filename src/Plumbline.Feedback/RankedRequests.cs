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
        const int Page = 100;
        for (long after = 0; ; )
        {
            var page = await store.ReadRankedRequestsAsync(after, Page, cancellation);
            foreach (var request in page)
            {
                yield return request;
            }

            if (page.Count < Page)
            {
                yield break;
            }

            after = page[^1].Id;
        }
    }
}
