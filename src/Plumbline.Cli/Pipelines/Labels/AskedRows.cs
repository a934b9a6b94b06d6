using Plumbline.Runs;
using Plumbline.Scoring;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>Many rows that models are asked about, several at a time. What fails is left out, and is asked again by the next run.</summary>
internal static class AskedRows
{
    /// <summary>Asks about all rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="ask">Asks about one.</param>
    /// <param name="parallel">Rows at a time.</param>
    /// <param name="told">What is done, and what the rows are called.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>What came of the rows that were answered, in their order, and what the first of the others failed with.</returns>
    internal static async Task<(List<TResult> Results, ModelFailureException? Failure)> AllAsync<TRow, TResult>(
        IReadOnlyList<TRow> rows,
        Func<TRow, CancellationToken, Task<TResult>> ask,
        int parallel,
        (string Phase, string Unit) told,
        IProgressSink progress,
        CancellationToken cancellation
    )
        where TResult : class
    {
        var results = new TResult?[rows.Count];
        ModelFailureException? first = null;
        var done = 0;
        await Parallel.ForAsync(
            0,
            rows.Count,
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation },
            async (index, token) =>
            {
                try
                {
                    results[index] = await ask(rows[index], token);
                }
                catch (ModelFailureException failure)
                {
                    Interlocked.CompareExchange(ref first, failure, null);
                }

                var finished = Interlocked.Increment(ref done);
                progress.Report(new ProgressUpdate(told.Phase, finished, rows.Count, finished, told.Unit));
            }
        );
        return ([.. results.OfType<TResult>()], first);
    }
}
