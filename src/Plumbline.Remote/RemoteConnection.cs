using Plumbline.Configuration;
using Plumbline.Remote.Usage;

namespace Plumbline.Remote;

/// <summary>
/// One model behind an OpenAI-compatible endpoint: what chat, completions and scoring share. Bounds how many requests are on their way and how long
/// each may take; counts tokens, cost and retries. Thread-safe.
/// </summary>
public sealed class RemoteConnection : IDisposable
{
    // An answer with log-probabilities of a long prompt takes a few megabytes.
    private const long LongestAnswer = 256L << 20;
    private readonly SemaphoreSlim slots;
    private readonly TimeProvider time;

    /// <summary>Reads the key and prepares the connection; nothing is sent yet.</summary>
    /// <param name="options">Where the model is.</param>
    /// <param name="time">The clock of retries and time limits; null for the system's.</param>
    /// <param name="transport">Sends the requests; null for the network. Disposed with the connection.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or the key's environment variable is not set.</exception>
    public RemoteConnection(RemoteOptions options, TimeProvider? time = null, HttpMessageHandler? transport = null)
    {
        Options = OptionsValidation.ThrowIfInvalid(options);
        this.time = time ?? TimeProvider.System;
        Endpoint = new Uri(options.Endpoint.TrimEnd('/') + "/");
        Meter = new UsageMeter(options.PromptPricePerMillion, options.CompletionPricePerMillion);
        slots = new SemaphoreSlim(options.MaxConcurrentRequests);
        // A redirect would carry prompt and key to somebody else.
        var network = transport ?? new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        Http = new HttpClient(new RemoteHandler(options, Key(options.ApiKeyVariable), Meter, this.time, network))
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LongestAnswer,
        };
    }

    /// <summary>Where the model is.</summary>
    public RemoteOptions Options { get; }

    /// <summary>What was used so far.</summary>
    public UsageMeter Meter { get; }

    /// <summary>The address, ending in a slash.</summary>
    internal Uri Endpoint { get; }

    /// <summary>Sends with key and retries.</summary>
    internal HttpClient Http { get; }

    /// <summary>Waits for a free slot and makes a call in it, within the time limit.</summary>
    internal async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var slot = await OpenSlotAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await call(slot.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (NeedsTranslation(failure, cancellation))
        {
            throw Translate(failure, slot);
        }
    }

    /// <summary>Waits for a free slot; disposing it makes room for the next request.</summary>
    internal async Task<RemoteSlot> OpenSlotAsync(CancellationToken cancellation)
    {
        await slots.WaitAsync(cancellation).ConfigureAwait(false);
        return new RemoteSlot(slots, TimeSpan.FromSeconds(Options.TimeoutSeconds), time, cancellation);
    }

    /// <summary>Whether a failure does not say by itself what happened; the caller's own cancellation does.</summary>
    internal static bool NeedsTranslation(Exception failure, CancellationToken cancellation) =>
        failure is not (RemoteModelException or InvalidInputException) && !cancellation.IsCancellationRequested;

    /// <summary>A failure that says what happened.</summary>
    internal RemoteModelException Translate(Exception failure, RemoteSlot slot) =>
        failure switch
        {
            _ when slot.Token.IsCancellationRequested => new RemoteModelException(
                Endpoint,
                $"The model '{Options.Model}' did not answer within {Options.TimeoutSeconds:0.###} s.",
                "Raise timeout_seconds, or lower the number of tokens or max_concurrent_requests.",
                inner: failure
            ),
            HttpRequestException or IOException => new RemoteModelException(
                Endpoint,
                $"The answer was cut off: {failure.Message}",
                "It is not asked for again by itself, since it may have been paid for.",
                inner: failure
            ),
            _ => new RemoteModelException(
                Endpoint,
                $"The answer could not be read: {failure.Message}",
                "Check that the address is an OpenAI-compatible endpoint.",
                inner: failure
            ),
        };

    /// <inheritdoc/>
    public void Dispose()
    {
        Http.Dispose();
        slots.Dispose();
    }

    private static string? Key(string? variable)
    {
        if (variable is null)
        {
            return null;
        }

        var key = Environment.GetEnvironmentVariable(variable)?.Trim();
        return string.IsNullOrEmpty(key)
            ? throw new InvalidInputException(
                $"The environment variable {variable}, which is to hold the API key, is not set.",
                $"Set it (export {variable}=...), or leave api_key_variable out for a server without keys."
            )
            : key;
    }
}

/// <summary>A request's place among those on their way, with its time limit.</summary>
internal sealed class RemoteSlot : IDisposable
{
    private readonly SemaphoreSlim slots;
    private readonly TimeSpan limit;
    private readonly CancellationTokenSource timeout;
    private readonly CancellationTokenSource linked;

    internal RemoteSlot(SemaphoreSlim slots, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        this.slots = slots;
        this.limit = limit;
        timeout = new CancellationTokenSource(limit, time);
        linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
    }

    /// <summary>Ends with the time limit or the caller's token.</summary>
    internal CancellationToken Token => linked.Token;

    /// <summary>Starts the time limit anew: something arrived.</summary>
    internal void Restart() => timeout.CancelAfter(limit);

    /// <inheritdoc/>
    public void Dispose()
    {
        linked.Dispose();
        timeout.Dispose();
        slots.Release();
    }
}
