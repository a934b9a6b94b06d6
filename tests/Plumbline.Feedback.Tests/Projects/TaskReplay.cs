using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Tests.Projects;

/// <summary>Replays the log and compares: who has what, and how many places are free, is what the events say.</summary>
internal static class TaskReplay
{
    public static async Task AssertWholeAsync(TestStore place, FeedbackStores stores)
    {
        await stores.Rankings.AssertWholeAsync();
        var requests = new Dictionary<long, (int Wanted, int Given)>();
        var leases = new Dictionary<(long Request, string Rater), DateTimeOffset>();
        foreach (var (sequence, time, _, what) in await stores.Rankings.LogAsync())
        {
            switch (what)
            {
                case ComparisonRequested asked:
                    requests[sequence] = (asked.RankingsWanted, 0);
                    break;
                case RequestTaken taken:
                    foreach (var ended in leases.Where(lease => lease.Value <= time).Select(lease => lease.Key).ToList())
                    {
                        leases.Remove(ended);
                    }

                    leases.Add((taken.Request, taken.Rater), taken.Until);
                    var held = leases.Keys.Count(lease => lease.Request == taken.Request);
                    Assert.True(
                        requests[taken.Request].Given + held <= requests[taken.Request].Wanted,
                        $"Event {sequence} promises too much."
                    );
                    break;
                case RequestRenewed renewed:
                    leases[(renewed.Request, renewed.Rater)] = renewed.Until;
                    break;
                case RequestReturned returned:
                    Assert.True(leases.Remove((returned.Request, returned.Rater)));
                    break;
                case RankingGiven given:
                    leases.Remove((given.Request, given.Rater));
                    requests[given.Request] = (requests[given.Request].Wanted, requests[given.Request].Given + 1);
                    break;
            }
        }

        foreach (var (request, (wanted, given)) in requests)
        {
            Assert.True(given <= wanted, $"Request {request} has {given} of {wanted} rankings.");
            Assert.Equal(
                given < wanted ? "open" : "answered",
                await place.SqlAsync($"SELECT state FROM feedback_requests WHERE request = {request}")
            );
            Assert.Equal((long)given, await place.SqlAsync($"SELECT given FROM feedback_requests WHERE request = {request}"));
            var held = (long)
                (await place.SqlAsync($"SELECT COUNT(*) FROM feedback_assignments WHERE request = {request} AND state = 'taken'"))!;
            Assert.Equal(wanted - given - held, await place.SqlAsync($"SELECT free FROM feedback_requests WHERE request = {request}"));
        }
    }
}
