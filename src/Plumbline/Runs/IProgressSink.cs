namespace Plumbline.Runs;

/// <summary>Where long work tells how far it is. Implementations are quick and never throw; called from one thread.</summary>
public interface IProgressSink
{
    /// <summary>Tells the state of a phase; a new phase name, or <c>Done</c> equal to <c>Total</c>, ends the phase before.</summary>
    void Report(ProgressUpdate update);
}

/// <summary>How far a phase is.</summary>
/// <param name="Phase">What is being done, such as <c>supervised fine-tuning</c>.</param>
/// <param name="Done">How many of the phase's parts (steps, rows, prompts) are done.</param>
/// <param name="Total">How many there are; null where nobody knows yet.</param>
/// <param name="Processed">How much has been processed since the phase began, in <paramref name="Unit"/>: what the rate counts.</param>
/// <param name="Unit">The unit of the rate, such as <c>tokens</c>, shown as tokens/s.</param>
/// <param name="Values">Live values to show, such as the loss; null for none.</param>
public sealed record ProgressUpdate(
    string Phase,
    long Done,
    long? Total,
    double Processed,
    string Unit,
    IReadOnlyCollection<KeyValuePair<string, double>>? Values = null
);
