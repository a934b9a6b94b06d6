using Plumbline.Moderation;

namespace Plumbline.Gateway;

/// <summary>
/// A guard that is swapped in one step: requests that began with the old one end with it, and it is disposed of when the last of them is over. A reload that fails changes nothing.
/// </summary>
public sealed class GuardSource : IGuardSource, IDisposable
{
    private readonly Lock swapping = new();
    private readonly SemaphoreSlim loading = new(1);
    private readonly Func<CancellationToken, Task<IGuard>> load;
    private readonly TimeProvider time;
    private HeldGuard current;
    private GuardSourceStatus status;

    /// <summary>Begins with a guard.</summary>
    /// <param name="first">The guard, which belongs to the source from now on.</param>
    /// <param name="load">Makes the next one.</param>
    /// <param name="time">The clock.</param>
    public GuardSource(IGuard first, Func<CancellationToken, Task<IGuard>> load, TimeProvider time)
    {
        (this.load, this.time) = (load, time);
        current = new HeldGuard(first);
        status = new GuardSourceStatus(first.ConstitutionHash, time.GetUtcNow(), Reloads: 0, FailedReloads: 0, LastFailure: null);
    }

    /// <inheritdoc/>
    public GuardSourceStatus Status => Volatile.Read(ref status);

    /// <inheritdoc/>
    public GuardLease Lease()
    {
        // Under the lock, so that nobody takes the last lease of a guard between its swap and its disposal.
        lock (swapping)
        {
            return current.Lease();
        }
    }

    /// <summary>Makes the next guard and puts it in force; where it cannot be made the old one stays. Reloads wait for each other.</summary>
    /// <param name="cancellationToken">Stops it; nothing changes then.</param>
    /// <returns>Whether there is a new guard in force.</returns>
    public async Task<bool> ReloadAsync(CancellationToken cancellationToken)
    {
        await loading.WaitAsync(cancellationToken);
        try
        {
            var next = new HeldGuard(await load(cancellationToken));
            HeldGuard before;
            lock (swapping)
            {
                (before, current) = (current, next);
                status = new GuardSourceStatus(
                    next.Guard.ConstitutionHash,
                    time.GetUtcNow(),
                    status.Reloads + 1,
                    status.FailedReloads,
                    LastFailure: null
                );
            }

            before.Release();
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            // Whatever goes wrong in a constitution, a model or a disk, what is in force goes on guarding; readiness and metrics tell.
            lock (swapping)
            {
                status = status with { FailedReloads = status.FailedReloads + 1, LastFailure = failure.Message };
            }

            return false;
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>Gives up the guard in force: it is disposed of when the last request that holds it is over.</summary>
    public void Dispose()
    {
        current.Release();
        loading.Dispose();
    }

    private sealed class HeldGuard(IGuard guard)
    {
        private int holders = 1;

        internal IGuard Guard => guard;

        internal GuardLease Lease()
        {
            Interlocked.Increment(ref holders);
            return new GuardLease(guard, Release);
        }

        internal void Release()
        {
            if (Interlocked.Decrement(ref holders) == 0)
            {
                (guard as IDisposable)?.Dispose();
            }
        }
    }
}
