using Plumbline.Moderation.PersonalData;

namespace Plumbline.Moderation.Tests.PersonalData;

/// <summary>Numbers that authorities and standards publish as examples, or that are specimens; and the same with a fault.</summary>
public sealed class GoldenIdentifierTests
{
    private static readonly PersonalDataScanner Scanner = new();

    [Theory]
    [InlineData("us_ssn", "My SSN is 219-09-9999.", "219-09-9999")]
    [InlineData("us_itin", "ITIN 912-70-1234", "912-70-1234")]
    [InlineData("us_ein", "EIN: 12-3456789", "12-3456789")]
    [InlineData("ca_sin", "SIN 046 454 286", "046 454 286")]
    [InlineData("mx_curp", "CURP: BOXW310820HNERXN09", "BOXW310820HNERXN09")]
    [InlineData("mx_rfc", "RFC GODE561231GR8", "GODE561231GR8")]
    [InlineData("gb_nhs", "NHS number 943 476 5919", "943 476 5919")]
    [InlineData("gb_nino", "National Insurance: AB 12 34 56 C", "AB 12 34 56 C")]
    [InlineData("ie_pps", "PPS 1234567T", "1234567T")]
    [InlineData("ie_pps", "PPSN: 1234567FA", "1234567FA")]
    [InlineData("de_tax_id", "Meine Steuer-ID ist 86 095 742 719.", "86 095 742 719")]
    [InlineData("de_tax_id", "Steuer-ID: 47036892816", "47036892816")]
    [InlineData("de_id_card", "Personalausweis T220001293", "T220001293")]
    [InlineData("de_id_card", "Ausweisnummer: L01X00T471", "L01X00T471")]
    [InlineData("de_pension", "Rentenversicherung 15 070649 C 103", "15 070649 C 103")]
    [InlineData("at_svnr", "SVNR 1237 010180", "1237 010180")]
    [InlineData("ch_ahv", "AHV-Nummer 756.9217.0769.85", "756.9217.0769.85")]
    [InlineData("fr_nir", "NIR 1 84 12 76 451 089 46", "1 84 12 76 451 089 46")]
    [InlineData("be_national_number", "Rijksregisternummer 85.07.30-033.28", "85.07.30-033.28")]
    [InlineData("nl_bsn", "BSN 111222333", "111222333")]
    [InlineData("lu_matricule", "Matricule 1893120105732", "1893120105732")]
    [InlineData("es_dni", "DNI 12345678Z", "12345678Z")]
    [InlineData("es_nie", "NIE X1234567L", "X1234567L")]
    [InlineData("it_codice_fiscale", "codice fiscale RSSMRA85T10A562S", "RSSMRA85T10A562S")]
    [InlineData("it_partita_iva", "Partita IVA 00743110157", "00743110157")]
    [InlineData("pt_nif", "NIF 123456789", "123456789")]
    [InlineData("pt_citizen_card", "Cartão de Cidadão 00000000 0 ZZ4", "00000000 0 ZZ4")]
    [InlineData("gr_amka", "ΑΜΚΑ 01013099997", "01013099997")]
    [InlineData("gr_afm", "ΑΦΜ 094259216", "094259216")]
    [InlineData("se_personnummer", "personnummer 811228-9874", "811228-9874")]
    [InlineData("se_personnummer", "personnummer 640823-3234", "640823-3234")]
    [InlineData("no_fodselsnummer", "fødselsnummer 151086 95088", "151086 95088")]
    [InlineData("fi_hetu", "henkilötunnus 131052-308T", "131052-308T")]
    [InlineData("dk_cpr", "CPR 070761-4285", "070761-4285")]
    [InlineData("dk_cpr_since_2007", "CPR 070761-4286", "070761-4286")]
    [InlineData("is_kennitala", "kennitala 120174-3399", "120174-3399")]
    [InlineData("pl_pesel", "PESEL 44051401359", "44051401359")]
    [InlineData("pl_nip", "NIP 856-734-62-15", "856-734-62-15")]
    [InlineData("pl_id_card", "Dowód osobisty ABA300000", "ABA300000")]
    [InlineData("cz_birth_number", "rodné číslo 710319/2745", "710319/2745")]
    [InlineData("hr_oib", "OIB 33392005961", "33392005961")]
    [InlineData("si_emso", "EMŠO 0101006500006", "0101006500006")]
    [InlineData("rs_jmbg", "JMBG 0710003730015", "0710003730015")]
    [InlineData("ro_cnp", "CNP 1630615123457", "1630615123457")]
    [InlineData("bg_egn", "ЕГН 7523169263", "7523169263")]
    [InlineData("lv_personal_code", "personas kods 161175-19997", "161175-19997")]
    [InlineData("lt_personal_code", "asmens kodas 33309240064", "33309240064")]
    [InlineData("ee_personal_code", "isikukood 37605030299", "37605030299")]
    [InlineData("ru_snils", "СНИЛС 112-233-445 95", "112-233-445 95")]
    [InlineData("ru_inn", "ИНН 500100732259", "500100732259")]
    [InlineData("ua_rnokpp", "РНОКПП 1759013776", "1759013776")]
    [InlineData("tr_tckn", "TC kimlik no 10000000146", "10000000146")]
    [InlineData("br_cpf", "CPF 390.533.447-05", "390.533.447-05")]
    [InlineData("br_cnpj", "CNPJ 16.727.230/0001-97", "16.727.230/0001-97")]
    [InlineData("ar_cuit", "CUIT 20-05536168-2", "20-05536168-2")]
    [InlineData("cl_rut", "RUT 12.345.678-5", "12.345.678-5")]
    [InlineData("co_nit", "NIT 213.123.432-1", "213.123.432-1")]
    [InlineData("pe_ruc", "RUC 20512333797", "20512333797")]
    [InlineData("ec_cedula", "cédula 171430710-3", "171430710-3")]
    [InlineData("uy_ci", "cédula 1.234.567-2", "1.234.567-2")]
    [InlineData("cn_resident_id", "身份证号11010519491231002X。", "11010519491231002X")]
    [InlineData("tw_national_id", "身分證 A123456789", "A123456789")]
    [InlineData("hk_id_card", "HKID A123456(3)", "A123456(3)")]
    [InlineData("jp_my_number", "マイナンバーは123456789018です", "123456789018")]
    [InlineData("in_aadhaar", "Aadhaar 2341 2341 2346", "2341 2341 2346")]
    [InlineData("in_pan", "PAN ACUPA7085R", "ACUPA7085R")]
    [InlineData("sg_nric", "NRIC S1234567D", "S1234567D")]
    [InlineData("sg_nric", "NRIC S0000001I", "S0000001I")]
    [InlineData("th_national_id", "เลขประจำตัวประชาชน 1-2345-45678-78-1", "1-2345-45678-78-1")]
    [InlineData("my_nric", "MyKad 770305-02-1234", "770305-02-1234")]
    [InlineData("au_tfn", "TFN 123 456 782", "123 456 782")]
    [InlineData("au_medicare", "Medicare 2123 45670 1", "2123 45670 1")]
    [InlineData("nz_ird", "IRD 49-091-850", "49-091-850")]
    [InlineData("ae_emirates_id", "Emirates ID 784-1968-6570305-0", "784-1968-6570305-0")]
    [InlineData("ir_national_code", "کد ملی 0499370899", "0499370899")]
    [InlineData("il_id", "תעודת זהות 039337423", "039337423")]
    [InlineData("za_id", "ID number 750330 5044 089", "750330 5044 089")]
    public void Published_numbers_are_found(string rule, string text, string expected)
    {
        var match = Assert.Single(Found(text));

        Assert.Equal(expected, text.Substring(match.Span.Start, match.Span.Length));
        Assert.Equal(rule, match.Rule.Name);
        Assert.Equal(rule[..2], match.Country);
        Assert.InRange(match.Confidence, 0.7, 1);
    }

    [Theory]
    [InlineData("SSN 000-12-3456")]
    [InlineData("SSN 666-12-3456")]
    [InlineData("SSN 123-00-4567")]
    [InlineData("SIN 046 454 287")]
    [InlineData("NHS number 943 476 5918")]
    [InlineData("National Insurance QQ 12 34 56 C")]
    [InlineData("National Insurance AB 12 34 56 E")]
    [InlineData("Steuer-ID 86 095 742 718")]
    [InlineData("AHV-Nummer 756.9217.0769.84")]
    [InlineData("DNI 12345678A")]
    [InlineData("codice fiscale RSSMRA85T10A562T")]
    [InlineData("BSN 111222334")]
    [InlineData("fødselsnummer 151086 95089")]
    [InlineData("henkilötunnus 131052-308U")]
    [InlineData("PESEL 44051401358")]
    [InlineData("rodné číslo 710319/2746")]
    [InlineData("OIB 33392005962")]
    [InlineData("ЕГН 7523169264")]
    [InlineData("СНИЛС 112-233-445 96")]
    [InlineData("CPF 390.533.447-06")]
    [InlineData("CNPJ 16.727.230/0001-98")]
    [InlineData("RUT 12.345.678-6")]
    [InlineData("身份证号110105194912310021")]
    [InlineData("HKID A123456(4)")]
    [InlineData("Aadhaar 2341 2341 2347")]
    [InlineData("NRIC S1234567E")]
    [InlineData("TFN 123 456 783")]
    [InlineData("Medicare 2123 45671 1")]
    [InlineData("Emirates ID 784-1968-6570305-1")]
    public void The_same_with_a_fault_are_not(string text) =>
        Assert.DoesNotContain(Found(text), match => match.Kind == PersonalDataKinds.NationalId);

    private static List<PersonalDataMatch> Found(string text)
    {
        var matches = new List<PersonalDataMatch>();
        Scanner.Scan(text, matches);
        return matches;
    }
}
