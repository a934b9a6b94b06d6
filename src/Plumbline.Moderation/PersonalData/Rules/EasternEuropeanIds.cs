using static Plumbline.Moderation.PersonalData.Rules.Checksums;
using static Plumbline.Moderation.PersonalData.Scanning.NumberShape;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Numbers of Romania, Bulgaria, the Baltic states, Russia, Ukraine, Kazakhstan and Türkiye.</summary>
internal static class EasternEuropeanIds
{
    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        NationalId.Of(
            "ro_cnp",
            "CNP",
            0.0016,
            Cnp,
            "sex and century, date of birth, county; check digit of weights 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9 modulo 11",
            "O.U.G. 97/2005; HG 1375/2006",
            "cnp, cod numeric personal, codul numeric",
            Plain("9999999999999")
        ),
        NationalId.Of(
            "bg_egn",
            "EGN",
            0.011,
            Egn,
            "date of birth; check digit of weights 2, 4, 8, 5, 10, 9, 7, 3, 6 modulo 11",
            "grao.bg, ЕГН; Наредба РД-02-20-9",
            "егн, egn, единен граждански номер",
            Plain("9999999999")
        ),
        NationalId.Of(
            "lv_personal_code",
            "personas kods",
            0.0032,
            Latvian,
            "date of birth; 1101 − Σ 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 · d modulo 11 modulo 10",
            "pmlp.gov.lv; Fizisko personu reģistra likums",
            "personas kods, personas kodu, personas koda, p.k",
            Own("999999-99999"),
            Plain("99999999999")
        ),
        NationalId.Of(
            "lt_personal_code",
            "asmens kodas",
            0.003,
            Baltic,
            "sex and century, date of birth; check digit of two rounds of weights modulo 11",
            "Lietuvos Respublikos gyventojų registro įstatymas",
            "asmens kodas, asmens kodo, asmens kodą, a.k",
            Plain("99999999999")
        ),
        NationalId.Of(
            "ee_personal_code",
            "isikukood",
            0.003,
            Baltic,
            "sex and century, date of birth; check digit of two rounds of weights modulo 11",
            "EVS 585:2007",
            "isikukood, isikukoodi, personal code",
            Plain("99999999999")
        ),
        NationalId.Of(
            "ru_snils",
            "СНИЛС",
            0.0099,
            Snils,
            "Σ 9…1 · d modulo 101 modulo 100",
            "sfr.gov.ru; Постановление Правления ПФР",
            "снилс, snils, страховой номер",
            Own("999-999-999 99"),
            Own("999-999-999-99"),
            Plain("99999999999")
        ),
        NationalId.Of(
            "ru_inn",
            "ИНН of a person",
            0.0083,
            Inn,
            "two check digits modulo 11 modulo 10",
            "nalog.gov.ru, приказ ФНС № ЕД-7-14/559",
            "инн, inn, налогоплательщика",
            Plain("999999999999")
        ),
        NationalId.Of(
            "ua_rnokpp",
            "РНОКПП",
            0.1,
            Rnokpp,
            "check digit of weights −1, 5, 7, 9, 4, 6, 10, 5, 7 modulo 11 modulo 10",
            "tax.gov.ua, наказ Мінфіну № 822",
            "рнокпп, іпн, ідентифікаційний код, ідентифікаційний номер, платника податків, rnokpp",
            Plain("9999999999")
        ),
        NationalId.Of(
            "kz_iin",
            "ИИН",
            0.002,
            Iin,
            "date of birth, century; check digit of two rounds of weights modulo 11",
            "egov.kz; Закон РК № 223-III",
            "иин, жсн, iin",
            Plain("999999999999")
        ),
        NationalId.Of(
            "tr_tckn",
            "T.C. kimlik numarası",
            0.009,
            Tckn,
            "digit 10 = 7 · (odd places) − (even places), digit 11 = Σ ten digits, modulo 10",
            "nvi.gov.tr; 5490 sayılı Kanun",
            "tckn, kimlik no, kimlik numara, t.c. kimlik, tc kimlik, t.c. no",
            Plain("99999999999")
        ),
    ];

    /// <summary>S, YYMMDD, county, three of order, check = Σ 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9 · d mod 11, 1 for 10. Source: O.U.G. 97/2005.</summary>
    internal static bool Cnp(ReadOnlySpan<char> value)
    {
        var check = Sum(value, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
        return value[0] != '0'
            && IsDay(Number(value[3..5]), Number(value[5..7]))
            && Number(value[7..9]) is (>= 1 and <= 52) or 70 or (>= 80 and <= 83)
            && (check == 10 ? 1 : check) == value[12] - '0';
    }

    /// <summary>YYMMDD (month +20 before 1900, +40 from 2000 on), three digits, check = Σ 2, 4, 8, 5, 10, 9, 7, 3, 6 · d mod 11 mod 10. Source: ГД ГРАО.</summary>
    internal static bool Egn(ReadOnlySpan<char> value) =>
        Number(value[2..4]) <= 52
        && IsDay(Number(value[2..4]) % 20, Number(value[4..6]))
        && Sum(value, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == value[9] - '0';

    /// <summary>
    /// DDMMYY, century, three digits, check = (1101 − Σ 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 · d) mod 11 mod 10. Codes from 2017 on begin with 32 and have no date.
    /// Source: Fizisko personu reģistra likums.
    /// </summary>
    internal static bool Latvian(ReadOnlySpan<char> value) =>
        (value.StartsWith("32") || (IsDay(Number(value[2..4]), Number(value[..2])) && value[6] is '0' or '1' or '2'))
        && (1101 - Sum(value, [1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11 % 10 == value[10] - '0';

    /// <summary>
    /// Sex and century 1–8, YYMMDD, three of order, check = Σ 1, 2, …, 9, 1 · d mod 11; where that is 10, Σ 3, 4, …, 9, 1, 2, 3 · d mod 11, and 0 where that is 10 too.
    /// Source: EVS 585; the Lithuanian code is the same.
    /// </summary>
    internal static bool Baltic(ReadOnlySpan<char> value)
    {
        var check = Sum(value, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
        check = check == 10 ? Sum(value, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10 : check;
        return value[0] is >= '1' and <= '8' && IsDay(Number(value[3..5]), Number(value[5..7])) && check == value[10] - '0';
    }

    /// <summary>Nine digits, control = Σ 9, 8, …, 1 · d mod 101 mod 100. Source: Социальный фонд России.</summary>
    internal static bool Snils(ReadOnlySpan<char> value) =>
        Sum(value, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100 == Number(value[9..]) && !IsOneDigit(value);

    /// <summary>n11 = Σ 7, 2, 4, 10, 3, 5, 9, 4, 6, 8 · d mod 11 mod 10, n12 = Σ 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8 · d mod 11 mod 10. Source: ФНС России.</summary>
    internal static bool Inn(ReadOnlySpan<char> value) =>
        Sum(value, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == value[10] - '0'
        && Sum(value, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == value[11] - '0'
        && !IsOneDigit(value);

    /// <summary>check = Σ −1, 5, 7, 9, 4, 6, 10, 5, 7 · d mod 11 mod 10. Source: Державна податкова служба України.</summary>
    internal static bool Rnokpp(ReadOnlySpan<char> value)
    {
        var rest = ((Sum(value, [-1, 5, 7, 9, 4, 6, 10, 5, 7]) % 11) + 11) % 11;
        return rest % 10 == value[9] - '0' && !IsOneDigit(value);
    }

    /// <summary>
    /// YYMMDD, sex and century 1–6, four of order, check = Σ 1, 2, …, 11 · d mod 11; where that is 10, Σ 3, 4, …, 11, 1, 2 · d mod 11, never 10. Source: Закон РК № 223-III.
    /// </summary>
    internal static bool Iin(ReadOnlySpan<char> value)
    {
        var check = Sum(value, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
        check = check == 10 ? Sum(value, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11 : check;
        return value[6] is >= '1' and <= '6' && IsDay(Number(value[2..4]), Number(value[4..6])) && check == value[11] - '0';
    }

    /// <summary>d10 = (7 · (d1 + d3 + d5 + d7 + d9) − (d2 + d4 + d6 + d8)) mod 10, d11 = Σ d1…d10 mod 10, d1 not 0. Source: Nüfus ve Vatandaşlık İşleri.</summary>
    internal static bool Tckn(ReadOnlySpan<char> value) =>
        value[0] != '0'
        && (Sum(value, [7, -1, 7, -1, 7, -1, 7, -1, 7]) + 100) % 10 == value[9] - '0'
        && Sum(value, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]) % 10 == value[10] - '0';
}
