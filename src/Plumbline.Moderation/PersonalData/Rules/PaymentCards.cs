using static Plumbline.Moderation.PersonalData.Rules.Checksums;
using static Plumbline.Moderation.PersonalData.Scanning.NumberShape;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Payment cards: issuer ranges with their lengths, and Luhn's check (ISO/IEC 7812).</summary>
internal static class PaymentCards
{
    private const string Words =
        "card, credit, debit, visa, mastercard, amex, american express, maestro, discover, diners, unionpay, jcb, cc number, kreditkarte, karte, kartennummer, carte, carte bancaire, "
        + "tarjeta, cartão, cartao, carta, creditcard, kaart, karta, kart, kartı, kort, kortti, карта, карты, картой, κάρτα, 信用卡, 银行卡, 卡号, カード, 카드, بطاقة, कार्ड, כרטיס, บัตรเครดิต, thẻ, kartu";

    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        new(PersonalDataKinds.PaymentCard, "payment_card", "payment card")
        {
            Check =
                "issuer range with its length (Visa, Mastercard, American Express, Discover, Diners Club, JCB, UnionPay, Mir, RuPay, Verve, Troy, Elo); Luhn",
            Source = "ISO/IEC 7812-1; the networks' published ranges",
            Chance = 0.03,
            HasChecksum = true,
            MayKeep = 4,
            Passes = IsCard,
            Words = CommonWords.Split(Words),
            Shapes =
            [
                Own("9999 9999 9999 9999"),
                Own("9999-9999-9999-9999"),
                Own("9999 999999 99999"),
                Own("9999-999999-99999"),
                Own("9999 999999 9999"),
                Own("9999-999999-9999"),
                Own("9999 9999 9999 9999 999"),
                Narrow("9999999999999999"),
                Narrow("999999999999999"),
                Narrow("9999999999999999999"),
                Plain("99999999999999"),
            ],
        },
        new(PersonalDataKinds.PaymentCard, "payment_card_rare", "payment card of a rare length")
        {
            Check = "issuer range with its length (Maestro, Visa of 13 digits, UnionPay of 17 and 18, UATP); Luhn",
            Source = "ISO/IEC 7812-1; the networks' published ranges",
            Chance = 0.03,
            HasChecksum = true,
            MayKeep = 4,
            Passes = IsRareCard,
            Words = CommonWords.Split(Words),
            Shapes =
            [
                Plain("999999999999"),
                Plain("9999999999999"),
                Plain("99999999999999"),
                Plain("999999999999999"),
                Plain("9999999999999999"),
                Plain("99999999999999999"),
                Plain("999999999999999999"),
                Plain("9999 9999 9999 9999"),
                Plain("9999 9999 9999 9999 999"),
            ],
        },
    ];

    /// <summary>A network's range, its length, and Luhn's check. Source: ISO/IEC 7812-1 and the networks.</summary>
    internal static bool IsCard(ReadOnlySpan<char> value)
    {
        var (two, three, four) = (Number(value[..2]), Number(value[..3]), Number(value[..4]));
        var six = Number(value[..6]);
        var known = value.Length switch
        {
            14 => three is (>= 300 and <= 305) or 309 || two is 36 or 38 or 39,
            15 => two is 34 or 37,
            16 => value[0] == '4'
                || two is >= 51 and <= 55
                || four is (>= 2221 and <= 2720) or (>= 2200 and <= 2204)
                || four is 6011 or 9792 or (>= 3528 and <= 3589)
                || three is >= 644 and <= 649
                || two is 62 or 65 or 60 or 36
                || six is (>= 506099 and <= 506198) or (>= 636368 and <= 636369) or 504175 or 438935 or 451416,
            19 => value[0] == '4' || two == 62 || four == 6011 || three is >= 644 and <= 649 || six is >= 506099 and <= 506198,
            _ => false,
        };
        return known && Luhn(value) && !IsOneDigit(value);
    }

    /// <summary>As <see cref="IsCard"/>, for ranges and lengths that are rare or wide. Source: ISO/IEC 7812-1 and the networks.</summary>
    internal static bool IsRareCard(ReadOnlySpan<char> value)
    {
        var two = Number(value[..2]);
        var maestro = two is 50 or (>= 56 and <= 58) or 61 or 63 or 67 or 68 or 69;
        var known =
            maestro
            || (value.Length == 13 && value[0] == '4')
            || (value.Length is 17 or 18 && two == 62)
            || (value.Length == 15 && value[0] == '1');
        return known && Luhn(value) && !IsOneDigit(value);
    }
}
