using static Plumbline.Moderation.PersonalData.Rules.Checksums;
using static Plumbline.Moderation.PersonalData.Scanning.NumberShape;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Numbers of Brazil, Argentina, Chile, Colombia, Peru, Ecuador and Uruguay.</summary>
internal static class SouthAmericanIds
{
    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        NationalId.Of(
            "br_cpf",
            "CPF",
            0.0099,
            Cpf,
            "two check digits modulo 11",
            "gov.br/receitafederal, Cadastro de Pessoas Físicas",
            "cpf, cadastro de pessoas físicas, cadastro de pessoa",
            Own("999.999.999-99"),
            Plain("99999999999")
        ),
        NationalId.Of(
            "br_cnpj",
            "CNPJ",
            0.0099,
            Cnpj,
            "two check digits modulo 11",
            "gov.br/receitafederal, Cadastro Nacional da Pessoa Jurídica",
            "cnpj, cadastro nacional da pessoa",
            Own("99.999.999/9999-99"),
            Plain("99999999999999")
        ),
        NationalId.Of(
            "ar_cuit",
            "CUIT / CUIL",
            0.0083,
            Cuit,
            "prefix in use; check digit of weights 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 modulo 11",
            "afip.gob.ar, CUIT",
            "cuit, cuil, clave única de identificación",
            Own("99-99999999-9"),
            Plain("99999999999")
        ),
        NationalId.Of(
            "cl_rut",
            "RUT / RUN",
            0.09,
            Rut,
            "check character of weights 2…7 from the right modulo 11",
            "registrocivil.cl; DFL 3 de 1969",
            "rut, run, rol único, rol unico",
            Own("99.999.999-*"),
            Own("9.999.999-*"),
            Grouped("99999999-*"),
            Plain("999999999"),
            Plain("99999999A")
        ),
        NationalId.Of(
            "co_nit",
            "NIT",
            0.095,
            Nit,
            "check digit of weights 41, 37, 29, 23, 19, 17, 13, 7, 3 modulo 11",
            "dian.gov.co, Orden administrativa 4 de 1989",
            "nit, identificación tributaria, cédula de ciudadanía",
            Own("999.999.999-9"),
            Narrow("999999999-9"),
            Plain("9999999999")
        ),
        NationalId.Of(
            "pe_ruc",
            "RUC",
            0.0036,
            Ruc,
            "prefix 10, 15, 17 or 20; check digit of weights 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 modulo 11",
            "sunat.gob.pe, Registro Único de Contribuyentes",
            "ruc, registro único de contribuyentes, contribuyente",
            Plain("99999999999")
        ),
        NationalId.Of(
            "ec_cedula",
            "cédula de identidad",
            0.015,
            Cedula,
            "province; Luhn",
            "registrocivil.gob.ec",
            "cédula, cedula, c.i, cédula de identidad",
            Own("999999999-9"),
            Plain("9999999999")
        ),
        NationalId.Of(
            "uy_ci",
            "cédula de identidad",
            0.1,
            UruguayanCard,
            "Σ 2, 9, 8, 7, 6, 3, 4, 1 · d is a multiple of 10",
            "dnic.gub.uy, Documento de identidad",
            "cédula, cedula, c.i, cédula de identidad",
            Own("9.999.999-9"),
            Narrow("9999999-9"),
            Plain("99999999")
        ),
    ];

    /// <summary>d10 = Σ (10 − i) · d_i · 10 mod 11 mod 10 over nine digits, d11 likewise with weights 11…2 over ten; never all digits the same. Source: Receita Federal.</summary>
    internal static bool Cpf(ReadOnlySpan<char> value) =>
        Sum(value, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10 == value[9] - '0'
        && Sum(value, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10 == value[10] - '0'
        && !IsOneDigit(value);

    /// <summary>d13 = Σ 5, 4, 3, 2, 9, 8, …, 2 · d · 10 mod 11 mod 10 over twelve digits, d14 likewise with weights 6, 5, …, 2, 9, 8, …, 2 over thirteen. Source: Receita Federal.</summary>
    internal static bool Cnpj(ReadOnlySpan<char> value) =>
        Sum(value, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10 == value[12] - '0'
        && Sum(value, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10 == value[13] - '0'
        && !IsOneDigit(value);

    /// <summary>check = 11 − Σ 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 · d mod 11, 0 for 11, never 10. Source: AFIP.</summary>
    internal static bool Cuit(ReadOnlySpan<char> value) =>
        Number(value[..2]) is 20 or 23 or 24 or 25 or 26 or 27 or 30 or 33 or 34
        && (11 - (Sum(value, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11 == value[10] - '0';

    /// <summary>check = 11 − Σ 2, 3, 4, 5, 6, 7, 2, 3 · d from the right mod 11; 11 is 0, 10 is K. Source: Registro Civil.</summary>
    internal static bool Rut(ReadOnlySpan<char> value)
    {
        var (sum, weight) = (0, 2);
        for (var i = value.Length - 2; i >= 0; i--)
        {
            sum += (value[i] - '0') * weight;
            weight = weight == 7 ? 2 : weight + 1;
        }

        var check = (11 - (sum % 11)) % 11;
        return value[^1] == (check == 10 ? 'K' : (char)('0' + check)) && !IsOneDigit(value);
    }

    /// <summary>rest = Σ 41, 37, 29, 23, 19, 17, 13, 7, 3 · d mod 11; check = rest where that is 0 or 1, 11 − rest otherwise. Source: DIAN.</summary>
    internal static bool Nit(ReadOnlySpan<char> value)
    {
        var rest = Sum(value, [41, 37, 29, 23, 19, 17, 13, 7, 3]) % 11;
        return (rest < 2 ? rest : 11 - rest) == value[9] - '0' && !IsOneDigit(value);
    }

    /// <summary>check = (11 − Σ 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 · d mod 11) mod 10. Source: SUNAT.</summary>
    internal static bool Ruc(ReadOnlySpan<char> value) =>
        Number(value[..2]) is 10 or 15 or 17 or 20 && (11 - (Sum(value, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 10 == value[10] - '0';

    /// <summary>Province 01–24 or 30, third digit below 6, Luhn's check over ten digits. Source: Registro Civil del Ecuador.</summary>
    internal static bool Cedula(ReadOnlySpan<char> value) => Number(value[..2]) is (>= 1 and <= 24) or 30 && value[2] < '6' && Luhn(value);

    /// <summary>Σ 2, 9, 8, 7, 6, 3, 4, 1 · d is a multiple of 10. Source: Dirección Nacional de Identificación Civil.</summary>
    internal static bool UruguayanCard(ReadOnlySpan<char> value) => Sum(value, [2, 9, 8, 7, 6, 3, 4, 1]) % 10 == 0 && !IsOneDigit(value);
}
