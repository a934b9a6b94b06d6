using static Plumbline.Moderation.PersonalData.Rules.Checksums;
using static Plumbline.Moderation.PersonalData.Scanning.NumberShape;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Numbers of Israel, Saudi Arabia, the Emirates, Kuwait, Iran, Egypt and South Africa.</summary>
internal static class MiddleEasternAfricanIds
{
    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        NationalId.Of(
            "il_id",
            "מספר זהות",
            0.1,
            Israeli,
            "Luhn",
            "gov.il, רשות האוכלוסין וההגירה",
            "תעודת זהות, מספר זהות, ת.ז, ת״ז, teudat zehut, mispar zehut, israeli id, israel id",
            Plain("999999999"),
            Plain("99999999-9")
        ),
        NationalId.Of(
            "sa_national_id",
            "رقم الهوية الوطنية",
            0.02,
            Saudi,
            "begins with 1 or 2; Luhn",
            "absher.sa",
            "الهوية الوطنية, رقم الهوية, الإقامة, هوية, iqama, national id",
            Plain("9999999999")
        ),
        NationalId.Of(
            "ae_emirates_id",
            "Emirates ID",
            0.00004,
            Emirates,
            "begins with 784 and a year; Luhn",
            "icp.gov.ae, Emirates ID",
            "emirates id, الهوية الإماراتية, رقم الهوية, هوية",
            Own("999-9999-9999999-9"),
            Plain("999999999999999")
        ),
        NationalId.Of(
            "kw_civil_id",
            "civil ID",
            0.0007,
            Kuwaiti,
            "century, date of birth; check digit of weights 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 modulo 11",
            "paci.gov.kw",
            "civil id, الرقم المدني, البطاقة المدنية",
            Plain("999999999999")
        ),
        NationalId.Of(
            "ir_national_code",
            "کد ملی",
            0.1,
            Iranian,
            "check digit of weights 10…2 modulo 11",
            "sabteahval.ir",
            "کد ملی, کدملی, شماره ملی, code melli, national code",
            Plain("9999999999"),
            Plain("999-999999-9")
        ),
        NationalId.Of(
            "eg_national_id",
            "الرقم القومي",
            0.0025,
            Egyptian,
            "no check digit: century, date of birth, governorate",
            "moi.gov.eg",
            "الرقم القومي, رقم قومي, البطاقة الشخصية, national id",
            Plain("99999999999999")
        ),
        NationalId.Of(
            "za_id",
            "South African ID number",
            0.0007,
            SouthAfrican,
            "date of birth, citizenship; Luhn",
            "dha.gov.za; Identification Act 68 of 1997",
            "sa id, id number, identity number, id no, rsa id, id-nommer, identiteitsnommer",
            Grouped("999999 9999 999"),
            Grouped("999999 9999 9 9 9"),
            Plain("9999999999999")
        ),
    ];

    /// <summary>Nine digits that pass Luhn's check. Source: רשות האוכלוסין.</summary>
    internal static bool Israeli(ReadOnlySpan<char> value) => Luhn(value) && !IsOneDigit(value);

    /// <summary>Ten digits, the first 1 (citizens) or 2 (residents), Luhn's check. Source: Absher.</summary>
    internal static bool Saudi(ReadOnlySpan<char> value) => value[0] is '1' or '2' && Luhn(value);

    /// <summary>784, year of birth, seven digits, Luhn's check. Source: ICP.</summary>
    internal static bool Emirates(ReadOnlySpan<char> value) =>
        value.StartsWith("784") && Number(value[3..7]) is >= 1900 and < 2100 && Luhn(value);

    /// <summary>Century 1–3, YYMMDD, four digits, check = 11 − Σ 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 · d mod 11, never 10 or 11. Source: PACI.</summary>
    internal static bool Kuwaiti(ReadOnlySpan<char> value) =>
        value[0] is '2' or '3'
        && IsDay(Number(value[3..5]), Number(value[5..7]))
        && 11 - (Sum(value, [2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11) == value[11] - '0';

    /// <summary>rest = Σ 10, 9, …, 2 · d mod 11; check = rest where that is below 2, 11 − rest otherwise. Source: سازمان ثبت احوال.</summary>
    internal static bool Iranian(ReadOnlySpan<char> value)
    {
        var rest = Sum(value, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        return (rest < 2 ? rest : 11 - rest) == value[9] - '0' && !IsOneDigit(value);
    }

    /// <summary>Century 2 or 3, YYMMDD, governorate 01–35 or 88, five digits; the check digit's formula is not published. Source: وزارة الداخلية.</summary>
    internal static bool Egyptian(ReadOnlySpan<char> value) =>
        value[0] is '2' or '3' && IsDay(Number(value[3..5]), Number(value[5..7])) && Number(value[7..9]) is (>= 1 and <= 35) or 88;

    /// <summary>YYMMDD, four of order, citizenship 0–2, a digit 8 or 9 (0–9 before 1986), Luhn's check. Source: Department of Home Affairs.</summary>
    internal static bool SouthAfrican(ReadOnlySpan<char> value) =>
        IsDay(Number(value[2..4]), Number(value[4..6])) && value[10] <= '2' && Luhn(value);
}
