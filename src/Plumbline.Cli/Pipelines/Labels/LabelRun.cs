using System.Collections.Concurrent;
using Plumbline.Feedback.Judging;
using Plumbline.Runs;
using Plumbline.Scoring;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>Labels many pairs at a time. What fails is counted, and is asked again by the next run.</summary>
/// <param name="labeller">Labels one.</param>
/// <param name="parallel">Pairs at a time.</param>
/// <param name="progress">Told how far it is.</param>
internal sealed class LabelRun(PairLabeller labeller, int parallel, IProgressSink progress)
{
    /// <summary>Labels pairs.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="before">What was said of them before, by id.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>The labels by id, and what the first pair without one failed with.</returns>
    internal async Task<(IReadOnlyDictionary<string, LabelledPair> Labels, ModelFailureException? Failure)> RunAsync(
        IReadOnlyList<ComparedPair> pairs,
        IReadOnlyDictionary<string, LabelledPair> before,
        CancellationToken cancellation
    )
    {
        var labels = new ConcurrentDictionary<string, LabelledPair>(StringComparer.Ordinal);
        ModelFailureException? first = null;
        var done = 0;
        await Parallel.ForEachAsync(
            pairs,
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation },
            async (pair, token) =>
            {
                try
                {
                    labels[pair.Id] = await labeller.LabelAsync(pair, before.GetValueOrDefault(pair.Id), token);
                }
                catch (ModelFailureException failure)
                {
                    Interlocked.CompareExchange(ref first, failure, null);
                }

                var finished = Interlocked.Increment(ref done);
                progress.Report(new ProgressUpdate("labelling", finished, pairs.Count, finished, "pairs"));
            }
        );
        return (labels, first);
    }
}
