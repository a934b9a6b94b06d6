using static Plumbline.Moderation.PersonalData.Rules.Checksums;
using static Plumbline.Moderation.PersonalData.Scanning.NumberShape;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Numbers of the United Kingdom and Ireland.</summary>
internal static class BritishIslesIds
{
    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        NationalId.Of(
            "gb_nhs",
            "NHS number",
            0.09,
            Nhs,
            "check digit of weights 10…2 modulo 11",
            "datadictionary.nhs.uk, NHS NUMBER",
            "nhs, national health service",
            Grouped("999 999 9999"),
            Grouped("999-999-9999"),
            Plain("9999999999")
        ),
        NationalId.Of(
            "gb_nino",
            "National Insurance number",
            0.085,
            Nino,
            "no check digit: prefix letters that are allocated, suffix A–D",
            "gov.uk, HMRC manual NIM39110",
            "nino, national insurance, ni number, ni no, insurance number",
            Grouped("AA999999A"),
            Own("AA 99 99 99 A"),
            Own("AA 999999 A"),
            Own("AA999999 A")
        ),
        NationalId.Of(
            "ie_pps",
            "PPS number",
            0.04,
            Pps,
            "check letter of weights 8…2 modulo 23",
            "gov.ie, Personal Public Service number",
            "pps, ppsn, personal public service, uimhir psp",
            Narrow("9999999A"),
            Narrow("9999999AA"),
            Narrow("9999999 A")
        ),
    ];

    /// <summary>check = 11 − Σ (10 − i) · d_i mod 11 over nine digits; 11 is 0, and 10 is never given. Source: NHS Data Model and Dictionary.</summary>
    internal static bool Nhs(ReadOnlySpan<char> value)
    {
        var check = (11 - (Sum(value, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
        return check == value[9] - '0' && !IsOneDigit(value);
    }

    /// <summary>
    /// Two letters, six digits, a letter A–D. Neither of the first two is D, F, I, Q, U or V, the second is not O either, and BG, GB, KN, NK, NT, TN, ZZ are never given.
    /// Source: HMRC NIM39110.
    /// </summary>
    internal static bool Nino(ReadOnlySpan<char> value) =>
        !"DFIQUV".Contains(value[0])
        && !"DFIOQUV".Contains(value[1])
        && value[8] is >= 'A' and <= 'D'
        && !"BG GB KN NK NT TN ZZ".AsSpan().Contains(value[..2], StringComparison.Ordinal);

    /// <summary>letter = Σ (8 − i) · d_i over seven digits, plus 9 · the second letter's place in the alphabet (W is 0), modulo 23; 0 is W. Source: gov.ie.</summary>
    internal static bool Pps(ReadOnlySpan<char> value)
    {
        var second =
            value.Length < 9 || value[8] == 'W' ? 0
            : value[8] is >= 'A' and <= 'I' ? value[8] - 'A' + 1
            : -1;
        var rest = (Sum(value, [8, 7, 6, 5, 4, 3, 2]) + (9 * second)) % 23;
        return second >= 0 && value[7] == (rest == 0 ? 'W' : (char)('A' + rest - 1));
    }
}
