using System.Security.Cryptography;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>The checksums of cryptocurrency addresses.</summary>
internal static class CryptoChecks
{
    private const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const string Bech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const uint Bech32Constant = 1;
    private const uint Bech32mConstant = 0x2bc830a3;
    private const int AddressBytes = 25;

    /// <summary>
    /// A number in base 58 of 25 bytes: version 0 or 5, 20 of hash, and the first four of SHA-256(SHA-256(the first 21)). Source: BIP 13; the Bitcoin wiki, Base58Check.
    /// </summary>
    internal static bool IsBase58Check(ReadOnlySpan<char> value)
    {
        Span<byte> bytes = stackalloc byte[AddressBytes];
        bytes.Clear();
        foreach (var c in value)
        {
            var carry = Base58.IndexOf(c);
            if (carry < 0)
            {
                return false;
            }

            for (var i = AddressBytes - 1; i >= 0; i--)
            {
                carry += bytes[i] * 58;
                bytes[i] = (byte)carry;
                carry >>= 8;
            }

            if (carry != 0)
            {
                return false;
            }
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..21], hash);
        SHA256.HashData(hash, hash);
        return bytes[0] is 0 or 5 && hash[..4].SequenceEqual(bytes[21..]);
    }

    /// <summary>
    /// bc1 and data whose polymod with the human-readable part is 1 (bech32, witness version 0) or 0x2bc830a3 (bech32m, later versions). Source: BIP 173, BIP 350.
    /// </summary>
    internal static bool IsBech32(ReadOnlySpan<char> value)
    {
        var (check, upper, lower) = (1u, false, false);
        foreach (var part in "bc")
        {
            check = Step(check) ^ (uint)(part >> 5);
        }

        check = Step(check);
        foreach (var part in "bc")
        {
            check = Step(check) ^ (uint)(part & 31);
        }

        for (var i = 0; i < value.Length; i++)
        {
            upper |= char.IsAsciiLetterUpper(value[i]);
            lower |= char.IsAsciiLetterLower(value[i]);
            if (i < 3)
            {
                continue;
            }

            var digit = Bech32Alphabet.IndexOf(char.ToLowerInvariant(value[i]));
            if (digit < 0)
            {
                return false;
            }

            check = Step(check) ^ (uint)digit;
        }

        return !(upper && lower) && check == (value[3] is 'q' or 'Q' ? Bech32Constant : Bech32mConstant);
    }

    /// <summary>
    /// Forty hexadecimal digits whose letters are upper case exactly where the digit at the same place of the Keccak-256 of the lower-case form is 8 or more. Source: EIP-55.
    /// </summary>
    internal static bool IsMixedCaseAddress(ReadOnlySpan<char> digits)
    {
        Span<byte> lower = stackalloc byte[40];
        for (var i = 0; i < lower.Length; i++)
        {
            lower[i] = (byte)char.ToLowerInvariant(digits[i]);
        }

        Span<byte> hash = stackalloc byte[32];
        Keccak.Hash(lower, hash);
        for (var i = 0; i < lower.Length; i++)
        {
            var nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15;
            if (char.IsAsciiLetter(digits[i]) && char.IsAsciiLetterUpper(digits[i]) != nibble >= 8)
            {
                return false;
            }
        }

        return true;
    }

    private static uint Step(uint check)
    {
        var top = check >> 25;
        return ((check & 0x1ffffff) << 5)
            ^ ((top & 1) == 0 ? 0 : 0x3b6a57b2u)
            ^ ((top & 2) == 0 ? 0 : 0x26508e6du)
            ^ ((top & 4) == 0 ? 0 : 0x1ea119fau)
            ^ ((top & 8) == 0 ? 0 : 0x3d4233ddu)
            ^ ((top & 16) == 0 ? 0 : 0x2a1462b3u);
    }
}
