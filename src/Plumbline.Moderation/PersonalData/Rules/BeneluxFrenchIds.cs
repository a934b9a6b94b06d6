using static Plumbline.Moderation.PersonalData.Rules.Checksums;
using static Plumbline.Moderation.PersonalData.Scanning.NumberShape;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Numbers of France, Belgium, the Netherlands and Luxembourg.</summary>
internal static class BeneluxFrenchIds
{
    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        NationalId.Of(
            "fr_nir",
            "NIR (numéro de sécurité sociale)",
            0.0008,
            Nir,
            "sex, month; key = 97 − number mod 97",
            "insee.fr, Numéro d'inscription au répertoire",
            "nir, sécurité sociale, securite sociale, numéro de sécu, numéro insee, carte vitale",
            Own("9 99 99 99 999 999 99"),
            Own("9 99 99 9A 999 999 99"),
            Own("999999999999999"),
            Own("999999A99999999"),
            Own("9999999999999 99"),
            Own("999999A999999 99")
        ),
        NationalId.Of(
            "be_national_number",
            "rijksregisternummer / numéro national",
            0.0023,
            BelgianNumber,
            "date of birth; 97 − number mod 97, with a 2 before it from 2000 on",
            "ibz.rrn.fgov.be, Informatietype 000",
            "rijksregisternummer, rijksregister, registre national, numéro national, nationaal nummer, insz, niss, nrn, national register",
            Own("99.99.99-999.99"),
            Plain("99999999999")
        ),
        NationalId.Of(
            "nl_bsn",
            "burgerservicenummer",
            0.091,
            Bsn,
            "Σ 9, 8, …, 2, −1 · d is a multiple of 11",
            "rvig.nl, Logisch Ontwerp BSN",
            "bsn, burgerservicenummer, sofinummer, sofi-nummer, citizen service number",
            Own("9999.99.999"),
            Narrow("999 999 999"),
            Plain("999999999")
        ),
        NationalId.Of(
            "lu_matricule",
            "numéro d'identification national",
            0.0002,
            Luxembourg,
            "date of birth; Luhn, then Verhoeff",
            "legilux.public.lu, Règlement grand-ducal du 28 novembre 2013",
            "matricule, numéro d'identification, cns, identification number",
            Own("9999 99 99 99999"),
            Plain("9999999999999")
        ),
    ];

    /// <summary>
    /// Sex, YYMM, department (2A and 2B count as 19 and 18), commune, order and key; month 20 where it is not known: key = 97 − (13 digits mod 97). Source: INSEE.
    /// </summary>
    internal static bool Nir(ReadOnlySpan<char> value)
    {
        Span<char> digits = stackalloc char[15];
        value.CopyTo(digits);
        if (char.IsAsciiLetter(value[6]))
        {
            if (value[5] != '2' || value[6] is not ('A' or 'B'))
            {
                return false;
            }

            (digits[5], digits[6]) = ('1', value[6] == 'A' ? '9' : '8');
        }

        var month = Number(digits[3..5]);
        return digits[0] is '1' or '2' or '3' or '4' or '7' or '8'
            && month is (>= 1 and <= 12) or 20
            && 97 - Mod97(digits[..13], 0) == Number(digits[13..]);
    }

    /// <summary>YYMMDD (months +20 or +40 for people without a residence), serial, check = 97 − (nine digits mod 97); from 2000 on a 2 is put before them. Source: Rijksregister.</summary>
    internal static bool BelgianNumber(ReadOnlySpan<char> value)
    {
        var month = Number(value[2..4]) % 20;
        var check = Number(value[9..]);
        return Number(value[2..4]) <= 52
            && (IsDay(month, Number(value[4..6])) || (month <= 12 && Number(value[4..6]) == 0))
            && !value[6..9].SequenceEqual("000")
            && (97 - Mod97(value[..9], 0) == check || 97 - Mod97(value[..9], 2) == check);
    }

    /// <summary>Σ 9, 8, 7, 6, 5, 4, 3, 2, −1 · d is a multiple of 11. Source: Rijksdienst voor Identiteitsgegevens.</summary>
    internal static bool Bsn(ReadOnlySpan<char> value) => Sum(value, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0 && !IsOneDigit(value);

    /// <summary>YYYYMMDD, three of order, then a Luhn digit over the first eleven and a Verhoeff digit over the same. Source: Règlement grand-ducal du 28 novembre 2013.</summary>
    internal static bool Luxembourg(ReadOnlySpan<char> value)
    {
        Span<char> verhoeff = stackalloc char[12];
        value[..11].CopyTo(verhoeff);
        verhoeff[11] = value[12];
        return Number(value[..4]) is >= 1850 and < 2100
            && IsDay(Number(value[4..6]), Number(value[6..8]))
            && Luhn(value[..12])
            && Verhoeff(verhoeff);
    }
}
