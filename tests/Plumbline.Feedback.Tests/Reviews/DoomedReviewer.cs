namespace Plumbline.Feedback.Tests.Reviews;

/// <summary>A process that opens and judges cases until it is killed, and says what was acknowledged.</summary>
internal static class DoomedReviewer
{
    public const string Command = "review-until-killed";

    private const int Reviewers = 4;

    public static async Task<int> RunAsync(string location)
    {
        await using var store = await FeedbackStore.OpenReviewsAsync(location, TimeProvider.System);
        var name = Environment.ProcessId;
        await Task.WhenAll(Enumerable.Range(0, Reviewers).Select(reviewer => Task.Run(() => WorkAsync(reviewer))));
        return 0;

        async Task WorkAsync(int reviewer)
        {
            for (var turn = 0; ; turn++)
            {
                var key = $"{name}-{reviewer}-{turn}";
                Say(await store.OpenCaseAsync(Cases.Facts($"{key}-open"), Cases.Texts()), $"{key}-open");
                if (await store.TakeAsync($"{name}-{reviewer}") is { } taken)
                {
                    var sequence = await store.DecideAsync(taken.Summary.Id, $"{name}-{reviewer}", Cases.Uphold($"{key}-judge"));
                    Say(sequence, $"{key}-judge");
                }
            }
        }

        void Say(long sequence, string key)
        {
            lock (store)
            {
                Console.WriteLine($"{sequence} {key}");
                Console.Out.Flush();
            }
        }
    }
}
