using CsCheck;
using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Tests.Reviews;

public sealed class ReviewStateTests(PostgresServer server)
{
    private static readonly ReviewJudgement[] Variants = [Cases.Uphold(), Cases.Overturn(), Cases.Change()];

    private sealed record Move(int Kind, int Case, int Person, int Variant, int Number);

    /// <summary>What is done, the frequent things often.</summary>
    private static readonly int[] Kinds = [0, 0, 1, 1, 1, 1, 2, 2, 3, 4, 5, 5, 5, 5, 5, 5, 6, 6, 6, 7, 7, 8, 8, 8];

    private static readonly Gen<Move[]> Moves = Gen.Select(
        Gen.Int[0, Kinds.Length - 1].Select(place => Kinds[place]),
        Gen.Int[0, 3],
        Gen.Int[0, 4],
        Gen.Int[0, 2],
        Gen.Int[1, 3],
        (kind, reviewCase, person, variant, number) => new Move(kind, reviewCase, person, variant, number)
    ).Array[30, 70];

    [Theory]
    [InlineData(Engine.Sqlite, 40)]
    [InlineData(Engine.Postgres, 8)]
    public async Task Whatever_people_do_in_whatever_order_the_store_does_what_the_state_machine_says(Engine engine, int runs) =>
        await Moves.SampleAsync(moves => RunAsync(engine, moves), iter: runs, threads: 1);

    private async Task RunAsync(Engine engine, Move[] moves)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        var model = new ReviewModel { Now = place.Clock.Now };
        var ids = new Dictionary<string, long>();
        foreach (var move in moves)
        {
            await DoAsync(place, store, model, ids, move);
            foreach (var item in model.Items)
            {
                var summary = (await store.FindCaseAsync(ids[item.Decision]))!.Summary;
                Assert.Equal(
                    (item.State, item.Instance, item.Wanted, item.Votes.Count, item.Holder, item.IsErased),
                    (summary.State, summary.Instance, summary.Wanted, summary.Given, summary.Holder, summary.IsErased)
                );
                Assert.Equal(item.Holder is null ? null : item.Until, summary.HeldUntil);
            }
        }

        Assert.Equal(
            model.Results.Select(result => (ids[result.Decision], Variants[result.Variant].Verdict)),
            (await store.ReadOutcomesAsync(0, 1000)).Select(result => (result.Case, result.Judgement.Verdict))
        );
        await ReviewReplay.AssertWholeAsync(await place.OpenAsync(), store);
    }

    private static async Task DoAsync(TestStore place, IReviewStore store, ReviewModel model, Dictionary<string, long> ids, Move move)
    {
        var person = $"p{move.Person}";
        var lease = TimeSpan.FromMinutes(move.Number);
        var item = model.Items.ElementAtOrDefault(move.Case);
        switch (move.Kind)
        {
            case 0:
                var decision = $"d{move.Case}";
                var isOpened = await DoneAsync(async () => ids[decision] = await store.OpenAsync(decision, move.Case % 2, move.Number));
                Assert.Equal(model.Open(decision, move.Case % 2, move.Number), isOpened);
                break;
            case 1 or 2:
                var role = move.Kind == 1 ? ReviewRole.Reviewer : ReviewRole.Adjudicator;
                var taken = await store.TakeAsync(person, role, lease);
                Assert.Equal(model.Take(person, role, lease), taken?.Summary.Facts.Decision);
                Assert.Equal(taken is null ? null : person, taken?.Summary.Holder);
                break;
            case 3 when item is not null:
                var isRenewed = await DoneAsync(() => store.RenewAsync(ids[item.Decision], person, lease));
                Assert.Equal(model.Renew(item, person, lease), isRenewed);
                break;
            case 4 when item is not null:
                await store.ReturnAsync(ids[item.Decision], person);
                model.Return(item, person);
                break;
            case 5 when item is not null:
                // Mostly whoever holds it, so that cases get on.
                person = move.Number > 1 ? item.Holder ?? person : person;
                var isDecided = await DoneAsync(() => store.DecideAsync(ids[item.Decision], person, Variants[move.Variant]));
                Assert.Equal(model.Decide(item, person, move.Variant), isDecided);
                break;
            case 6 when item is not null:
                var isAppealed = await DoneAsync(() => store.AppealAsync(ids[item.Decision], reviewers: move.Number));
                Assert.Equal(model.Appeal(item, move.Number), isAppealed);
                break;
            case 7:
                var before = model.Now - TimeSpan.FromMinutes(move.Variant);
                Assert.Equal(model.Erase(before), await store.EraseTextsAsync(before));
                break;
            case 8:
                place.Clock.Now = model.Now += TimeSpan.FromMinutes(move.Number);
                break;
        }
    }

    private static async Task<bool> DoneAsync(Func<Task> doing)
    {
        try
        {
            await doing();
            return true;
        }
        catch (InvalidInputException)
        {
            return false;
        }
    }
}
