using Plumbline.Moderation;
using Plumbline.Moderation.Calibration;
using Plumbline.Moderation.Guarding;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>A guard with what it was put together from: detectors are closed when the last request that holds it is over.</summary>
internal sealed class ServedGuard(GuardAssembly assembly) : IGuard, IDisposable
{
    private readonly Guard guard = new(assembly.Parts);

    /// <inheritdoc/>
    public string ConstitutionHash => guard.ConstitutionHash;

    /// <inheritdoc/>
    public IReadOnlyList<DriftStatus> Drift => guard.Drift;

    /// <inheritdoc/>
    public ValueTask<GuardDecision> CheckAsync(GuardRequest request, CancellationToken cancellationToken) =>
        guard.CheckAsync(request, cancellationToken);

    /// <inheritdoc/>
    public IGuardedText Open(GuardRequest request) => guard.Open(request);

    /// <inheritdoc/>
    public void Dispose() => assembly.Dispose();
}
