using System.Runtime.CompilerServices;
using Plumbline.Moderation.PersonalData.Rules;
using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Finds IBANs: a country, two check digits, an account, as long as the country's are, and 1 mod 97 (ISO 13616).</summary>
[SkipLocalsInit]
internal static class IbanRecognizer
{
    private const int Longest = 34;

    // SWIFT IBAN registry, release 99: country and length.
    private const string Lengths =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 "
        + "HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 "
        + "QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30 ";

    private static readonly byte[] LengthByCountry = Table();

    /// <summary>The countries' codes with the length of their IBANs.</summary>
    internal static IEnumerable<(string Country, int Length)> Countries =>
        Lengths.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => (entry[..2], int.Parse(entry.AsSpan(2))));

    /// <summary>Looks for one that begins with the group at a place.</summary>
    internal static void Begin(ref TextScan scan, int start)
    {
        var text = scan.Text;
        if (
            scan.Plan.Iban is not { } slot
            || start + 4 > text.Length
            || !char.IsAsciiLetter(text[start])
            || !char.IsAsciiLetter(text[start + 1])
            || !Characters.IsDigit(text[start + 2])
            || !Characters.IsDigit(text[start + 3])
        )
        {
            return;
        }

        var length = LengthOf(Characters.Canonical(text[start]), Characters.Canonical(text[start + 1]));
        Span<char> value = stackalloc char[Longest];
        if (length == 0 || !Read(text, start, value[..length], out var end, out var grouped))
        {
            return;
        }

        scan.Work += end - start;
        var goesOn = end < text.Length && (Characters.IsGroup(text[end]) || text[end] == '_');
        if (goesOn || !Checksums.Mod97(value[..4], value[4..length]))
        {
            return;
        }

        var form = grouped ? PersonalDataConfidence.Own : PersonalDataConfidence.Narrow;
        var country = CountryName(value[0], value[1]);
        var near = scan.IsNear(slot.Group, start, end) ? PersonalDataConfidence.Near : 0;
        if (near == 0 && char.IsAsciiLetterLower(text[start]) && grouped)
        {
            // "be12 3456" is what a dump of bytes looks like.
            return;
        }

        scan.Add(slot.Rule, country, start, end, PersonalDataConfidence.Of(slot.Rule.Chance, form, near));
    }

    /// <summary>The length of a country's IBANs; 0 where it has none.</summary>
    internal static int LengthOf(char first, char second) =>
        char.IsAsciiLetterUpper(first) && char.IsAsciiLetterUpper(second) ? LengthByCountry[((first - 'A') * 26) + second - 'A'] : 0;

    // In groups of four, but for the end of a line, which may stand anywhere.
    private static bool Read(ReadOnlySpan<char> text, int start, Span<char> value, out int end, out bool grouped)
    {
        (end, grouped) = (start, false);
        for (var count = 0; count < value.Length; count++)
        {
            if (end < text.Length && !Characters.IsGroup(text[end]))
            {
                var separator = Characters.ReadSeparator(text, ref end);
                if (separator != '\n' && (count % 4 != 0 || separator is not (' ' or '-' or '.')))
                {
                    return false;
                }

                grouped = true;
            }

            if (end >= text.Length)
            {
                return false;
            }

            value[count] = Characters.Canonical(text[end++]);
        }

        return true;
    }

    private static string? CountryName(char first, char second) => Names[((first - 'A') * 26) + second - 'A'];

    private static readonly string?[] Names = NameTable();

    private static byte[] Table()
    {
        var table = new byte[26 * 26];
        foreach (var (country, length) in Countries)
        {
            table[((country[0] - 'A') * 26) + country[1] - 'A'] = (byte)length;
        }

        return table;
    }

    private static string?[] NameTable()
    {
        var names = new string?[26 * 26];
        foreach (var (country, _) in Countries)
        {
            names[((country[0] - 'A') * 26) + country[1] - 'A'] = country.ToLowerInvariant();
        }

        return names;
    }
}
