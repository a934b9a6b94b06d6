using Plumbline.Moderation.PersonalData;

namespace Plumbline.Moderation.Tests.PersonalData;

/// <summary>What belongs to no country: addresses, telephones, accounts, keys; and what looks like them.</summary>
public sealed class GeneralRecognizerTests
{
    private static readonly PersonalDataScanner Scanner = new();

    [Theory]
    [InlineData("email", "Write to jane.doe+news@mail.example.co.uk, please.", "jane.doe+news@mail.example.co.uk")]
    [InlineData("email", "<jürgen@müller.example>", "jürgen@müller.example")]
    [InlineData("email", "我的邮箱是zhang.wei@example.com谢谢", "zhang.wei@example.com")]
    [InlineData("email", "邮箱：张伟@例子.中国", "张伟@例子.中国")]
    [InlineData("email", "x@xn--mller-kva.xn--p1ai.", "x@xn--mller-kva.xn--p1ai")]
    [InlineData("email", "mailto:a_b@example.org?subject=x", "a_b@example.org")]
    [InlineData("phone", "+49 30 901820", "+49 30 901820")]
    [InlineData("phone", "+49 (0) 30 901820 x", "+49 (0) 30 901820")]
    [InlineData("phone", "Ring +44 20 7946 0958 now", "+44 20 7946 0958")]
    [InlineData("phone", "+1 (212) 555-0123", "+1 (212) 555-0123")]
    [InlineData("phone", "(212) 555-0123", "(212) 555-0123")]
    [InlineData("phone", "212-555-0123", "212-555-0123")]
    [InlineData("phone", "0033 1 70 18 99 00", "0033 1 70 18 99 00")]
    [InlineData("phone", "Tel.: 030 / 901820", "030 / 901820")]
    [InlineData("phone", "电话：13800138000。", "13800138000")]
    [InlineData("phone", "téléphone 01 70 18 99 00", "01 70 18 99 00")]
    [InlineData("phone", "телефон 8 (495) 123-45-67", "8 (495) 123-45-67")]
    [InlineData("payment_card", "4111111111111111", "4111111111111111")]
    [InlineData("payment_card", "5555 5555 5555 4444", "5555 5555 5555 4444")]
    [InlineData("payment_card", "3782 822463 10005", "3782 822463 10005")]
    [InlineData("payment_card", "4111\n1111 1111 1111", "4111\n1111 1111 1111")]
    [InlineData("payment_card", "４１１１１１１１１１１１１１１１", "４１１１１１１１１１１１１１１１")]
    [InlineData("payment_card_rare", "Karte 6759649826438453", "6759649826438453")]
    [InlineData("iban", "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00")]
    [InlineData("iban", "an GB82WEST12345698765432.", "GB82WEST12345698765432")]
    [InlineData("iban", "FR14 2004 1010 0505 0001 3M02 606, merci", "FR14 2004 1010 0505 0001 3M02 606")]
    [InlineData("iban", "NL91 ABNA 0417\n1643 00", "NL91 ABNA 0417\n1643 00")]
    [InlineData("iban", "MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S")]
    [InlineData("bic", "BIC: DEUTDEFF500", "DEUTDEFF500")]
    [InlineData("bic", "SWIFT code NEDSZAJJ", "NEDSZAJJ")]
    [InlineData("passport", "Passport no. C01X00T47", "C01X00T47")]
    [InlineData("passport", "загранпаспорт 751234567", "751234567")]
    [InlineData("driving_licence", "Driving licence: MORGA657054SM9IJ", "MORGA657054SM9IJ")]
    [InlineData("birth_date", "born on 12 March 1985 in Rome", "12 March 1985")]
    [InlineData("birth_date", "geboren am 3.4.1990", "3.4.1990")]
    [InlineData("birth_date", "Date of birth: March 12, 1985", "March 12, 1985")]
    [InlineData("birth_date", "nacida el 5 de mayo de 1979", "5 de mayo de 1979")]
    [InlineData("birth_date", "出生日期：1985年3月12日", "1985年3月12日")]
    [InlineData("birth_date", "DOB 1985-03-12", "1985-03-12")]
    [InlineData("ipv4", "from 198.41.0.4 to", "198.41.0.4")]
    [InlineData("ipv6", "at 2606:4700:4700::1111.", "2606:4700:4700::1111")]
    [InlineData("ipv6", "at 2606:4700::198.41.0.4, port", "2606:4700::198.41.0.4")]
    [InlineData("ipv6", "2606:4700:0:1:2:3:4:5", "2606:4700:0:1:2:3:4:5")]
    [InlineData("mac_address", "00:1B:44:11:3A:B7", "00:1B:44:11:3A:B7")]
    [InlineData("mac_address", "001b.4411.3ab7", "001b.4411.3ab7")]
    [InlineData("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")]
    [InlineData("bitcoin", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq")]
    [InlineData(
        "bitcoin",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"
    )]
    [InlineData("ethereum", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("ethereum", "ETH wallet 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")]
    [InlineData("url_credentials", "postgres://admin:s3cret@db.example.com:5432/x", "admin:s3cret")]
    [InlineData("aws_access_key", "AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE")]
    [InlineData("github_personal", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_16C7e42F292c6912E7710c838347Ae178B4a")]
    [InlineData("gitlab", "glpat-AbCdEfGhIjKlMnOpQrSt", "glpat-AbCdEfGhIjKlMnOpQrSt")]
    [InlineData(
        "slack_bot",
        "xoxb-263594206564-2343594206574-FGqddMF8t08v8N7Oq4i57vs1",
        "xoxb-263594206564-2343594206574-FGqddMF8t08v8N7Oq4i57vs1"
    )]
    [InlineData("stripe_test", "sk_test_4eC39HqLyjWDarjtT1zdp7dc", "sk_test_4eC39HqLyjWDarjtT1zdp7dc")]
    [InlineData("google_api", "AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe", "AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe")]
    [InlineData("openai_project", "sk-proj-abcDEF123456abcDEF123456abcDEF123456_-9", "sk-proj-abcDEF123456abcDEF123456abcDEF123456_-9")]
    [InlineData(
        "jwt",
        "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
    )]
    [InlineData(
        "private_key",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\nx",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----"
    )]
    [InlineData("assigned_secret", "password = \"hunter2hunter2\"", "hunter2hunter2")]
    [InlineData("assigned_secret", "DB_PASSWORD=tr0ub4dor&3", "tr0ub4dor&3")]
    [InlineData(
        "assigned_secret",
        "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;",
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
    )]
    [InlineData("assigned_secret", "Mein Passwort: Sommer2024!x", "Sommer2024!x")]
    [InlineData("assigned_secret", "密码：Abc12345x。", "Abc12345x")]
    [InlineData("postal_address", "Send it to 123 Main Street, Springfield, IL 62704-1234.", "123 Main Street, Springfield, IL 62704-1234")]
    [InlineData("postal_address", "Musterstraße 12a, 10115 Berlin", "Musterstraße 12a, 10115 Berlin")]
    [InlineData("postal_address", "12 rue de la Paix, 75002 Paris", "12 rue de la Paix, 75002 Paris")]
    [InlineData("postal_address", "Via Roma 12, 00184 Roma", "Via Roma 12, 00184 Roma")]
    [InlineData("postal_address", "Calle Mayor, 5, 28013 Madrid", "Calle Mayor, 5, 28013 Madrid")]
    [InlineData("postal_address", "Damstraat 12, 1012 AB Amsterdam", "Damstraat 12, 1012 AB Amsterdam")]
    [InlineData("postal_address", "10 Downing Street, London SW1A 2AA", "10 Downing Street, London SW1A 2AA")]
    public void What_is_personal_is_found(string rule, string text, string expected)
    {
        var match = Assert.Single(Found(text), match => match.Rule.Name == rule);

        Assert.Equal(expected, text.Substring(match.Span.Start, match.Span.Length));
        Assert.Equal(match.Span, Found(text).Last().Span);
    }

    [Theory]
    [InlineData("a@b, @name, user@host, icon@2x.png, lodash@4.17.21, git@github.com:owner/name.git, a..@b.com")]
    [InlineData("550e8400-e29b-41d4-a716-446655440000 and {6B29FC40-CA47-1067-B31D-00DD010662DA}")]
    [InlineData("sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, commit 86cc352d1f0e4b7a9c3d2e1f0a9b8c7d6e5f4a3b")]
    [InlineData("version 1.2.3.4, v10.0.19041.1, driver 31.0.15.3623, Build 22621.1702.3.1")]
    [InlineData("at 2024-05-17T12:34:56.789Z, 1715949296, 1715949296789, 17.05.2024 12:34, 20240517123456")]
    [InlineData("ISBN 978-3-16-148410-0, ISBN 9783161484100, EAN 4006381333931, GTIN 04006381333931")]
    [InlineData(
        "It costs 1,234,567.89 EUR or $4111111111111111 or 123 456 782 €, SIN 123 456 782 USD, SIN 046-454-286,5 or 1,046-454-286 or 046-454-286°"
    )]
    [InlineData("Order number 4111111111111111, Bestellnummer 86095742719, tracking 9400111202555842332669")]
    [InlineData("pi is 3.14159265358979323846 and 0.4111111111111111 of it; 1e-10; 123456789012345678901234567890")]
    [InlineData(
        "10.0.0.1 192.168.1.1 127.0.0.1 172.16.5.4 169.254.1.1 224.0.0.1 255.255.255.255 192.0.2.1 256.1.1.1 fe80::1 ::1 2001:db8::1 2606:4700 2606::1::2 2606:12345::1 2606:4700:0:1:2:3:4:5:6"
    )]
    [InlineData(
        "password: must be strong. token: the first word. password = os.environ['DB_PASSWORD']; api_key=${API_KEY}; secret: <your secret>; password: ********"
    )]
    [InlineData("risk-averse desk-bound sk-short eyJust eyJhbGci.notjson.xyz -----BEGIN CERTIFICATE----- https://example.com:8080/a@b")]
    [InlineData("from 2019-2023, call 2019-2020, room 101-202, score 3-2-1, 1/2/3, 12:30:45, 100-200-300")]
    [InlineData("BICYCLE, SWIFT is fast, the BIC pen, SWIFTLY DEUTDEFF")]
    [InlineData(
        "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3 is off by one, 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD too, bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdx"
    )]
    [InlineData("00:00:00:00:00:00, ff:ff:ff:ff:ff:ff, 12:30:45:10, AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01")]
    [InlineData("DE89 3704 0044 0532 0130 01, GB82WEST1234569876543, XX89370400440532013000")]
    [InlineData("The battle of 14 October 1066; founded 12 March 1985; published 2020-01-02.")]
    [InlineData("In 10115 Berlin there are 12 streets. Main Street is long. 62704 people.")]
    [InlineData("0000000000000000 1111111111111111 9999999999999999 12345678901234567890")]
    public void What_only_looks_personal_is_not(string text) =>
        Assert.Empty(Found(text).Select(match => $"{match.Rule} {match.Span.Of(text)}"));

    private static List<PersonalDataMatch> Found(string text)
    {
        var matches = new List<PersonalDataMatch>();
        Scanner.Scan(text, matches);
        return matches;
    }
}
