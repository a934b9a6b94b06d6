namespace Plumbline.Lineage;

/// <summary>Lets one process at a time write into a ledger. The lock ends with the process that holds it.</summary>
internal static class LedgerLock
{
    private const string FileName = "ledger.lock";
    private const int MostAttempts = 3000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits for the lock, half a minute at most; disposing what is returned gives it back.</summary>
    /// <exception cref="InvalidInputException">Another process keeps it, or the folder cannot be written.</exception>
    internal static IDisposable Take(string folder)
    {
        var path = Path.Combine(folder, FileName);
        // Another process gives no event to wait for, so the lock is asked for again and again.
        using var pause = new ManualResetEventSlim();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < MostAttempts)
            {
                pause.Wait(Pause);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new InvalidInputException(
                    $"The ledger cannot be written: {failure.Message}",
                    "Another process may be writing into it, or the folder may be read-only.",
                    new InputPosition(path),
                    failure
                );
            }
        }
    }
}
