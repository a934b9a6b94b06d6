namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Check digits that several countries and industries share. Values are digits and upper-case letters of ASCII.</summary>
internal static class Checksums
{
    // Verhoeff 1969: multiplication in the dihedral group D5, ten digits a row, and the permutation applied by place.
    private const string Dihedral =
        "0123456789"
        + "1234067895"
        + "2340178956"
        + "3401289567"
        + "4012395678"
        + "5987604321"
        + "6598710432"
        + "7659821043"
        + "8765932104"
        + "9876543210";

    private const string Permutation =
        "0123456789" + "1576283094" + "5803796142" + "8916043527" + "9453126870" + "4286573901" + "2793806415" + "7046913258";

    /// <summary>Luhn: from the right, every second digit doubled with its digits added; the sum is a multiple of 10. ISO/IEC 7812-1, annex B.</summary>
    internal static bool Luhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            digit = i % 2 == 1 ? digit * 2 : digit;
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }

    /// <summary>Verhoeff: c = d(c, p(i mod 8, digit i from the right)) ends at 0. J. Verhoeff, Error Detecting Decimal Codes, 1969.</summary>
    internal static bool Verhoeff(ReadOnlySpan<char> digits)
    {
        var check = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            check = Dihedral[(check * 10) + Permutation[(i % 8 * 10) + digits[^(i + 1)] - '0'] - '0'] - '0';
        }

        return check == 0;
    }

    /// <summary>ISO/IEC 7064 MOD 11,10: p = ((p + digit) mod 10, or 10 for 0) · 2 mod 11 from p = 10; the last digit makes p + digit ≡ 1 mod 10.</summary>
    internal static bool Mod11And10(ReadOnlySpan<char> digits)
    {
        var product = 10;
        foreach (var digit in digits[..^1])
        {
            var sum = (product + digit - '0') % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        return (product + digits[^1] - '0') % 10 == 1;
    }

    /// <summary>ISO/IEC 7064 MOD 97-10, as IBANs use it: letters are two digits (A = 10 …); the number, its first four characters put last, is 1 mod 97.</summary>
    internal static bool Mod97(ReadOnlySpan<char> front, ReadOnlySpan<char> back) => Mod97(front, Mod97(back, 0)) == 1;

    /// <summary>The remainder of a number modulo 97, with what stands before it.</summary>
    internal static int Mod97(ReadOnlySpan<char> value, int before)
    {
        var rest = before;
        foreach (var c in value)
        {
            rest = char.IsAsciiDigit(c) ? ((rest * 10) + c - '0') % 97 : ((rest * 100) + c - 'A' + 10) % 97;
        }

        return rest;
    }

    /// <summary>Σ weight · digit over as many digits as there are weights.</summary>
    internal static int Sum(ReadOnlySpan<char> digits, ReadOnlySpan<sbyte> weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += (digits[i] - '0') * weights[i];
        }

        return sum;
    }

    /// <summary>Σ weight · value, where letters count from A = 10, as in passports (ICAO 9303 part 3, 4.9).</summary>
    internal static int SumWithLetters(ReadOnlySpan<char> value, ReadOnlySpan<sbyte> weights)
    {
        var sum = 0;
        for (var i = 0; i < value.Length; i++)
        {
            sum += Value(value[i]) * weights[i % weights.Length];
        }

        return sum;
    }

    /// <summary>A digit's value, or 10 for A up to 35 for Z.</summary>
    internal static int Value(char c) => char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10;

    /// <summary>The number that some digits make.</summary>
    internal static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            number = (number * 10) + digit - '0';
        }

        return number;
    }

    /// <summary>Whether there may be such a day; February has 29 days where the year is not known.</summary>
    internal static bool IsDay(int month, int day) =>
        month is >= 1 and <= 12
        && day >= 1
        && day
            <= month switch
            {
                2 => 29,
                4 or 6 or 9 or 11 => 30,
                _ => 31,
            };

    /// <summary>Whether all characters are the same.</summary>
    internal static bool IsOneDigit(ReadOnlySpan<char> digits) => !digits.ContainsAnyExcept(digits[0]);
}
