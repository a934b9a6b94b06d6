using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Plumbline.Findings;

namespace Plumbline.Moderation.PersonalData.Actions;

/// <summary>
/// Turns personal data into tokens such as <c>&lt;iban:…&gt;</c> and back, and into short hashes. The same value gives the same token. Thread-safe. The key never leaves it.
/// </summary>
/// <remarks>
/// Deterministic authenticated encryption after the SIV construction (Rogaway and Shrimpton 2006; RFC 5297 is its AES-CMAC form), made of what .NET has: the nonce is the first
/// 12 bytes of HMAC-SHA-256 over kind and value under a key of its own, and AES-256-GCM encrypts the value with it, the kind as associated data. Two values share a nonce with
/// probability 2^−96 per pair, so a key is good for some 2^32 different values (NIST SP 800-38D, 8.3). A token is restored only where GCM's tag holds and its nonce is the one that
/// the value gives again. Keys of the three uses are derived by HKDF-SHA-256 (RFC 5869). Whoever sees two tokens sees whether their values are equal, and about how long they are.
/// </remarks>
public sealed class PersonalDataCipher : IDisposable
{
    /// <summary>How long a key is.</summary>
    public const int KeyBytes = 32;

    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HashBytes = 8;
    private const int LongestBody = 200_000;
    private const int LongestKind = 32;
    private const byte Utf8 = 0;
    private const byte Utf16 = 1;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] nonceKey;
    private readonly byte[] hashKey;
    private readonly AesGcm cipher;

    // AesGcm is not safe for several threads at once.
    private readonly Lock turn = new();

    /// <summary>Takes a key.</summary>
    /// <param name="key">32 random bytes, from a secret store. They are not kept.</param>
    /// <exception cref="InvalidInputException">It is not 32 bytes long.</exception>
    public PersonalDataCipher(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyBytes)
        {
            throw new InvalidInputException($"The key has {key.Length} bytes.", $"Give one of {KeyBytes} random bytes.");
        }

        nonceKey = Derived(key, "plumbline pii nonce"u8);
        hashKey = Derived(key, "plumbline pii hash"u8);
        var encryption = Derived(key, "plumbline pii encryption"u8);
        cipher = new AesGcm(encryption, TagBytes);
        CryptographicOperations.ZeroMemory(encryption);
    }

    /// <summary>The token of a value.</summary>
    /// <param name="kind">Its kind: lower-case letters, digits and <c>_</c>, up to 32.</param>
    /// <param name="value">The value.</param>
    public string Encrypt(string kind, ReadOnlySpan<char> value)
    {
        var plain = Bytes(value);
        var token = new byte[NonceBytes + plain.Length + TagBytes];
        Nonce(kind, plain, token.AsSpan(0, NonceBytes));
        lock (turn)
        {
            cipher.Encrypt(
                token.AsSpan(0, NonceBytes),
                plain,
                token.AsSpan(NonceBytes, plain.Length),
                token.AsSpan(NonceBytes + plain.Length),
                Encoding.UTF8.GetBytes(kind)
            );
        }

        CryptographicOperations.ZeroMemory(plain);
        return $"<{kind}:{Base64Url.EncodeToString(token)}>";
    }

    /// <summary>A hash of a value, of 16 hexadecimal digits: HMAC-SHA-256 over kind and value, cut to 64 bits.</summary>
    public string Hash(string kind, ReadOnlySpan<char> value)
    {
        var plain = Bytes(value);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Authenticate(hashKey, kind, plain, hash);
        return Convert.ToHexStringLower(hash[..HashBytes]);
    }

    /// <summary>Puts back what tokens stand for.</summary>
    /// <param name="text">Any text; what is no token of this key stays as it is.</param>
    public RestoredText Restore(string text)
    {
        var restored = new StringBuilder();
        var refused = new List<TextSpan>();
        var (copied, count) = (0, 0);
        foreach (var (span, value) in Tokens(text))
        {
            if (value is null)
            {
                refused.Add(span);
                continue;
            }

            restored.Append(text, copied, span.Start - copied).Append(value);
            copied = span.End;
            count++;
        }

        return new RestoredText(restored.Append(text, copied, text.Length - copied).ToString(), count, refused);
    }

    /// <summary>What looks like a token, with its value; null for one that is not this key's.</summary>
    internal IEnumerable<(TextSpan Span, string? Value)> Tokens(string text)
    {
        for (var at = text.IndexOf('<'); at >= 0 && at < text.Length; )
        {
            var (kindEnd, end) = Ends(text, at);
            if (end > 0)
            {
                yield return (TextSpan.Between(at, end), Decrypt(text[(at + 1)..kindEnd], text.AsSpan(kindEnd + 1, end - kindEnd - 2)));
            }

            at = text.IndexOf('<', Math.Max(at + 1, end));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cipher.Dispose();
        CryptographicOperations.ZeroMemory(nonceKey);
        CryptographicOperations.ZeroMemory(hashKey);
    }

    // Where a kind ends that begins after a place, and where the token does; 0 for none.
    private static (int KindEnd, int End) Ends(string text, int at)
    {
        var kind = at + 1;
        while (
            kind < text.Length
            && kind - at <= LongestKind
            && (char.IsAsciiLetterLower(text[kind]) || char.IsAsciiDigit(text[kind]) || text[kind] == '_')
        )
        {
            kind++;
        }

        if (kind == at + 1 || kind >= text.Length || text[kind] != ':')
        {
            return (0, 0);
        }

        var body = kind + 1;
        while (body < text.Length && body - kind <= LongestBody && (char.IsAsciiLetterOrDigit(text[body]) || text[body] is '-' or '_'))
        {
            body++;
        }

        var least = Base64Url.GetEncodedLength(NonceBytes + 1 + TagBytes);
        return body < text.Length && text[body] == '>' && body - kind - 1 >= least ? (kind, body + 1) : (0, 0);
    }

    private string? Decrypt(string kind, ReadOnlySpan<char> encoded)
    {
        var token = new byte[Base64Url.GetMaxDecodedLength(encoded.Length)];

        // Decoders may ignore the bits that fill up the last character; two spellings of one token would be two tokens.
        if (
            Base64Url.DecodeFromChars(encoded, token, out _, out var length) != OperationStatus.Done
            || !encoded.SequenceEqual(Base64Url.EncodeToString(token.AsSpan(0, length)))
        )
        {
            return null;
        }

        var nonce = token.AsSpan(0, NonceBytes);
        var plain = new byte[length - NonceBytes - TagBytes];
        try
        {
            lock (turn)
            {
                cipher.Decrypt(
                    nonce,
                    token.AsSpan(NonceBytes, plain.Length),
                    token.AsSpan(NonceBytes + plain.Length, TagBytes),
                    plain,
                    Encoding.UTF8.GetBytes(kind)
                );
            }
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        Span<byte> expected = stackalloc byte[NonceBytes];
        Nonce(kind, plain, expected);
        return CryptographicOperations.FixedTimeEquals(nonce, expected) ? Text(plain) : null;
    }

    private void Nonce(string kind, ReadOnlySpan<byte> plain, Span<byte> nonce)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Authenticate(nonceKey, kind, plain, hash);
        hash[..NonceBytes].CopyTo(nonce);
    }

    // A kind holds no zero byte, so no two pairs of kind and value are the same message.
    private static void Authenticate(byte[] key, string kind, ReadOnlySpan<byte> plain, Span<byte> hash)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(Encoding.UTF8.GetBytes(kind));
        mac.AppendData([0]);
        mac.AppendData(plain);
        mac.GetHashAndReset(hash);
    }

    // UTF-8, or UTF-16 where a text has half a surrogate pair, which UTF-8 cannot hold.
    private static byte[] Bytes(ReadOnlySpan<char> value)
    {
        try
        {
            var bytes = new byte[1 + Strict.GetByteCount(value)];
            bytes[0] = Utf8;
            Strict.GetBytes(value, bytes.AsSpan(1));
            return bytes;
        }
        catch (EncoderFallbackException)
        {
            return [Utf16, .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(value)];
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes) =>
        bytes[0] == Utf8
            ? Strict.GetString(bytes[1..])
            : new string(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, char>(bytes[1..].ToArray()));

    private static byte[] Derived(ReadOnlySpan<byte> key, ReadOnlySpan<byte> purpose)
    {
        var derived = new byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt: [], purpose);
        return derived;
    }
}
