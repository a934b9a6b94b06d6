using System.Collections.Concurrent;
using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Tests.Reviews;

public sealed class ReviewConcurrencyTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Many_who_take_at_once_never_get_the_same_case(Engine engine)
    {
        const int All = 40;
        await using var place = await TestStore.CreateAsync(engine, server);
        IReviewStore[] stores = [await place.OpenReviewsAsync(), await place.OpenReviewsAsync(), await place.OpenReviewsAsync()];
        for (var i = 0; i < All; i++)
        {
            await stores[0].OpenAsync($"d{i}", reviewers: 2);
        }

        using var failure = new CancellationTokenSource();
        var held = new ConcurrentDictionary<long, string>();
        var judged = new ConcurrentBag<(long Case, string Reviewer)>();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => WorkAsync(stores[i % stores.Length], $"r{i}"))));

        Assert.Equal(2 * All, judged.Count);
        Assert.Equal(2 * All, judged.Distinct().Count());
        Assert.All(judged.GroupBy(pair => pair.Case), pairs => Assert.Equal(2, pairs.Count()));
        Assert.Equal(All, (await stores[0].ReadCasesAsync(ReviewState.Decided, 0, 1000)).Count);
        await ReviewReplay.AssertWholeAsync(await place.OpenAsync(), stores[0]);

        // Whoever finds nothing while others hold the last cases asks again, as each case needs two; after a failure nobody does.
        async Task WorkAsync(IReviewStore store, string reviewer)
        {
            try
            {
                while (judged.Count < 2 * All && !failure.IsCancellationRequested)
                {
                    if (await store.TakeAsync(reviewer) is { } taken)
                    {
                        await JudgeAsync(store, reviewer, taken.Summary.Id);
                    }
                }
            }
            catch
            {
                await failure.CancelAsync();
                throw;
            }
        }

        async Task JudgeAsync(IReviewStore store, string reviewer, long reviewCase)
        {
            Assert.True(held.TryAdd(reviewCase, reviewer), $"Case {reviewCase} is held twice.");
            await Task.Yield();
            Assert.True(held.TryRemove(reviewCase, out _));
            await store.DecideAsync(reviewCase, reviewer, Cases.Uphold());
            judged.Add((reviewCase, reviewer));
        }
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task One_case_that_many_want_goes_to_one_of_them(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        IReviewStore[] stores = [await place.OpenReviewsAsync(), await place.OpenReviewsAsync()];
        await stores[0].OpenAsync();

        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => stores[i % 2].TakeAsync($"r{i}"))));

        Assert.Single(taken, record => record is not null);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task One_case_opened_many_times_at_once_is_one(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        IReviewStore[] stores = [await place.OpenReviewsAsync(), await place.OpenReviewsAsync()];

        var ids = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(i => Task.Run(() => stores[i % 2].OpenCaseAsync(Cases.FullFacts(), Cases.FullTexts())))
        );

        Assert.All(ids, id => Assert.Equal(1, id));
        Assert.Single((await stores[0].FindCaseAsync(1))!.History);
    }
}
