namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>What belongs to no country, or to each.</summary>
internal static class GeneralRules
{
    private const string PhoneWords =
        "phone, phone number, tel, telephone, mobile, cell, cellphone, fax, whatsapp, call, call me, text me, sms, contact number, reach me, ring, telefon, telefonnummer, handy, "
        + "handynummer, mobil, mobilnummer, rufnummer, festnetz, ruf mich, rufen sie, anrufen, téléphone, telephone, portable, mobile, appelez, joindre, numéro, teléfono, móvil, "
        + "movil, celular, llámame, llame, telefone, telemóvel, ligue, telefono, cellulare, chiamami, chiamare, telefoon, bel, bellen, mobiel, puhelin, puh, tlf, mob, ring mig, "
        + "telefonu, komórka, zadzwoń, тел, телефон, телефону, моб, звоните, позвоните, номер телефону, τηλέφωνο, τηλ, 電話, 电话, 手机, 手機, 携帯, 联系方式, 致电, 전화, 전화번호, 휴대폰, "
        + "연락처, هاتف, الهاتف, جوال, موبايل, اتصل, تلفن, शماره تماس, फ़ोन, फोन, मोबाइल, কল, ফোন, মোবাইল, โทร, โทรศัพท์, điện thoại, sđt, gọi, telepon, hubungi, nomor hp, simu, טלפון, נייד, telefonum, cep";

    private const string BirthWords =
        "born, date of birth, dob, d.o.b, birth date, birthdate, birthday, geboren, geburtsdatum, geb, geburtstag, né le, née le, né, née, date de naissance, nacido, nacida, nació, "
        + "fecha de nacimiento, nato il, nata il, nato, nata, data di nascita, nascido, nascida, data de nascimento, geboortedatum, geboren op, født, fødselsdato, född, födelsedatum, "
        + "syntynyt, syntymäaika, urodzony, urodzona, data urodzenia, narozen, datum narození, született, születési, născut, data nașterii, роден, дата на раждане, родился, родилась, "
        + "дата рождения, народився, народилася, дата народження, γεννήθηκε, ημερομηνία γέννησης, doğum tarihi, doğumlu, 出生日期, 出生, 生于, 生日, 生年月日, 生まれ, 생년월일, 출생, تاريخ الميلاد, مواليد, "
        + "ولد, जन्म तिथि, जन्म, জন্ম তারিখ, วันเกิด, ngày sinh, sinh ngày, tanggal lahir, lahir, תאריך לידה";

    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        new(PersonalDataKinds.Email, "email", "e-mail address")
        {
            Check =
                "a part before the @ of RFC 5321's dot-atoms or letters (RFC 6531), a domain of at least two labels whose last is letters or xn--",
            Source = "RFC 5321, 5322, 6531",
            Chance = 0.00001,
        },
        new(PersonalDataKinds.Phone, "phone", "telephone number")
        {
            Check =
                "E.164: country code and the lengths of its numbers; national formats with a word near, for the regions of the options, or with brackets or hyphens of the North American plan",
            Source = "ITU-T E.164 and its list of country codes",
            Chance = 0.5,
            MayKeep = 3,
            Words = CommonWords.Split(PhoneWords),
        },
        new(PersonalDataKinds.Iban, "iban", "IBAN")
        {
            Check = "length by country; ISO/IEC 7064 MOD 97-10",
            Source = "ISO 13616, SWIFT IBAN registry",
            Chance = 0.0003,
            HasChecksum = true,
            MayKeep = 4,
            Words = ["iban", "account", "konto", "compte", "cuenta", "conto", "conta", "rekening", "rachunek", "счёт", "счет", "hesap"],
        },
        new(PersonalDataKinds.Bic, "bic", "BIC")
        {
            Check = "six letters, the last two a country, two or five letters or digits, after the word BIC or SWIFT",
            Source = "ISO 9362",
        },
        new(PersonalDataKinds.Passport, "passport", "passport number")
        {
            Check = "six to nine letters and digits after a word for passport",
            Source = "ICAO 9303 part 4",
            Words = CommonWords.Split(
                "passport, passport no, passport number, pass-nr, passnummer, reisepass, reisepassnummer, passeport, pasaporte, passaporto, passaporte, paspoort, paszport, pas, passi, паспорт, "
                    + "паспорта, загранпаспорт, διαβατήριο, pasaport, 护照, 護照, 旅券番号, パスポート, 여권, جواز السفر, جواز سفر, पासपोर्ट, หนังสือเดินทาง, hộ chiếu, paspor, דרכון"
            ),
        },
        new(PersonalDataKinds.DrivingLicence, "driving_licence", "driving licence number")
        {
            Check = "six to eighteen letters and digits after a word for driving licence",
            Source = "national formats differ; the word decides",
            Words = CommonWords.Split(
                "driving licence, driving license, driver's license, driver's licence, drivers license, driver license, driver’s license, führerschein, führerscheinnummer, permis de conduire, "
                    + "carnet de conducir, licencia de conducir, permiso de conducir, patente di guida, patente, carteira de motorista, cnh, carta de condução, rijbewijs, prawo jazdy, körkort, førerkort, "
                    + "kørekort, ajokortti, водительское удостоверение, водительских прав, άδεια οδήγησης, ehliyet, 驾驶证, 驾照, 駕照, 運転免許, 운전면허, رخصة القيادة, ड्राइविंग लाइसेंस, ใบขับขี่, giấy phép lái xe"
            ),
        },
        new(PersonalDataKinds.BirthDate, "birth_date", "date of birth")
        {
            Check =
                "a day from 1900 to 2099 in digits, with the name of its month in some languages, or with 年月日, after a word for birth",
            Source = "ISO 8601 and the customs of the countries",
            Words = CommonWords.Split(BirthWords),
        },
        new(PersonalDataKinds.PostalAddress, "postal_address", "postal address")
        {
            Check =
                "street and house number, postal code and town as the United States, the United Kingdom, Germany, Austria, Switzerland, France, Spain, Italy and the Netherlands write them",
            Source = "Universal Postal Union, addressing guides of the countries",
        },
        new(PersonalDataKinds.IpAddress, "ipv4", "public IPv4 address")
        {
            Check = "four numbers up to 255 without leading zeros, of no range that is private or reserved; no version number",
            Source = "RFC 791, RFC 6890",
            Chance = 0.001,
            Words = ["ip", "ip address", "ip-adresse", "ipv4", "adresse ip", "dirección ip", "host", "server", "client"],
        },
        new(PersonalDataKinds.IpAddress, "ipv6", "public IPv6 address")
        {
            Check = "RFC 4291's text forms, of 2000::/3 without the ranges for documentation and tunnels",
            Source = "RFC 4291, RFC 6890",
            Chance = 0.00001,
        },
        new(PersonalDataKinds.MacAddress, "mac_address", "MAC address")
        {
            Check = "six pairs of hexadecimal digits with colons or hyphens, or three fours with dots; neither all zeros nor for everyone",
            Source = "IEEE 802",
            Chance = 0.0001,
        },
        new(PersonalDataKinds.CryptoAddress, "bitcoin", "Bitcoin address")
        {
            Check = "base58check, or bech32 and bech32m",
            Source = "BIP 13, BIP 173, BIP 350",
            Chance = 0.00001,
            HasChecksum = true,
        },
        new(PersonalDataKinds.CryptoAddress, "ethereum", "Ethereum address")
        {
            Check = "EIP-55 where its letters are of both cases; a word near otherwise",
            Source = "EIP-55",
            Chance = 0.0003,
            HasChecksum = true,
            Words =
            [
                "eth",
                "ether",
                "ethereum",
                "wallet",
                "erc20",
                "erc-20",
                "metamask",
                "usdt",
                "address",
                "adresse",
                "кошелёк",
                "кошелек",
                "钱包",
                "ウォレット",
                "지갑",
                "cartera",
                "portefeuille",
            ],
        },
        new(PersonalDataKinds.UrlCredentials, "url_credentials", "user and password in an address")
        {
            Check = "user:password before the @ of an address with a scheme",
            Source = "RFC 3986, section 3.2.1",
            Chance = 0.000001,
        },
    ];
}
