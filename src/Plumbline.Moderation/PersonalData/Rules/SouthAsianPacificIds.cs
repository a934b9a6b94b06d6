using static Plumbline.Moderation.PersonalData.Rules.Checksums;
using static Plumbline.Moderation.PersonalData.Scanning.NumberShape;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Numbers of India, Pakistan, Singapore, Thailand, Malaysia, Indonesia, Australia and New Zealand.</summary>
internal static class SouthAsianPacificIds
{
    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        NationalId.Of(
            "in_aadhaar",
            "Aadhaar",
            0.08,
            Aadhaar,
            "Verhoeff; does not begin with 0 or 1",
            "uidai.gov.in, UIDAI numbering scheme",
            "aadhaar, aadhar, adhaar, uidai, आधार, আধার, ஆதார்",
            Grouped("9999 9999 9999"),
            Own("9999-9999-9999"),
            Plain("999999999999")
        ),
        NationalId.Of(
            "in_pan",
            "PAN",
            0.38,
            Pan,
            "no check digit: fourth letter is a kind of holder",
            "incometaxindia.gov.in, Permanent Account Number",
            "pan, permanent account, पैन",
            Own("AAAAA9999A")
        ),
        NationalId.Of(
            "pk_cnic",
            "CNIC",
            0.7,
            Cnic,
            "no check digit: province 1–7",
            "nadra.gov.pk",
            "cnic, nadra, شناختی کارڈ",
            Own("99999-9999999-9"),
            Plain("9999999999999")
        ),
        NationalId.Of(
            "sg_nric",
            "NRIC / FIN",
            0.007,
            Nric,
            "begins with S, T, F, G or M; check letter of weights 2, 7, 6, 5, 4, 3, 2 modulo 11",
            "ica.gov.sg, NRIC",
            "nric, fin, identity card",
            Grouped("A9999999A")
        ),
        NationalId.Of(
            "th_national_id",
            "เลขประจำตัวประชาชน",
            0.09,
            Thai,
            "check digit of weights 13…2 modulo 11 modulo 10",
            "bora.dopa.go.th",
            "บัตรประชาชน, เลขประจำตัว, ประจำตัวประชาชน, thai id, national id",
            Own("9-9999-99999-99-9"),
            Plain("9999999999999")
        ),
        NationalId.Of(
            "my_nric",
            "MyKad",
            0.029,
            MyKad,
            "no check digit: date of birth, place of birth",
            "jpn.gov.my, MyKad",
            "mykad, nric, kad pengenalan, no. kp, ic number, no. ic",
            Own("999999-99-9999"),
            Plain("999999999999")
        ),
        NationalId.Of(
            "id_nik",
            "NIK",
            0.06,
            Nik,
            "no check digit: province, date of birth (day +40 for women)",
            "Permendagri 72/2022",
            "nik, nomor induk kependudukan, ktp, no. ktp",
            Plain("9999999999999999")
        ),
        NationalId.Of(
            "au_tfn",
            "Tax File Number",
            0.09,
            Tfn,
            "Σ 1, 4, 3, 7, 5, 8, 6, 9, 10 · d is a multiple of 11",
            "ato.gov.au, Tax file number algorithm",
            "tfn, tax file",
            Grouped("999 999 999"),
            Narrow("999-999-999"),
            Plain("999999999")
        ),
        NationalId.Of(
            "au_medicare",
            "Medicare number",
            0.05,
            Medicare,
            "begins with 2–6; check digit of weights 1, 3, 7, 9 modulo 10",
            "servicesaustralia.gov.au; meteor.aihw.gov.au",
            "medicare",
            Grouped("9999 99999 9"),
            Own("9999-99999-9"),
            Plain("9999999999"),
            Grouped("9999 99999 9 9")
        ),
        NationalId.Of(
            "nz_ird",
            "IRD number",
            0.08,
            Ird,
            "check digit of weights 3, 2, 7, 6, 5, 4, 3, 2, or 7, 4, 3, 2, 5, 2, 7, 6, modulo 11",
            "ird.govt.nz, Non-resident withholding tax and RWT specification",
            "ird, inland revenue, tax number",
            Own("99-999-999"),
            Own("999-999-999"),
            Plain("99999999"),
            Plain("999999999")
        ),
    ];

    /// <summary>Twelve digits that pass Verhoeff's check, the first one 2–9. Source: UIDAI.</summary>
    internal static bool Aadhaar(ReadOnlySpan<char> value) => value[0] >= '2' && !IsOneDigit(value) && Verhoeff(value);

    /// <summary>Five letters, four digits, a letter; the fourth letter is one of A B C F G H J L P T. Source: Income Tax Department.</summary>
    internal static bool Pan(ReadOnlySpan<char> value) => "ABCFGHJLPT".Contains(value[3]);

    /// <summary>Thirteen digits, the first one 1–7. Source: NADRA.</summary>
    internal static bool Cnic(ReadOnlySpan<char> value) => value[0] is >= '1' and <= '7';

    /// <summary>
    /// Letter, seven digits, check letter: (Σ 2, 7, 6, 5, 4, 3, 2 · d, plus 4 for T and G, 3 for M) mod 11 counts from the end of JZIHGFEDCBA (S, T), XWUTRQPNMLK (F, G) or XWUTRQPNJLK (M).
    /// Source: Immigration and Checkpoints Authority.
    /// </summary>
    internal static bool Nric(ReadOnlySpan<char> value)
    {
        var sum = Sum(value[1..], [2, 7, 6, 5, 4, 3, 2]);
        return value[0] switch
        {
            'S' => value[8] == "JZIHGFEDCBA"[sum % 11],
            'T' => value[8] == "JZIHGFEDCBA"[(sum + 4) % 11],
            'F' => value[8] == "XWUTRQPNMLK"[sum % 11],
            'G' => value[8] == "XWUTRQPNMLK"[(sum + 4) % 11],
            'M' => value[8] == "XWUTRQPNJLK"[(sum + 3) % 11],
            _ => false,
        };
    }

    /// <summary>check = (11 − Σ 13, 12, …, 2 · d mod 11) mod 10; the first digit is 1–8. Source: กรมการปกครอง.</summary>
    internal static bool Thai(ReadOnlySpan<char> value) =>
        value[0] is >= '1' and <= '8'
        && (11 - (Sum(value, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 == value[12] - '0'
        && !IsOneDigit(value);

    /// <summary>YYMMDD-PB-NNNG: a place of birth in use. Source: Jabatan Pendaftaran Negara.</summary>
    internal static bool MyKad(ReadOnlySpan<char> value) =>
        IsDay(Number(value[2..4]), Number(value[4..6]))
        && Number(value[6..8]) is (>= 1 and <= 16) or (>= 21 and <= 68) or 71 or 72 or (>= 74 and <= 79) or (>= 82 and <= 93) or 98 or 99;

    /// <summary>Province 11–94, district, DDMMYY (day +40 for women), four of order. Source: Permendagri 72/2022.</summary>
    internal static bool Nik(ReadOnlySpan<char> value)
    {
        var day = Number(value[6..8]);
        return Number(value[..2]) is >= 11 and <= 94
            && IsDay(Number(value[8..10]), day > 40 ? day - 40 : day)
            && !value[12..].SequenceEqual("0000");
    }

    /// <summary>Σ 1, 4, 3, 7, 5, 8, 6, 9, 10 · d is a multiple of 11. Source: Australian Taxation Office.</summary>
    internal static bool Tfn(ReadOnlySpan<char> value) => Sum(value, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0 && !IsOneDigit(value);

    /// <summary>First digit 2–6; the ninth is Σ 1, 3, 7, 9, 1, 3, 7, 9 · d mod 10; the tenth counts cards and is not 0. Source: Services Australia.</summary>
    internal static bool Medicare(ReadOnlySpan<char> value) =>
        value[0] is >= '2' and <= '6' && value[9] != '0' && Sum(value, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 == value[8] - '0';

    /// <summary>
    /// Eight digits (a 0 is put before seven) and a check: (11 − Σ 3, 2, 7, 6, 5, 4, 3, 2 · d mod 11) mod 11, or with weights 7, 4, 3, 2, 5, 2, 7, 6 where that is 10.
    /// Source: Inland Revenue.
    /// </summary>
    internal static bool Ird(ReadOnlySpan<char> value)
    {
        Span<char> digits = stackalloc char[9];
        digits[0] = '0';
        value.CopyTo(digits[(9 - value.Length)..]);
        var check = (11 - (Sum(digits, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
        check = check == 10 ? (11 - (Sum(digits, [7, 4, 3, 2, 5, 2, 7, 6]) % 11)) % 11 : check;
        return Number(digits) is >= 10_000_000 and <= 150_000_000 && check == digits[8] - '0';
    }
}
