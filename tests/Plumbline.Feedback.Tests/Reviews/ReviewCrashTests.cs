using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Tests.Reviews;

public sealed class ReviewCrashTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Two_killed_processes_leave_every_acknowledged_case_and_judgement(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var reviews = await place.OpenReviewsAsync();

        var acknowledged = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => DoomedWriter.RunAndKillAsync(place.Location, 30, DoomedReviewer.Command))
        );

        foreach (var (key, sequence) in acknowledged.SelectMany(pairs => pairs))
        {
            if (key.EndsWith("-open", StringComparison.Ordinal))
            {
                Assert.Equal(sequence, (await reviews.FindDecisionAsync(key))!.Summary.Id);
                continue;
            }

            var given = (ReviewGiven)(await (await place.OpenAsync()).ReadEventsAsync(sequence - 1, 1))[0].Event;
            var step = Assert.Single((await reviews.FindCaseAsync(given.Case))!.History, step => step.Sequence == sequence);
            Assert.Equal(key, step.Note);
        }

        await ReviewReplay.AssertWholeAsync(await place.OpenAsync(), reviews);

        // What a dead process held is free again when its lease ends.
        place.Clock.Now = TimeProvider.System.GetUtcNow() + Cases.Lease;
        while (await reviews.TakeAsync("anna") is { } left)
        {
            await reviews.DecideAsync(left.Summary.Id, "anna", Cases.Uphold());
        }

        Assert.Empty(await reviews.ReadCasesAsync(ReviewState.Open, 0, 1000));
    }
}
