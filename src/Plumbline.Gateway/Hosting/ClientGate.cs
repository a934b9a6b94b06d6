using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Plumbline.Gateway.Guarding;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Hosting;

/// <summary>Lets clients in by their keys, as many and as often as each may. Thread-safe.</summary>
internal sealed class ClientGate
{
    private const int LongestKey = 512;
    private readonly (byte[] Hash, ClientQuota Quota)[] clients;
    private readonly ClientQuota everybody;

    public ClientGate(GatewayOptions options, TimeProvider time)
    {
        clients = [.. options.Clients.Select(client => (Convert.FromHexString(client.KeyHash), new ClientQuota(client, time)))];
        everybody = new ClientQuota("all", requestsPerMinute: null, options.Limits.MaxConcurrentRequests, time);
    }

    /// <summary>Whether a request may see what only clients may.</summary>
    internal bool Knows(HttpRequest request) => clients.Length == 0 || Find(request) is not null;

    /// <summary>Takes a place for a request, which is free again when the pass is disposed of.</summary>
    /// <exception cref="ApiException">The key is missing or unknown, or there is no place.</exception>
    internal Pass Enter(HttpRequest request)
    {
        ClientQuota? quota = null;
        if (clients.Length > 0)
        {
            quota = Find(request) ?? throw new ApiException(401, "invalid_api_key", "Give a valid API key: Authorization: Bearer KEY.");
        }

        everybody.Take();
        try
        {
            quota?.Take();
            return new Pass(everybody, quota);
        }
        catch
        {
            everybody.GiveBack();
            throw;
        }
    }

    // Every stored hash is compared to its end, so the time says nothing about which key it is like.
    private ClientQuota? Find(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var key = value.AsSpan(Scheme.Length).Trim();
        if (key.Length is 0 or > LongestKey)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[LongestKey * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(key, bytes)], hash);
        ClientQuota? found = null;
        foreach (var (known, quota) in clients)
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash))
            {
                found = quota;
            }
        }

        return found;
    }

    /// <summary>A request's place.</summary>
    internal sealed class Pass(ClientQuota everybody, ClientQuota? own) : IDisposable
    {
        /// <summary>Who it belongs to.</summary>
        internal string Client => own?.Name ?? GuardSession.Nobody;

        /// <inheritdoc/>
        public void Dispose()
        {
            own?.GiveBack();
            everybody.GiveBack();
        }
    }
}
