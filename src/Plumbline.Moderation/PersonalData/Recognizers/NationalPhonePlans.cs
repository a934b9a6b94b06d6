namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>How numbers are dialled within a country, from the national plans that ITU-T publishes (E.129 notifications).</summary>
internal static class NationalPhonePlans
{
    // Country, what a number begins with at home, which digits may follow, how many digits it has in all.
    private static readonly NationalPhonePlan[] Plans =
    [
        new("gb", "0", "12378", 10, 11),
        new("de", "0", "123456789", 7, 13),
        new("fr", "0", "123456789", 10, 10),
        new("it", "0", "123456789", 6, 11),
        new("it", "", "3", 9, 10),
        new("es", "", "6789", 9, 9),
        new("pt", "", "29", 9, 9),
        new("nl", "0", "123456789", 10, 10),
        new("be", "0", "123456789", 9, 10),
        new("ch", "0", "23456789", 10, 10),
        new("at", "0", "12345678", 7, 13),
        new("ie", "0", "12456789", 8, 10),
        new("se", "0", "123456789", 8, 10),
        new("no", "", "2345679", 8, 8),
        new("dk", "", "23456789", 8, 8),
        new("fi", "0", "123456789", 7, 11),
        new("pl", "", "12345678", 9, 9),
        new("cz", "", "2345679", 9, 9),
        new("sk", "0", "2345679", 10, 10),
        new("hu", "06", "123456789", 10, 11),
        new("ro", "0", "237", 10, 10),
        new("bg", "0", "23456789", 8, 10),
        new("gr", "", "26", 10, 10),
        new("hr", "0", "123456789", 8, 10),
        new("rs", "0", "123456", 8, 10),
        new("tr", "0", "2345", 11, 11),
        new("tr", "", "5", 10, 10),
        new("ru", "8", "3489", 11, 11),
        new("ua", "0", "3456789", 10, 10),
        new("il", "0", "2345789", 9, 10),
        new("sa", "0", "15", 9, 10),
        new("ae", "0", "2345679", 9, 10),
        new("eg", "0", "123456789", 9, 11),
        new("in", "", "6789", 10, 10),
        new("in", "0", "123456789", 11, 11),
        new("pk", "0", "23456789", 10, 11),
        new("bd", "0", "1", 11, 11),
        new("cn", "", "1", 11, 11),
        new("cn", "0", "123456789", 10, 12),
        new("tw", "0", "23456789", 9, 10),
        new("hk", "", "235679", 8, 8),
        new("sg", "", "3689", 8, 8),
        new("jp", "0", "123456789", 10, 11),
        new("kr", "0", "1234567", 9, 11),
        new("th", "0", "235689", 9, 10),
        new("vn", "0", "235789", 10, 11),
        new("id", "0", "23456789", 9, 13),
        new("my", "0", "13456789", 9, 11),
        new("ph", "0", "23456789", 9, 11),
        new("au", "0", "23478", 10, 10),
        new("nz", "0", "234679", 9, 11),
        new("za", "0", "12345678", 10, 10),
        new("ng", "0", "123456789", 9, 11),
        new("ke", "0", "1245679", 9, 10),
        new("br", "", "123456789", 10, 11),
        new("br", "0", "123456789", 11, 12),
        new("mx", "", "123456789", 10, 10),
        new("ar", "", "123", 10, 10),
        new("ar", "0", "123", 11, 11),
        new("cl", "", "29", 9, 9),
        new("co", "", "36", 10, 10),
        new("pe", "", "9", 9, 9),
    ];

    /// <summary>The countries whose plan is known, and those of the North American plan.</summary>
    internal static IReadOnlyList<string> Regions { get; } =
    [.. Plans.Select(plan => plan.Country).Append("us").Append("ca").Distinct().Order(StringComparer.Ordinal)];

    internal static bool Has(string region) => Regions.Contains(region);

    /// <summary>Whether a number may be dialled so in a country.</summary>
    internal static bool IsNumber(string region, ReadOnlySpan<char> digits)
    {
        if (region is "us" or "ca")
        {
            return PhoneCountries.IsNorthAmerican(digits.Length == 11 && digits[0] == '1' ? digits[1..] : digits);
        }

        foreach (var plan in Plans)
        {
            if (plan.Country == region && plan.Has(digits))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a number may be dialled so in any country.</summary>
    internal static bool IsNumber(ReadOnlySpan<char> digits)
    {
        foreach (var plan in Plans)
        {
            if (plan.Has(digits))
            {
                return true;
            }
        }

        return IsNumber("us", digits);
    }
}

/// <summary>One form of a country's numbers.</summary>
/// <param name="Country">The country.</param>
/// <param name="Trunk">What they begin with; empty for nothing.</param>
/// <param name="Next">Which digits may follow.</param>
/// <param name="Least">How many digits they have at least.</param>
/// <param name="Most">How many they have at most.</param>
internal sealed record NationalPhonePlan(string Country, string Trunk, string Next, int Least, int Most)
{
    internal bool Has(ReadOnlySpan<char> digits) =>
        digits.Length >= Least && digits.Length <= Most && digits.StartsWith(Trunk) && Next.Contains(digits[Trunk.Length]);
}
