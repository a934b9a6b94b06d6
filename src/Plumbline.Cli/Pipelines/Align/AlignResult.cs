using Plumbline.Data;
using Plumbline.Runs;

namespace Plumbline.Cli.Pipelines.Align;

/// <summary>What an alignment run found.</summary>
internal sealed record AlignResult(
    Stage Supervised,
    Stage Aligned,
    PreferenceAccuracies Accuracies,
    IReadOnlyList<AlignSample> Samples,
    DatasetReport Data,
    AlignCounts Counts,
    RunFacts Facts
);

/// <summary>An answer before and after preference learning.</summary>
internal sealed record AlignSample(Content Prompt, string Before, string After);

/// <summary>Pairs used, and left out because they are longer than the budget.</summary>
internal sealed record AlignCounts(int Training, int TrainingTooLong, int HeldOut, int HeldOutTooLong);
