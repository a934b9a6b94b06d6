using Plumbline.Moderation;

namespace Plumbline.Gateway;

/// <summary>The guard in force, which may be replaced while requests are on their way. Thread-safe.</summary>
public interface IGuardSource
{
    /// <summary>Takes the guard in force, for one request: it stays usable until the lease is given back, whatever is loaded meanwhile.</summary>
    GuardLease Lease();

    /// <summary>How reloading went.</summary>
    GuardSourceStatus Status { get; }
}

/// <summary>A guard for as long as one request takes.</summary>
/// <param name="guard">The guard.</param>
/// <param name="giveBack">Called once, when the request is over.</param>
public sealed class GuardLease(IGuard guard, Action giveBack) : IDisposable
{
    private Action? giveBack = giveBack;

    /// <summary>The guard.</summary>
    public IGuard Guard { get; } = guard;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref giveBack, null)?.Invoke();
}

/// <summary>How reloading went.</summary>
/// <param name="Constitution">The semantic hash of the constitution in force.</param>
/// <param name="Since">Since when its guard is in force.</param>
/// <param name="Reloads">How many reloads replaced the guard.</param>
/// <param name="FailedReloads">How many did not.</param>
/// <param name="LastFailure">Why the last reload failed; null where it did not.</param>
public sealed record GuardSourceStatus(string Constitution, DateTimeOffset Since, long Reloads, long FailedReloads, string? LastFailure);
