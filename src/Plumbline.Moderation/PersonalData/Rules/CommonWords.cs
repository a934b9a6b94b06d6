namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Words that say something about every number near them.</summary>
internal static class CommonWords
{
    /// <summary>Words for identity and tax numbers of any country.</summary>
    internal static IReadOnlyList<string> Identity { get; } =
        Split(
            "national id, national identity, national identification, identity number, identity card, identification number, personal id, personal number, id card, tax id, "
                + "taxpayer, tax number, social security, social insurance, ausweisnummer, personalausweis, steuernummer, personenkennziffer, carte d'identité, "
                + "numéro d'identité, numéro fiscal, documento de identidad, número de identidad, cédula, carta d'identità, documento de identidade, "
                + "identiteitskaart, persoonsnummer, numer identyfikacyjny, удостоверение личности, идентификационный номер, паспортные данные, 身份证, 身份證, 身分證, 身分証, "
                + "個人番号, 신분증, 주민등록, बैंक पहचान, पहचान पत्र, رقم الهوية, بطاقة الهوية, kimlik, תעודת זהות"
        );

    /// <summary>Words for numbers that belong to nobody.</summary>
    internal static IReadOnlyList<string> NotPersonal { get; } =
        Split(
            "order, order no, order number, tracking, invoice, isbn, issn, ean, gtin, upc, sku, asin, serial, part no, part number, version, build, revision, commit, uuid, guid, sha, "
                + "sha1, sha256, md5, hash, checksum, timestamp, unix time, epoch, price, total, ticket, doi, pmid, patent, article number, batch, lot, model no, bestellnummer, "
                + "bestellung, rechnungsnummer, rechnung, sendungsnummer, artikelnummer, seriennummer, commande, facture, numéro de suivi, pedido, factura, seguimiento, ordine, "
                + "fattura, spedizione, encomenda, fatura, bestelling, factuur, zamówienie, faktura, заказ, счёт, счет, артикул, 订单, 單號, 单号, 发票, 注文番号, 伝票番号, 주문번호, 송장, "
                + "رقم الطلب, फाक्टुरा, ऑर्डर"
        );

    internal static IReadOnlyList<string> Split(string words) =>
        words.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
