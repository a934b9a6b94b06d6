using Plumbline.Findings;

namespace Plumbline.Moderation.Decisions;

/// <summary>A detector of which only what it said is left.</summary>
/// <param name="kept">What is known of it.</param>
/// <param name="version">Which one it was.</param>
/// <param name="hazards">What it can find.</param>
internal sealed class StoredDetector(BasisDetector kept, string version, IReadOnlyList<string> hazards) : IDetector
{
    /// <inheritdoc/>
    public string Name => kept.Name;

    /// <inheritdoc/>
    public string Version => version;

    /// <inheritdoc/>
    public DetectorCost Cost => kept.Cost;

    /// <inheritdoc/>
    public DetectorReading Reads => DetectorReading.Text;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Hazards => hazards;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: the text is not there any more.</exception>
    public ValueTask<IReadOnlyList<Finding>> DetectAsync(DetectorInput input, CancellationToken cancellationToken) =>
        throw new NotSupportedException("What a detector said is stored, and it cannot be asked again.");
}
