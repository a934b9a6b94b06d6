using Plumbline.Feedback.Judging;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>A judge that keeps its answers, with the model behind it. Owns the model.</summary>
internal sealed class JudgeModel : IDisposable
{
    private readonly AskedModel model;

    private JudgeModel(AskedModel model, JudgeLimits limits, AnswerCache cache)
    {
        this.model = model;
        Judge = new Judge(model.Name, model.Writer, model.Scorer, cache, limits);
    }

    /// <summary>The judge.</summary>
    internal Judge Judge { get; }

    /// <summary>Loads the model, or prepares the connection.</summary>
    /// <param name="options">The model.</param>
    /// <param name="needs">What it is to do.</param>
    /// <param name="limits">How much it may be asked.</param>
    /// <param name="cache">Keeps its answers; not owned.</param>
    /// <param name="clock">The time.</param>
    internal static JudgeModel Open(
        JudgeModelOptions options,
        JudgeNeeds needs,
        JudgeLimits limits,
        AnswerCache cache,
        TimeProvider clock
    ) => new(new AskedModel(options, needs, limits.Parallel, clock), limits, cache);

    /// <inheritdoc/>
    public void Dispose()
    {
        Judge.Dispose();
        model.Dispose();
    }
}
