using Plumbline.Randomness;
using Plumbline.Runs;
using Plumbline.TinyWorld;

namespace Plumbline.Cli.Pipelines.Demo;

/// <summary>The demo over several seeds: each has a world, a corpus, raters and models of its own, so that what they agree on is not the luck of one.</summary>
internal static class DemoRepetition
{
    /// <summary>The most seeds of one command.</summary>
    internal const int MostSeeds = 100;

    /// <summary>Runs what is not finished yet, seed by seed, each in a folder of its own.</summary>
    /// <param name="options">The demo's; its seed is the first.</param>
    /// <param name="seeds">How many, counted up from there.</param>
    /// <param name="context">The pipeline.</param>
    /// <param name="finished">Called with each seed's result and folder.</param>
    internal static IReadOnlyList<DemoRun> Run(
        DemoOptions options,
        int seeds,
        PipelineContext context,
        Action<DemoOptions, DemoResult, string> finished
    )
    {
        var runs = new List<DemoRun>();
        for (var i = 0; i < seeds; i++)
        {
            var own = options with { Seed = new Seed(options.Seed.Value + (ulong)i) };
            var folder = Path.Combine(context.Folder, $"seed-{own.Seed.Value}");
            var result = new DemoPipeline(
                own,
                context with
                {
                    Folder = folder,
                    Progress = new NamedProgress(context.Progress, $"seed {own.Seed.Value} ({i + 1} of {seeds}), "),
                }
            ).Run();
            finished(own, result, folder);
            runs.Add(new DemoRun(own.Seed.Value, [.. result.All.Select(model => (model.Name, model.Summary))], result.Optimised.Count));
        }

        return runs;
    }

    private sealed class NamedProgress(IProgressSink sink, string name) : IProgressSink
    {
        public void Report(ProgressUpdate update) => sink.Report(update with { Phase = name + update.Phase });
    }
}

/// <summary>What one seed found.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Models">Every measured model in the order in which they came about.</param>
/// <param name="Optimised">How many of them, the last ones, are policies that were optimised against a reward.</param>
internal sealed record DemoRun(ulong Seed, IReadOnlyList<(string Name, JudgeSummary Summary)> Models, int Optimised);
