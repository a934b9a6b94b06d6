namespace Plumbline.Gateway.Wire;

/// <summary>Images that stand in a request themselves: <c>data:image/png;base64,…</c>.</summary>
internal static class DataUrl
{
    /// <summary>Whether it is one, of whatever content.</summary>
    internal static bool Is(string url) => url.AsSpan().TrimStart().StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Its bytes.</summary>
    /// <exception cref="ApiException">It is not an image in base64.</exception>
    internal static byte[] Bytes(string url, string place)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (
            comma < 0
            || !url.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase)
            || !url.AsSpan(0, comma).EndsWith(";base64", StringComparison.OrdinalIgnoreCase)
        )
        {
            throw ApiException.BadRequest($"'{place}' must be an image as data:image/TYPE;base64,….", place);
        }

        return Base64(url.AsSpan(comma + 1), place);
    }

    /// <summary>The bytes of an image in base64.</summary>
    /// <exception cref="ApiException">It is none.</exception>
    internal static byte[] Base64(ReadOnlySpan<char> text, string place)
    {
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64Chars(text, bytes, out var length) && length > 0
            ? bytes[..length]
            : throw ApiException.BadRequest($"'{place}' must be an image in base64.", place);
    }
}
