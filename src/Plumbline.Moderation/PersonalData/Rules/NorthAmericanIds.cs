using static Plumbline.Moderation.PersonalData.Rules.Checksums;
using static Plumbline.Moderation.PersonalData.Scanning.NumberShape;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Numbers of the United States, Canada and Mexico.</summary>
internal static class NorthAmericanIds
{
    private const string MexicanStates =
        "AS BC BS CC CH CL CM CS DF DG GR GT HG JC MC MN MS NE NL NT OC PL QR QT SL SP SR TC TL TS VZ YN ZS ";
    private const string CurpAlphabet = "0123456789ABCDEFGHIJKLMN?OPQRSTUVWXYZ";
    private const string RfcAlphabet = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ ";

    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        NationalId.Of(
            "us_ssn",
            "Social Security number",
            0.89,
            Ssn,
            "no check digit: area not 000, 666 or 9xx, group not 00, serial not 0000",
            "ssa.gov, Social Security Number Randomization",
            "ssn, social security, social sec, seguro social, sozialversicherungsnummer",
            Own("999-99-9999"),
            Grouped("999 99 9999"),
            Plain("999999999")
        ),
        NationalId.Of(
            "us_itin",
            "Individual Taxpayer Identification Number",
            0.042,
            Itin,
            "no check digit: begins with 9, group 50–65, 70–88, 90–92 or 94–99",
            "irs.gov, Internal Revenue Manual 3.21.263",
            "itin, taxpayer identification, individual taxpayer, tax id",
            Own("999-99-9999"),
            Grouped("999 99 9999"),
            Plain("999999999")
        ),
        NationalId.Of(
            "us_ein",
            "Employer Identification Number",
            0.83,
            Ein,
            "no check digit: prefix that the IRS assigns",
            "irs.gov, How EINs are assigned and valid EIN prefixes",
            "ein, fein, employer identification, employer id, federal tax id, tax id number",
            Narrow("99-9999999")
        ),
        NationalId.Of(
            "ca_sin",
            "Social Insurance Number",
            0.08,
            Sin,
            "Luhn; does not begin with 8",
            "canada.ca, Social Insurance Number validation",
            "sin, social insurance, nas, numéro d'assurance sociale, assurance sociale",
            Own("999-999-999"),
            Grouped("999 999 999"),
            Plain("999999999")
        ),
        NationalId.Of(
            "mx_curp",
            "CURP",
            0.00008,
            Curp,
            "date of birth, sex, federal entity, check digit of weights 18…2 modulo 10",
            "gob.mx, Instructivo normativo para la asignación de la CURP",
            "curp, clave única, clave unica de registro",
            Own("AAAA999999AAAAAA*9")
        ),
        NationalId.Of(
            "mx_rfc",
            "RFC of a person",
            0.001,
            Rfc,
            "date, check digit of weights 13…2 modulo 11",
            "sat.gob.mx, Anexo 3, integración de la clave del RFC",
            "rfc, registro federal de contribuyentes",
            Narrow("AAAA999999***")
        ),
    ];

    /// <summary>AAA-GG-SSSS: area 001–899 without 666, group 01–99, serial 0001–9999. No check digit. Source: ssa.gov.</summary>
    internal static bool Ssn(ReadOnlySpan<char> value) =>
        Number(value[..3]) is not (0 or 666 or >= 900) && Number(value[3..5]) != 0 && Number(value[5..]) != 0;

    /// <summary>9NN-GG-SSSS with GG in 50–65, 70–88, 90–92, 94–99. Source: irs.gov.</summary>
    internal static bool Itin(ReadOnlySpan<char> value) =>
        value[0] == '9' && Number(value[3..5]) is (>= 50 and <= 65) or (>= 70 and <= 88) or (>= 90 and <= 92) or (>= 94 and <= 99);

    /// <summary>PP-NNNNNNN with a prefix in use. Source: irs.gov.</summary>
    internal static bool Ein(ReadOnlySpan<char> value) =>
        Number(value[..2]) is not (0 or 7 or 8 or 9 or 17 or 18 or 19 or 28 or 29 or 49 or 69 or 70 or 78 or 79 or 89 or 96 or 97);

    /// <summary>Nine digits that pass Luhn's check. Source: canada.ca.</summary>
    internal static bool Sin(ReadOnlySpan<char> value) => value[0] != '8' && !IsOneDigit(value) && Luhn(value);

    /// <summary>
    /// 18 characters: four letters, YYMMDD, sex, entity, three consonants, one of homonymy, check. With values from the alphabet 0…9, A…N, Ñ, O…Z:
    /// check = (10 − Σ (18 − i) · v_i mod 10) mod 10 over the first 17. Source: gob.mx.
    /// </summary>
    internal static bool Curp(ReadOnlySpan<char> value)
    {
        if (value[10] is not ('H' or 'M' or 'X') || !IsDay(Number(value[6..8]), Number(value[8..10])))
        {
            return false;
        }

        var state = MexicanStates.AsSpan().IndexOf(value[11..13]);
        if (state % 3 != 0)
        {
            return false;
        }

        var sum = 0;
        for (var i = 0; i < 17; i++)
        {
            sum += (18 - i) * CurpAlphabet.IndexOf(value[i]);
        }

        return (10 - (sum % 10)) % 10 == value[17] - '0';
    }

    /// <summary>
    /// 13 characters: four letters, YYMMDD, two of homonymy, check. With values from the alphabet 0…9, A…N, &amp;, O…Z, space:
    /// check = 11 − Σ (13 − i) · v_i mod 11 over the first 12, where 11 is 0 and 10 is A. Source: sat.gob.mx.
    /// </summary>
    internal static bool Rfc(ReadOnlySpan<char> value)
    {
        if (!IsDay(Number(value[6..8]), Number(value[8..10])))
        {
            return false;
        }

        var sum = 0;
        for (var i = 0; i < 12; i++)
        {
            sum += (13 - i) * RfcAlphabet.IndexOf(value[i]);
        }

        var check = (11 - (sum % 11)) % 11;
        return value[12] == (check == 10 ? 'A' : (char)('0' + check));
    }
}
