using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Hosting;

/// <summary>How much one client may ask: a bucket of requests that fills up within a minute, and places for requests at a time. Thread-safe.</summary>
internal sealed class ClientQuota
{
    private readonly Lock counting = new();
    private readonly double? perSecond;
    private readonly double most;
    private readonly int places;
    private readonly TimeProvider time;
    private double left;
    private long filled;
    private int taken;

    internal ClientQuota(ClientOptions client, TimeProvider time)
        : this(client.Name, client.RequestsPerMinute, client.MaxConcurrentRequests, time) { }

    internal ClientQuota(string name, int? requestsPerMinute, int places, TimeProvider time)
    {
        Name = name;
        perSecond = requestsPerMinute / 60.0;
        left = most = requestsPerMinute ?? 0;
        this.places = places;
        this.time = time;
        filled = time.GetTimestamp();
    }

    /// <summary>Whose it is.</summary>
    internal string Name { get; }

    /// <summary>Takes a request and a place.</summary>
    /// <exception cref="ApiException">There is none: 429, with the time until there is one again.</exception>
    internal void Take()
    {
        lock (counting)
        {
            if (taken >= places)
            {
                throw TooMany($"At most {places} requests at a time.", TimeSpan.FromSeconds(1));
            }

            if (perSecond is { } rate)
            {
                var now = time.GetTimestamp();
                left = Math.Min(most, left + (time.GetElapsedTime(filled, now).TotalSeconds * rate));
                filled = now;
                if (left < 1)
                {
                    throw TooMany($"At most {most} requests a minute.", TimeSpan.FromSeconds((1 - left) / rate));
                }

                left--;
            }

            taken++;
        }
    }

    /// <summary>Gives the place back.</summary>
    internal void GiveBack()
    {
        lock (counting)
        {
            taken--;
        }
    }

    private static ApiException TooMany(string message, TimeSpan wait) => new(429, "rate_limit_exceeded", message) { RetryAfter = wait };
}
