using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Finds bank codes after the word BIC or SWIFT (ISO 9362): alone they are words in capitals.</summary>
internal static class BicRecognizer
{
    private static readonly string[] Between =
    [
        "/SWIFT",
        "/BIC",
        "-Code",
        " code",
        " Code",
        " CODE",
        "-code",
        " is",
        " ist",
        " no",
        " number",
        " nummer",
        "-Nummer",
    ];

    // ISO 3166-1 alpha-2 codes of places with banks, and XK.
    private const string Countries =
        "AD AE AF AG AI AL AM AO AR AS AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO "
        + "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK "
        + "ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NZ OM PA PE PF PG PH PK PL PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TC TD TG TH TJ "
        + "TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

    /// <summary>Looks for one after the word that ends at a place.</summary>
    internal static void After(ref TextScan scan, int wordEnd)
    {
        if (scan.Plan.Bic is not { } slot)
        {
            return;
        }

        var at = wordEnd;
        for (var round = 0; round < 2; round++)
        {
            foreach (var word in Between)
            {
                at += scan.Text[at..].StartsWith(word, StringComparison.Ordinal) ? word.Length : 0;
            }
        }

        var start = at;
        while (start < scan.Text.Length && start - at < 4 && scan.Text[start] is ' ' or ':' or '=' or '\n' or '(' or '\uFF1A')
        {
            start++;
        }

        var end = start;
        while (end < scan.Text.Length && end - start < 12 && (char.IsAsciiLetterUpper(scan.Text[end]) || char.IsAsciiDigit(scan.Text[end])))
        {
            end++;
        }

        scan.Work += end - wordEnd;
        if (start > at && IsBic(scan.Text[start..end]) && (end == scan.Text.Length || !char.IsAsciiLetterOrDigit(scan.Text[end])))
        {
            scan.Add(slot.Rule, null, start, end, PersonalDataConfidence.Of(slot.Rule.Chance, 0, PersonalDataConfidence.Near));
        }
    }

    private static bool IsBic(ReadOnlySpan<char> value) =>
        value.Length is 8 or 11
        && !value[..6].ContainsAnyExceptInRange('A', 'Z')
        && Countries.AsSpan().Contains([value[4], value[5], ' '], StringComparison.Ordinal);
}
