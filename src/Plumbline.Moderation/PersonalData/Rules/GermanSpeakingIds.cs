using static Plumbline.Moderation.PersonalData.Rules.Checksums;
using static Plumbline.Moderation.PersonalData.Scanning.NumberShape;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Numbers of Germany, Austria and Switzerland.</summary>
internal static class GermanSpeakingIds
{
    private static readonly System.Buffers.SearchValues<char> Unused = System.Buffers.SearchValues.Create("ABDEIOQSU");

    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        NationalId.Of(
            "de_tax_id",
            "Steuer-Identifikationsnummer",
            0.0034,
            TaxId,
            "ISO/IEC 7064 MOD 11,10; one digit of the first ten two or three times, the others once",
            "bzst.de, Steuerliche Identifikationsnummer",
            "steuer-id, steuerid, steuer-idnr, steuer-identifikationsnummer, steueridentifikationsnummer, identifikationsnummer, idnr, tin, tax id, tax identification",
            Grouped("99 999 999 999"),
            Plain("99999999999")
        ),
        NationalId.Of(
            "de_id_card",
            "Personalausweis",
            0.0067,
            IdCard,
            "check digit of weights 7, 3, 1 modulo 10 (ICAO 9303)",
            "bsi.bund.de, BSI TR-03105; ICAO 9303 part 3",
            "personalausweis, ausweisnummer, ausweisnr, ausweis-nr, perso, identity card, id card, reisepass, passnummer",
            Plain("A********9")
        ),
        NationalId.Of(
            "de_pension",
            "Rentenversicherungsnummer",
            0.0037,
            Pension,
            "date of birth; check digit of weights 2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1 over the digit sums modulo 10",
            "deutsche-rentenversicherung.de, VKVV § 4",
            "rentenversicherung, versicherungsnummer, sozialversicherungsnummer, sv-nummer, rvnr",
            Own("99 999999 A 999"),
            Grouped("99999999A999")
        ),
        NationalId.Of(
            "at_svnr",
            "Sozialversicherungsnummer",
            0.0035,
            AustrianInsurance,
            "date of birth; check digit of weights 3, 7, 9, 5, 8, 4, 2, 1, 6 modulo 11",
            "sozialversicherung.at, Aufbau der Versicherungsnummer",
            "sozialversicherungsnummer, svnr, sv-nummer, sv-nr, versicherungsnummer, insurance number",
            Grouped("9999 999999"),
            Plain("9999999999")
        ),
        NationalId.Of(
            "ch_ahv",
            "AHV-Nummer",
            0.0001,
            SwissInsurance,
            "begins with 756; check digit of EAN-13",
            "zas.admin.ch, Versichertennummer",
            "ahv, avs, ahvn13, sozialversicherungsnummer, numéro avs, numero avs",
            Own("999.9999.9999.99"),
            Plain("9999999999999")
        ),
    ];

    /// <summary>
    /// Eleven digits, the first not 0, ISO/IEC 7064 MOD 11,10. Of the first ten one digit stands two or three times, never three times in a row, all others at most once.
    /// Source: Bundeszentralamt für Steuern.
    /// </summary>
    internal static bool TaxId(ReadOnlySpan<char> value)
    {
        Span<int> counts = stackalloc int[10];
        foreach (var digit in value[..10])
        {
            counts[digit - '0']++;
        }

        var (twice, thrice) = (counts.Count(2), counts.Count(3));
        for (var i = 2; i < 10; i++)
        {
            if (value[i] == value[i - 1] && value[i] == value[i - 2])
            {
                return false;
            }
        }

        return value[0] != '0' && twice + thrice == 1 && counts.Count(1) == (twice == 1 ? 8 : 7) && Mod11And10(value);
    }

    /// <summary>
    /// Nine characters without vowels, the first a letter, and a check digit: Σ 7, 3, 1, 7, … · value mod 10, with A = 10. Source: ICAO 9303 part 3, 4.9; BSI TR-03105.
    /// </summary>
    internal static bool IdCard(ReadOnlySpan<char> value) =>
        !value[..9].ContainsAny(Unused) && SumWithLetters(value[..9], [7, 3, 1]) % 10 == value[9] - '0';

    /// <summary>
    /// Area, DDMMYY, initial as two digits, serial: twelve digits times 2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1; the digit sums of the products add up to the check digit modulo 10.
    /// Source: VKVV § 4.
    /// </summary>
    internal static bool Pension(ReadOnlySpan<char> value)
    {
        if (!IsDay(Number(value[4..6]), Number(value[2..4])))
        {
            return false;
        }

        Span<char> digits = stackalloc char[12];
        value[..8].CopyTo(digits);
        var letter = value[8] - 'A' + 1;
        (digits[8], digits[9]) = ((char)('0' + (letter / 10)), (char)('0' + (letter % 10)));
        value[9..11].CopyTo(digits[10..]);
        ReadOnlySpan<sbyte> weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            var product = (digits[i] - '0') * weights[i];
            sum += (product / 10) + (product % 10);
        }

        return sum % 10 == value[11] - '0';
    }

    /// <summary>Three digits, check, DDMMYY (months 13 to 15 where a day is full): Σ 3, 7, 9, –, 5, 8, 4, 2, 1, 6 · d mod 11, never 10. Source: sozialversicherung.at.</summary>
    internal static bool AustrianInsurance(ReadOnlySpan<char> value)
    {
        var month = Number(value[6..8]);
        return value[0] != '0'
            && IsDay(month is >= 13 and <= 15 ? 1 : month, Number(value[4..6]))
            && Sum(value, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == value[3] - '0';
    }

    /// <summary>756 and nine digits; EAN-13: Σ 1, 3, 1, 3, … · d over all thirteen is a multiple of 10. Source: Zentrale Ausgleichsstelle.</summary>
    internal static bool SwissInsurance(ReadOnlySpan<char> value) =>
        value.StartsWith("756") && Sum(value, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 == 0;
}
