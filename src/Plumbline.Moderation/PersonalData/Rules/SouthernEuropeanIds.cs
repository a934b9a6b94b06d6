using static Plumbline.Moderation.PersonalData.Rules.Checksums;
using static Plumbline.Moderation.PersonalData.Scanning.NumberShape;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Numbers of Spain, Italy, Portugal and Greece.</summary>
internal static class SouthernEuropeanIds
{
    private const string SpanishLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
    private const string ItalianMonths = "ABCDEHLMPRST";
    private const string OmocodeDigits = "LMNPQRSTUV";

    // Values of 0…9 and A…Z at odd places, counted from 1.
    private static ReadOnlySpan<byte> ItalianOdd =>
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        NationalId.Of(
            "es_dni",
            "DNI",
            0.038,
            Dni,
            "check letter: number mod 23",
            "interior.gob.es, Cálculo del dígito de control del NIF-NIE",
            "dni, nif, documento nacional de identidad, d.n.i",
            Grouped("99999999A"),
            Own("99999999-A"),
            Own("99.999.999-A"),
            Own("99.999.999 A"),
            Grouped("99999999 A"),
            Own("99.999.999A")
        ),
        NationalId.Of(
            "es_nie",
            "NIE",
            0.0044,
            Nie,
            "begins with X, Y or Z; check letter: number mod 23",
            "interior.gob.es, Cálculo del dígito de control del NIF-NIE",
            "nie, número de identidad de extranjero, nif",
            Grouped("A9999999A"),
            Own("A-9999999-A"),
            Own("A9999999-A")
        ),
        NationalId.Of(
            "it_codice_fiscale",
            "codice fiscale",
            0.011,
            CodiceFiscale,
            "month, day; check letter over odd and even places modulo 26",
            "agenziaentrate.gov.it, D.M. 23 dicembre 1976",
            "codice fiscale, cod. fisc, cod.fisc, c.f, fiscal code",
            Own("AAAAAA99A99A999A"),
            Own("AAAAAA**A**A***A"),
            Own("AAA AAA 99A99 A999A")
        ),
        NationalId.Of(
            "it_partita_iva",
            "partita IVA",
            0.1,
            PartitaIva,
            "Luhn",
            "agenziaentrate.gov.it, Struttura della partita IVA",
            "partita iva, p. iva, p.iva, p iva, piva",
            Plain("99999999999")
        ),
        NationalId.Of(
            "pt_nif",
            "NIF",
            0.075,
            PortugueseNif,
            "check digit of weights 9…2 modulo 11; first digit in use",
            "portaldasfinancas.gov.pt; Decreto-Lei 14/2013",
            "nif, contribuinte, número fiscal, numero fiscal, número de identificação fiscal",
            Grouped("999 999 999"),
            Plain("999999999")
        ),
        NationalId.Of(
            "pt_citizen_card",
            "cartão de cidadão",
            0.09,
            CitizenCard,
            "Luhn over twelve characters with A = 10",
            "autenticacao.gov.pt, Validação de número de documento do cartão de cidadão",
            "cartão de cidadão, cartao de cidadao, bilhete de identidade, número de documento",
            Own("99999999 9 AA9"),
            Own("99999999-9-AA9"),
            Narrow("999999999AA9")
        ),
        NationalId.Of(
            "gr_amka",
            "AMKA",
            0.0037,
            Amka,
            "date of birth; Luhn",
            "amka.gr; N. 3655/2008",
            "amka, αμκα, α.μ.κ.α, κοινωνικής ασφάλισης",
            Plain("99999999999")
        ),
        NationalId.Of(
            "gr_afm",
            "AFM",
            0.1,
            Afm,
            "check digit of weights 256…2 modulo 11 modulo 10",
            "aade.gr, Αριθμός Φορολογικού Μητρώου",
            "afm, αφμ, α.φ.μ, φορολογικού μητρώου",
            Plain("999999999")
        ),
    ];

    /// <summary>letter = TRWAGMYFPDXBNJZSQVHLCKE[number mod 23]. Source: Ministerio del Interior.</summary>
    internal static bool Dni(ReadOnlySpan<char> value) => value[8] == SpanishLetters[Number(value[..8]) % 23];

    /// <summary>As the DNI, where X, Y and Z stand for 0, 1 and 2 before seven digits. Source: Ministerio del Interior.</summary>
    internal static bool Nie(ReadOnlySpan<char> value) =>
        value[0] is >= 'X' and <= 'Z' && value[8] == SpanishLetters[(((value[0] - 'X') * 10_000_000) + Number(value[1..8])) % 23];

    /// <summary>
    /// Sixteen characters: six letters of the name, YY, month A B C D E H L M P R S T, day (+40 for women), place, check letter: the sum of values at odd places
    /// (a table) and even places (0…25) modulo 26. Digits may be replaced by L…V where two people would have the same. Source: D.M. 23 dicembre 1976.
    /// </summary>
    internal static bool CodiceFiscale(ReadOnlySpan<char> value)
    {
        ReadOnlySpan<byte> digits = [6, 7, 9, 10, 12, 13, 14];
        Span<char> plain = stackalloc char[16];
        value.CopyTo(plain);
        foreach (var place in digits)
        {
            var replaced = OmocodeDigits.IndexOf(value[place]);
            if (replaced < 0 && !char.IsAsciiDigit(value[place]))
            {
                return false;
            }

            plain[place] = replaced < 0 ? value[place] : (char)('0' + replaced);
        }

        if (!ItalianMonths.Contains(value[8]) || Number(plain[9..11]) is 0 or (> 31 and < 41) or > 71)
        {
            return false;
        }

        var sum = 0;
        for (var i = 0; i < 15; i++)
        {
            var order = char.IsAsciiDigit(value[i]) ? value[i] - '0' : value[i] - 'A';
            sum += i % 2 == 0 ? ItalianOdd[order] : order;
        }

        return value[15] == 'A' + (sum % 26);
    }

    /// <summary>Eleven digits that pass Luhn's check. Source: Agenzia delle Entrate.</summary>
    internal static bool PartitaIva(ReadOnlySpan<char> value) => Luhn(value) && !IsOneDigit(value);

    /// <summary>check = 11 − Σ (9 − i) · d_i mod 11 over eight digits, 0 where that is 10 or more. Source: Autoridade Tributária.</summary>
    internal static bool PortugueseNif(ReadOnlySpan<char> value)
    {
        var check = 11 - (Sum(value, [9, 8, 7, 6, 5, 4, 3, 2]) % 11);
        return value[0] is not ('0' or '4' or '7') && (check >= 10 ? 0 : check) == value[8] - '0' && !IsOneDigit(value);
    }

    /// <summary>Luhn's check over twelve characters, where letters count from A = 10. Source: AMA, Cartão de Cidadão.</summary>
    internal static bool CitizenCard(ReadOnlySpan<char> value)
    {
        var sum = 0;
        for (var i = 0; i < 12; i++)
        {
            var number = Value(value[i]) * (i % 2 == 0 ? 2 : 1);
            sum += i % 2 == 0 && number > 9 ? number - 9 : number;
        }

        return sum % 10 == 0;
    }

    /// <summary>DDMMYY and five digits; Luhn's check over all eleven. Source: AMKA registry.</summary>
    internal static bool Amka(ReadOnlySpan<char> value) => IsDay(Number(value[2..4]), Number(value[..2])) && Luhn(value);

    /// <summary>check = Σ 2^(8 − i) · d_i mod 11 mod 10 over eight digits. Source: AADE.</summary>
    internal static bool Afm(ReadOnlySpan<char> value)
    {
        var sum = 0;
        foreach (var digit in value[..8])
        {
            sum = (sum + digit - '0') * 2;
        }

        return sum % 11 % 10 == value[8] - '0' && !IsOneDigit(value);
    }
}
