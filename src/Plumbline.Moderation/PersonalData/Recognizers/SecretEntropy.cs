namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Whether a value is a secret rather than a word or a place for one.</summary>
internal static class SecretEntropy
{
    private const double LeastBits = 2.5;
    private static readonly string[] Places =
    [
        "example",
        "placeholder",
        "changeme",
        "change_me",
        "your_",
        "your-",
        "yourpass",
        "xxxx",
        "****",
        "....",
        "password",
        "environ",
        "getenv",
        "process.env",
        "secrets.",
        "null",
        "none",
        "undefined",
        "redacted",
        "dummy",
    ];

    /// <summary>Whether its characters differ enough: Shannon's entropy of its characters is at least 2.5 bits.</summary>
    internal static bool IsRandom(ReadOnlySpan<char> value) => Bits(value) >= LeastBits;

    /// <summary>Whether it may be a password: neither a place for one nor a word.</summary>
    /// <param name="value">The value.</param>
    /// <param name="quoted">Whether it stands in quotation marks, where words may be passwords too.</param>
    internal static bool MayBePassword(ReadOnlySpan<char> value, bool quoted)
    {
        if (
            value[0] is '<' or '$' or '{' or '[' or '%' or '(' && !quoted
            || value.ContainsAny('(', ')') && !quoted
            || value[^1] is '>' or '}'
        )
        {
            return false;
        }

        foreach (var place in Places)
        {
            if (value.Contains(place, StringComparison.OrdinalIgnoreCase) && value.Length < 2 * place.Length + 4)
            {
                return false;
            }
        }

        var digits = value.ContainsAnyInRange('0', '9');
        var letters = value.ContainsAnyInRange('a', 'z') || value.ContainsAnyInRange('A', 'Z');
        var others = value.ContainsAnyExcept(Letters);
        return IsRandom(value)
            && (digits && letters || (others && letters && (quoted || digits)) || (quoted && value.Length >= 8 && !value.Contains(' ')));
    }

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    );

    /// <summary>−Σ p log2 p over the shares of its characters; those that are not ASCII count as one.</summary>
    internal static double Bits(ReadOnlySpan<char> value)
    {
        Span<int> counts = stackalloc int[128];
        counts.Clear();
        foreach (var c in value)
        {
            counts[c < 128 ? c : 0]++;
        }

        var bits = 0.0;
        foreach (var count in counts)
        {
            bits -= count == 0 ? 0 : (double)count / value.Length * Math.Log2((double)count / value.Length);
        }

        return bits;
    }
}
