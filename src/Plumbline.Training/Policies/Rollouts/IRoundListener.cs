using Plumbline.Training.Loop;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>Takes part in a run of rounds: told when one begins, and remembers something that belongs into checkpoints.</summary>
public interface IRoundListener
{
    /// <summary>Called before the answers of a round are drawn; again for the same round where a run goes on from a checkpoint before it.</summary>
    /// <param name="round">The round, from 0.</param>
    /// <param name="metrics">Receives what is worth logging.</param>
    /// <param name="cancellation">Polled where it takes long.</param>
    void BeginRound(long round, MetricSums metrics, CancellationToken cancellation);

    /// <summary>Writes what it remembers into a checkpoint's folder.</summary>
    void SaveState(string folder);

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    void LoadState(string folder);
}
