using System.Data.Common;
using Plumbline.Feedback.Storage;

namespace Plumbline.Feedback.Tests;

public sealed class StoreWriterTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Changes_that_wait_together_are_made_or_refused_one_by_one(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        await using var dialect = StoreLocation.Parse(place.Location);
        await place.SqlAsync("CREATE TABLE kept (number BIGINT PRIMARY KEY)");
        await using var writer = new StoreWriter(dialect);
        var first = new TaskCompletionSource();
        var waiting = new List<Task<int>> { writer.RunAsync(async _ => (await Wait(first), true), CancellationToken.None) };

        // The first change holds the writer until all others wait behind it, so that they are one group.
        for (var i = 1; i <= 40; i++)
        {
            var number = i;
            waiting.Add(writer.RunAsync(connection => ChangeAsync(connection, number), CancellationToken.None));
        }

        first.SetResult();
        await Task.WhenAll(waiting.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal(
            Enumerable.Range(1, 40).Select(number => number % 4 is 1 or 2),
            waiting.Skip(1).Select(task => task.IsCompletedSuccessfully)
        );
        Assert.All(waiting.Where((_, i) => i % 4 == 3), task => Assert.IsType<InvalidInputException>(task.Exception!.InnerException));
        Assert.All(
            waiting.Skip(1).Where((_, i) => i % 4 == 3),
            task => Assert.IsAssignableFrom<DbException>(task.Exception!.InnerException)
        );
        Assert.Equal(10L, await place.SqlAsync("SELECT COUNT(*) FROM kept WHERE number % 4 = 1"));
        Assert.Equal(10L, await place.SqlAsync("SELECT COUNT(*) FROM kept"));

        static async Task<int> Wait(TaskCompletionSource first)
        {
            await first.Task;
            return 0;
        }

        // One of four is kept, one makes something and takes it back, one is refused, and one breaks a rule of the database.
        static async Task<(int, bool)> ChangeAsync(DbConnection connection, int number)
        {
            await connection.ExecuteAsync("INSERT INTO kept (number) VALUES (@number)", CancellationToken.None, ("number", (long)number));
            if (number % 4 == 3)
            {
                throw new InvalidInputException("refused");
            }

            if (number % 4 == 0)
            {
                await connection.ExecuteAsync(
                    "INSERT INTO kept (number) VALUES (@number)",
                    CancellationToken.None,
                    ("number", (long)number)
                );
            }

            return (number, number % 4 == 1);
        }
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_change_that_is_cancelled_while_it_waits_is_not_made(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        await using var dialect = StoreLocation.Parse(place.Location);
        await using var writer = new StoreWriter(dialect);
        var first = new TaskCompletionSource();
        using var cancel = new CancellationTokenSource();
        var made = false;
        var holding = writer.RunAsync(
            async _ =>
            {
                await first.Task;
                return (0, false);
            },
            CancellationToken.None
        );
        var cancelled = writer.RunAsync(_ => Task.FromResult((made = true, false)), cancel.Token);

        await cancel.CancelAsync();
        first.SetResult();

        await holding;
        await Assert.ThrowsAsync<TaskCanceledException>(() => cancelled);
        Assert.False(made);
    }
}
