using static Plumbline.Moderation.PersonalData.Rules.Checksums;
using static Plumbline.Moderation.PersonalData.Scanning.NumberShape;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Numbers of Poland, Czechia and Slovakia, Hungary, Croatia, Slovenia and Serbia.</summary>
internal static class CentralEuropeanIds
{
    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        NationalId.Of(
            "pl_pesel",
            "PESEL",
            0.018,
            Pesel,
            "date of birth; check digit of weights 1, 3, 7, 9 modulo 10",
            "gov.pl, Czym jest numer PESEL",
            "pesel",
            Plain("99999999999")
        ),
        NationalId.Of(
            "pl_nip",
            "NIP",
            0.09,
            Nip,
            "check digit of weights 6, 5, 7, 2, 3, 4, 5, 6, 7 modulo 11",
            "podatki.gov.pl, NIP",
            "nip, identyfikacji podatkowej",
            Own("999-999-99-99"),
            Own("999-99-99-999"),
            Plain("9999999999")
        ),
        NationalId.Of(
            "pl_id_card",
            "dowód osobisty",
            0.1,
            PolishCard,
            "check digit of weights 7, 3, 1 modulo 10, with A = 10",
            "gov.pl, Dowód osobisty; ICAO 9303 part 3",
            "dowód osobisty, dowodu osobistego, dowód, nr dowodu, numer dowodu, identity card",
            Narrow("AAA999999"),
            Narrow("AAA 999999")
        ),
        NationalId.Of(
            "cz_birth_number",
            "rodné číslo (Czechia and Slovakia)",
            0.011,
            BirthNumber,
            "date of birth (month +50 for women, +20 or +70 from 2004 on); divisible by 11",
            "Zákon č. 133/2000 Sb., § 13; zákon č. 301/1995 Z. z.",
            "rodné číslo, rodného čísla, rodne cislo, r.č, birth number",
            Own("999999/9999"),
            Plain("9999999999")
        ),
        NationalId.Of(
            "hu_tax_id",
            "adóazonosító jel",
            0.009,
            HungarianTax,
            "begins with 8; check digit of weights 1…9 modulo 11",
            "nav.gov.hu; 2017. évi CL. törvény",
            "adóazonosító, adoazonosito, adószám",
            Plain("9999999999")
        ),
        NationalId.Of(
            "hu_personal_id",
            "személyi azonosító",
            0.003,
            HungarianPersonal,
            "sex and century, date of birth; check digit of weights 1…10, or 10…1 from 1997 on, modulo 11",
            "1996. évi XX. törvény",
            "személyi azonosító, személyi szám, szemelyi szam",
            Own("9-999999-9999"),
            Own("9 999999 9999"),
            Plain("99999999999")
        ),
        NationalId.Of(
            "hu_taj",
            "TAJ szám",
            0.1,
            Taj,
            "check digit of weights 3, 7 modulo 10",
            "neak.gov.hu; 1996. évi XX. törvény",
            "taj, taj-szám, taj szám, társadalombiztosítási",
            Grouped("999 999 999"),
            Own("999-999-999"),
            Plain("999999999")
        ),
        NationalId.Of(
            "hr_oib",
            "OIB",
            0.1,
            Mod11And10,
            "ISO/IEC 7064 MOD 11,10",
            "porezna-uprava.gov.hr, Osobni identifikacijski broj",
            "oib, osobni identifikacijski",
            Plain("99999999999")
        ),
        NationalId.Of(
            "si_emso",
            "EMŠO",
            0.00004,
            Emso,
            "date of birth, region 50–59; check digit of weights 7…2 modulo 11",
            "Pravilnik o določanju EMŠO",
            "emšo, emso, enotna matična",
            Plain("9999999999999")
        ),
        NationalId.Of(
            "rs_jmbg",
            "JMBG",
            0.0003,
            Jmbg,
            "date of birth, region of a Yugoslav successor; check digit of weights 7…2 modulo 11",
            "Zakon o jedinstvenom matičnom broju građana",
            "jmbg, jmb, jedinstveni matični broj, јмбг, матични број",
            Plain("9999999999999")
        ),
    ];

    /// <summary>YYMMDD (month +80, +20, +40, +60 by century), four digits, Σ 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1 · d is a multiple of 10. Source: gov.pl.</summary>
    internal static bool Pesel(ReadOnlySpan<char> value) =>
        IsDay(Number(value[2..4]) % 20, Number(value[4..6])) && Sum(value, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0;

    /// <summary>check = Σ 6, 5, 7, 2, 3, 4, 5, 6, 7 · d mod 11, never 10. Source: podatki.gov.pl.</summary>
    internal static bool Nip(ReadOnlySpan<char> value) =>
        Sum(value, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == value[9] - '0' && !IsOneDigit(value);

    /// <summary>Three letters, check, five digits: Σ 7, 3, 1, –, 7, 3, 1, 7, 3 · value mod 10, with A = 10. Source: gov.pl.</summary>
    internal static bool PolishCard(ReadOnlySpan<char> value) =>
        ((Value(value[0]) * 7) + (Value(value[1]) * 3) + Value(value[2]) + Sum(value[4..], [7, 3, 1, 7, 3])) % 10 == value[3] - '0';

    /// <summary>YYMMDD and four digits, together divisible by 11, or the first nine mod 11 are 10 and the last digit is 0. Source: zákon č. 133/2000 Sb.</summary>
    internal static bool BirthNumber(ReadOnlySpan<char> value)
    {
        var month = Number(value[2..4]);
        month -=
            month > 70 ? 70
            : month > 50 ? 50
            : month > 20 ? 20
            : 0;
        var rest = Number(value[..9]) % 11 % 10;
        return IsDay(month, Number(value[4..6])) && rest == value[9] - '0';
    }

    /// <summary>8 and eight digits, check = Σ i · d_i mod 11 over nine digits, never 10. Source: NAV.</summary>
    internal static bool HungarianTax(ReadOnlySpan<char> value) =>
        value[0] == '8' && Sum(value, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == value[9] - '0';

    /// <summary>
    /// Sex and century 1–8, YYMMDD, three of order, check = Σ i · d_i mod 11 over ten digits for births up to 1996, Σ (11 − i) · d_i from 1997 on. Source: 1996. évi XX. törvény.
    /// </summary>
    internal static bool HungarianPersonal(ReadOnlySpan<char> value)
    {
        var rising = Sum(value, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) % 11;
        var falling = Sum(value, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
        var late = value[0] is '3' or '4' || (value[0] is '1' or '2' && Number(value[1..3]) >= 97);
        return value[0] is >= '1' and <= '8'
            && IsDay(Number(value[3..5]), Number(value[5..7]))
            && (late ? falling : rising) == value[10] - '0';
    }

    /// <summary>check = Σ 3, 7, 3, 7, … · d mod 10 over eight digits. Source: NEAK.</summary>
    internal static bool Taj(ReadOnlySpan<char> value) => Sum(value, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 == value[8] - '0' && !IsOneDigit(value);

    /// <summary>As <see cref="Jmbg"/>, with the region of Slovenia.</summary>
    internal static bool Emso(ReadOnlySpan<char> value) => value[7] == '5' && Register(value);

    /// <summary>
    /// DDMMYYY, region, three of order, check = 11 − Σ 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 · d mod 11, 0 for 10 and 11. Source: Zakon o jedinstvenom matičnom broju građana.
    /// </summary>
    internal static bool Jmbg(ReadOnlySpan<char> value) => value[7] is not ('0' or '5' or '6' or '9') && Register(value);

    private static bool Register(ReadOnlySpan<char> value)
    {
        var check = 11 - (Sum(value, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11);
        return value[4] is '0' or '9' && IsDay(Number(value[2..4]), Number(value[..2])) && (check >= 10 ? 0 : check) == value[12] - '0';
    }
}
