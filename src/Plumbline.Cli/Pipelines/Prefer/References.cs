using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Runs;
using Plumbline.Training.Preferences;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Prefer;

/// <summary>Makes the reference that the options ask for.</summary>
internal static class References
{
    /// <summary>The reference; null where the loss needs none and none is asked for.</summary>
    /// <param name="context">The pipeline.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="stage">Whose folder keeps precomputed log-probabilities.</param>
    /// <param name="policy">The policy at its start.</param>
    /// <param name="load">Loads the start once more.</param>
    /// <param name="examples">All rows of the training: pairs or judged answers.</param>
    internal static ReferencePolicy? Of<TExample>(
        PipelineContext context,
        PreferOptions options,
        Stage stage,
        Decoder policy,
        Func<Decoder> load,
        IReadOnlyList<TExample> examples
    )
    {
        var needed = options.IsUnpaired || PreferenceLossMixture.Parse(options.LossType).NeedsReference;
        if (!needed && !options.MeasureKl && options.Reference is { Kind: ReferenceKind.Auto, Path: null })
        {
            return null;
        }

        var kind = options.Reference.Kind switch
        {
            ReferenceKind.Auto when options.Lora is not null && options.Reference.Path is null => ReferenceKind.AdapterOff,
            ReferenceKind.Auto => options.MeasureKl ? ReferenceKind.Frozen : ReferenceKind.Precomputed,
            var asked => asked,
        };
        switch (kind)
        {
            case ReferenceKind.AdapterOff:
                return new AdapterFreeReference(policy);
            case ReferenceKind.Moving:
                return new MovingReference(policy, options.Reference.MixupAlpha, options.Reference.SyncSteps);
            case ReferenceKind.Frozen:
                var frozen = Frozen(options, policy, load);
                Warn(context, policy, frozen, options, examples);
                return new FrozenReference(frozen);
            default:
                return Precomputed(context, options, stage, policy, examples);
        }
    }

    private static Decoder Frozen(PreferOptions options, Decoder policy, Func<Decoder> load)
    {
        using var start = options.Reference.Path is { } path ? ModelFolder.Load(path) : load();
        return FrozenReference.Copy(start, policy.Config, options.Training);
    }

    // The policy at its start scores itself: a second model is loaded only where another one is asked for.
    private static PrecomputedReference Precomputed<TExample>(
        PipelineContext context,
        PreferOptions options,
        Stage stage,
        Decoder policy,
        IReadOnlyList<TExample> examples
    )
    {
        using var other = options.Reference.Path is { } path ? ModelFolder.Load(path) : null;
        if (other is not null)
        {
            Warn(context, policy, other, options, examples);
        }

        var groups = Groups(examples);
        return PrecomputedReference.Ensure(
            Path.Combine(stage.Folder, "reference"),
            other ?? policy,
            groups,
            options.Training,
            done => context.Progress.Report(new ProgressUpdate("reference", done, groups.Count, done, "rows")),
            context.Cancellation
        );
    }

    private static void Warn<TExample>(
        PipelineContext context,
        Decoder policy,
        Decoder reference,
        PreferOptions options,
        IReadOnlyList<TExample> examples
    )
    {
        var sample = Groups(examples).SelectMany(group => group).Take(ReferenceCheck.SampleSize).ToList();
        foreach (var warning in ReferenceCheck.Warnings(policy, reference, sample, options.Training))
        {
            context.Notices.WriteLine(warning);
        }
    }

    private static List<IReadOnlyList<TokenizedExample>> Groups<TExample>(IReadOnlyList<TExample> examples) =>
        [
            .. examples.Select(example =>
                example switch
                {
                    TokenizedPair pair => pair.Sequences,
                    TokenizedAnswer answer => [answer.Answer, answer.Mismatched],
                    _ => throw new InvalidOperationException($"A {typeof(TExample).Name} has no reference."),
                }
            ),
        ];
}
