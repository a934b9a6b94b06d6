using static Plumbline.Moderation.PersonalData.Rules.Checksums;
using static Plumbline.Moderation.PersonalData.Scanning.NumberShape;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Numbers of China, Taiwan, Hong Kong, Japan and Korea.</summary>
internal static class EastAsianIds
{
    // The number that Taiwan gives each letter, from A on.
    private static ReadOnlySpan<byte> TaiwaneseLetters =>
        [10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33];

    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        NationalId.Of(
            "cn_resident_id",
            "居民身份证",
            0.00008,
            ResidentId,
            "province, date of birth; ISO/IEC 7064 MOD 11-2",
            "GB 11643-1999",
            "身份证, 身份證, 公民身份号码, 居民身份, resident id, identity card, id card",
            Plain("999999999999999999"),
            Plain("99999999999999999A")
        ),
        NationalId.Of(
            "tw_national_id",
            "國民身分證",
            0.04,
            Taiwanese,
            "sex or kind of residence; check digit of weights 1, 9, 8, …, 1, 1 modulo 10",
            "ris.gov.tw, 國民身分證統一編號",
            "身分證, 身份證, 身分證字號, 統一編號, 居留證, national id",
            Grouped("A999999999")
        ),
        NationalId.Of(
            "hk_id_card",
            "香港身份證",
            0.03,
            HongKong,
            "check character of weights 9…2 modulo 11",
            "immd.gov.hk, Hong Kong identity card",
            "身份證, 身份证, hkid, identity card, id card",
            Own("A999999(*)"),
            Own("AA999999(*)"),
            Plain("A999999*"),
            Plain("AA999999*")
        ),
        NationalId.Of(
            "jp_my_number",
            "マイナンバー",
            0.1,
            MyNumber,
            "check digit of weights 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 modulo 11",
            "総務省令第85号 (2014)",
            "マイナンバー, 個人番号, my number, individual number",
            Narrow("9999 9999 9999"),
            Narrow("9999-9999-9999"),
            Plain("999999999999")
        ),
        NationalId.Of(
            "kr_rrn",
            "주민등록번호",
            0.0029,
            Resident,
            "date of birth, sex and century; check digit of weights 2…9, 2…5 modulo 11",
            "mois.go.kr, 주민등록법 시행규칙",
            "주민등록번호, 주민번호, 외국인등록번호, 등록번호, resident registration",
            Own("999999-9999999"),
            Plain("9999999999999")
        ),
        NationalId.Of(
            "kr_rrn_since_2020",
            "주민등록번호 without a check digit",
            0.0031,
            RecentResident,
            "no check digit: date of birth from 2010 on",
            "mois.go.kr, 주민등록법 시행규칙, October 2020",
            "주민등록번호, 주민번호, 외국인등록번호, 등록번호, resident registration",
            Own("999999-9999999"),
            Plain("9999999999999")
        ),
    ];

    /// <summary>
    /// Six of place, YYYYMMDD, three of order and a check: Σ 2^(17 − i) · d_i mod 11 gives a character of 1 0 X 9 8 7 6 5 4 3 2. Source: GB 11643-1999.
    /// </summary>
    internal static bool ResidentId(ReadOnlySpan<char> value)
    {
        var sum = 0;
        foreach (var digit in value[..17])
        {
            sum = (sum + digit - '0') * 2 % 11;
        }

        return value[0] is >= '1' and <= '8'
            && Number(value[6..10]) is >= 1880 and < 2100
            && IsDay(Number(value[10..12]), Number(value[12..14]))
            && value[17] == "10X98765432"[sum];
    }

    /// <summary>
    /// A letter with a number of two digits, then nine digits: tens · 1 + ones · 9 + Σ 8, 7, …, 1, 1 · d is a multiple of 10; the first digit is 1, 2, 8 or 9.
    /// Source: 內政部戶政司.
    /// </summary>
    internal static bool Taiwanese(ReadOnlySpan<char> value)
    {
        var letter = TaiwaneseLetters[value[0] - 'A'];
        return value[1] is '1' or '2' or '8' or '9'
            && ((letter / 10) + (letter % 10 * 9) + Sum(value[1..], [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 == 0;
    }

    /// <summary>One or two letters (a space of 36 before one), six digits, check: Σ 9, 8, …, 2 · value with A = 10, plus the check (A is 10), is a multiple of 11. Source: Immigration Department.</summary>
    internal static bool HongKong(ReadOnlySpan<char> value)
    {
        var single = value.Length == 8;
        var first = single ? 36 : Value(value[0]);
        var second = Value(value[single ? 0 : 1]);
        var check = char.IsAsciiDigit(value[^1]) ? value[^1] - '0' : 10;
        return value[^1] <= 'A' && ((first * 9) + (second * 8) + Sum(value[^7..], [7, 6, 5, 4, 3, 2]) + check) % 11 == 0;
    }

    /// <summary>check = 11 − Σ 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 · d mod 11, 0 where the remainder is 0 or 1. Source: 総務省令第85号.</summary>
    internal static bool MyNumber(ReadOnlySpan<char> value)
    {
        var rest = Sum(value, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        return (rest <= 1 ? 0 : 11 - rest) == value[11] - '0' && !IsOneDigit(value);
    }

    /// <summary>YYMMDD, sex and century 1–8 (9, 0 before 1900), six digits: check = (11 − Σ 2, 3, …, 9, 2, 3, 4, 5 · d mod 11) mod 10. Source: 주민등록법 시행규칙.</summary>
    internal static bool Resident(ReadOnlySpan<char> value)
    {
        var check = (11 - (Sum(value, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10;
        var foreigner = (check + 2) % 10;
        return IsDay(Number(value[2..4]), Number(value[4..6]))
            && value[6] is >= '1' and <= '8'
            && (value[6] >= '5' ? foreigner : check) == value[12] - '0';
    }

    /// <summary>YYMMDD from 2010 on, sex and century 3, 4, 7 or 8; since October 2020 the other digits are random. Source: 주민등록법 시행규칙.</summary>
    internal static bool RecentResident(ReadOnlySpan<char> value) =>
        IsDay(Number(value[2..4]), Number(value[4..6])) && Number(value[..2]) is >= 10 and <= 30 && value[6] is '3' or '4' or '7' or '8';
}
