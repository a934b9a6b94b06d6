using Plumbline.Runs;

namespace Plumbline.Cli.Pipelines;

/// <summary>What every stage of a pipeline needs from outside.</summary>
/// <param name="Folder">Where the stages keep their folders.</param>
/// <param name="Command">The command that runs, for the record.</param>
/// <param name="Threads">Threads that libtorch computes with; part of what decides the last bit.</param>
/// <param name="Clock">The time.</param>
/// <param name="Progress">Where stages tell how far they are.</param>
/// <param name="Notices">Where they say what the user should know, such as rows left out.</param>
/// <param name="Cancellation">Ctrl-C.</param>
internal sealed record PipelineContext(
    string Folder,
    string Command,
    int Threads,
    TimeProvider Clock,
    IProgressSink Progress,
    TextWriter Notices,
    CancellationToken Cancellation
)
{
    /// <summary>The user's assembly of losses; null for none.</summary>
    internal InputFact? Losses { get; init; }

    /// <summary>
    /// Where people's rankings are kept; null where nobody is asked. No option: a location may hold a password, and options are written into the run's folder.
    /// </summary>
    internal string? FeedbackStore { get; init; }

    /// <summary>What the stages that use its losses are keyed by: nothing where there is none.</summary>
    internal string[] LossKey => Losses is null ? [] : [Losses.Sha256];

    /// <summary>The user's assembly of losses as the ledger names it: nothing where there is none.</summary>
    internal StageSource[] LossSources => Losses is null ? [] : [StageSource.OfFile(Losses, "losses")];

    /// <summary>The files that a run reads, for its record.</summary>
    /// <param name="data">The data.</param>
    internal IReadOnlyList<InputFact> Inputs(DataFacts data) => Losses is null ? data.Files : [.. data.Files, Losses];
}
