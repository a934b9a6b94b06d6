namespace Plumbline.Lineage;

/// <summary>Lets one process at a time write. The lock ends with the process that holds it.</summary>
internal static class WriterLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits for the lock; disposing what is returned gives it back.</summary>
    /// <param name="path">The lock's file.</param>
    /// <param name="guarded">What it guards: <c>ledger</c>.</param>
    /// <param name="patience">How long to wait for it.</param>
    /// <exception cref="InvalidInputException">Another process keeps it, or the folder cannot be written.</exception>
    internal static IDisposable Take(string path, string guarded, TimeSpan patience)
    {
        var attempts = 1 + (long)(patience / Pause);
        // Another process gives no event to wait for, so the lock is asked for again and again.
        using var pause = new ManualResetEventSlim();
        for (var attempt = 1L; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < attempts)
            {
                pause.Wait(Pause);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new InvalidInputException(
                    $"The {guarded} cannot be written: {failure.Message}",
                    "Another process may be writing into it, or the folder may be read-only.",
                    new InputPosition(path),
                    failure
                );
            }
        }
    }
}
