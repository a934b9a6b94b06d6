using static Plumbline.Moderation.PersonalData.Rules.Checksums;
using static Plumbline.Moderation.PersonalData.Scanning.NumberShape;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Numbers of Sweden, Norway, Finland, Denmark and Iceland.</summary>
internal static class NordicIds
{
    private const string FinnishCheck = "0123456789ABCDEFHJKLMNPRSTUVWXY";

    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        NationalId.Of(
            "se_personnummer",
            "personnummer",
            0.0075,
            Personnummer,
            "date of birth (day +60 for coordination numbers); Luhn",
            "skatteverket.se, SKV 704",
            "personnummer, samordningsnummer, personal identity number, pnr",
            Own("999999-9999"),
            Own("999999+9999"),
            Own("99999999-9999"),
            Plain("9999999999"),
            Plain("999999999999")
        ),
        NationalId.Of(
            "no_fodselsnummer",
            "fødselsnummer",
            0.0006,
            Fodselsnummer,
            "date of birth (day +40 for D-numbers); two check digits modulo 11",
            "skatteetaten.no, Fødselsnummer",
            "fødselsnummer, fodselsnummer, personnummer, d-nummer, fnr",
            Grouped("999999 99999"),
            Plain("99999999999")
        ),
        NationalId.Of(
            "fi_hetu",
            "henkilötunnus",
            0.0008,
            Hetu,
            "date of birth; check character: nine digits mod 31",
            "dvv.fi, Henkilötunnus",
            "henkilötunnus, henkilotunnus, hetu, sotu, personbeteckning",
            Own("999999-999*"),
            Own("999999+999*"),
            Own("999999A999*")
        ),
        NationalId.Of(
            "dk_cpr",
            "CPR-nummer",
            0.0034,
            Cpr,
            "date of birth; Σ 4, 3, 2, 7, 6, 5, 4, 3, 2, 1 · d is a multiple of 11",
            "cpr.dk, Personnummeret i CPR",
            "cpr, cpr-nummer, cprnr, cpr-nr, personnummer",
            Own("999999-9999"),
            Plain("9999999999")
        ),
        NationalId.Of(
            "dk_cpr_since_2007",
            "CPR-nummer without a check digit",
            0.037,
            CprDate,
            "no check digit: date of birth",
            "cpr.dk, Personnumre uden kontrolciffer (modulus 11 kontrol)",
            "cpr, cpr-nummer, cprnr, cpr-nr",
            Plain("999999-9999"),
            Plain("9999999999")
        ),
        NationalId.Of(
            "is_kennitala",
            "kennitala",
            0.001,
            Kennitala,
            "date of birth; check digit of weights 3, 2, 7, 6, 5, 4, 3, 2 modulo 11; century",
            "skra.is, Kennitölur",
            "kennitala, kennitölu, kt.",
            Own("999999-9999"),
            Plain("9999999999")
        ),
    ];

    /// <summary>[YY]YYMMDD-NNNC: Luhn's check over the last ten digits; the day may be raised by 60. Source: Skatteverket, SKV 704.</summary>
    internal static bool Personnummer(ReadOnlySpan<char> value)
    {
        if (value.Length == 12 && Number(value[..2]) is < 18 or > 20)
        {
            return false;
        }

        var last = value[^10..];
        var day = Number(last[4..6]);
        return IsDay(Number(last[2..4]), day > 60 ? day - 60 : day) && Luhn(last);
    }

    /// <summary>
    /// DDMMYY, three digits, k1 and k2: Σ 3, 7, 6, 1, 8, 9, 4, 5, 2, 1 · d and Σ 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1 · d are multiples of 11. Source: Skatteetaten.
    /// </summary>
    internal static bool Fodselsnummer(ReadOnlySpan<char> value)
    {
        var day = Number(value[..2]);
        return IsDay(Number(value[2..4]), day > 40 ? day - 40 : day)
            && Sum(value, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 == 0
            && Sum(value, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0;
    }

    /// <summary>
    /// DDMMYY, a sign of the century (+, −, A–F, U–Y), NNN and a check character: 0…9, A…Y without G, I, O, Q, Z at (DDMMYYNNN mod 31). Source: Digi- ja väestötietovirasto.
    /// </summary>
    internal static bool Hetu(ReadOnlySpan<char> value)
    {
        var serial = value.Length == 11 ? value[7..10] : value[6..9];
        return (value.Length < 11 || value[6] is (>= 'A' and <= 'F') or (>= 'U' and <= 'Y'))
            && IsDay(Number(value[2..4]), Number(value[..2]))
            && value[^1] == FinnishCheck[(int)(((Number(value[..6]) * 1000L) + Number(serial)) % 31)];
    }

    /// <summary>DDMMYY and four digits: Σ 4, 3, 2, 7, 6, 5, 4, 3, 2, 1 · d is a multiple of 11. Source: CPR-kontoret.</summary>
    internal static bool Cpr(ReadOnlySpan<char> value) => CprDate(value) && Sum(value, [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0;

    /// <summary>DDMMYY and four digits; since 2007 numbers without a check digit are given too. Source: CPR-kontoret.</summary>
    internal static bool CprDate(ReadOnlySpan<char> value) => IsDay(Number(value[2..4]), Number(value[..2]));

    /// <summary>DDMMYY, two of order, check = 11 − Σ 3, 2, 7, 6, 5, 4, 3, 2 · d mod 11 (11 is 0), century 8, 9 or 0. Source: Þjóðskrá.</summary>
    internal static bool Kennitala(ReadOnlySpan<char> value) =>
        value[9] is '8' or '9' or '0'
        && IsDay(Number(value[2..4]), Number(value[..2]))
        && (11 - (Sum(value, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11 == value[8] - '0';
}
