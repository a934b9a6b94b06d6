using System.Runtime.CompilerServices;
using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>
/// Finds postal addresses from their postal code backwards: a street with a house number before it, and a town before or after it, as the Universal Postal Union's guides
/// for the countries show them.
/// </summary>
[SkipLocalsInit]
internal static class AddressRecognizer
{
    private const int LongestTown = 40;

    private static readonly string[] GermanStreets =
    [
        "straße",
        "strasse",
        "str",
        "weg",
        "platz",
        "allee",
        "gasse",
        "ring",
        "damm",
        "ufer",
        "chaussee",
        "straat",
        "laan",
        "plein",
        "gracht",
        "kade",
        "singel",
        "dreef",
    ];
    private static readonly string[] RomanceStreets =
    [
        "rue",
        "avenue",
        "boulevard",
        "place",
        "chemin",
        "allée",
        "impasse",
        "quai",
        "route",
        "cours",
        "via",
        "viale",
        "piazza",
        "corso",
        "largo",
        "vicolo",
        "calle",
        "avenida",
        "plaza",
        "paseo",
        "carrer",
        "rua",
        "praça",
    ];
    private static readonly string[] EnglishStreets =
    [
        "street",
        "st",
        "avenue",
        "ave",
        "road",
        "rd",
        "boulevard",
        "blvd",
        "lane",
        "ln",
        "drive",
        "dr",
        "court",
        "ct",
        "way",
        "place",
        "pl",
        "terrace",
        "circle",
        "cir",
        "parkway",
        "pkwy",
        "highway",
        "hwy",
        "square",
        "close",
        "crescent",
        "gardens",
        "grove",
        "mews",
        "hill",
    ];

    private const string States =
        "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI ";

    /// <summary>Looks for one whose postal code the group at a place may be, or begin.</summary>
    internal static void AtPostalCode(ref TextScan scan, int start, int end, int digits)
    {
        if (scan.Plan.Address is not { } slot || start < 8 || scan.Text[start - 1] is not (' ' or '\n' or '-'))
        {
            return;
        }

        var length = end - start;
        var found =
            digits == length && length is 4 or 5 ? Continental(ref scan, start, end, length)
            : digits is 1 or 2 && length is >= 2 and <= 4 && char.IsAsciiLetterUpper(scan.Text[start]) ? British(ref scan, start, end)
            : (-1, -1, null);
        if (found.Item1 < 0 && digits == length && length == 5)
        {
            found = American(ref scan, start, end);
        }

        if (found.Item1 >= 0)
        {
            scan.Add(slot.Rule, found.Item3, found.Item1, found.Item2, PersonalDataConfidence.Of(0.01, PersonalDataConfidence.Own, 0));
        }
    }

    // Musterstraße 12, 10115 Berlin; 12 rue de la Paix, 75002 Paris; Via Roma 12, 00184 Roma; Damstraat 12, 1012 AB Amsterdam.
    private static (int, int, string?) Continental(ref TextScan scan, int start, int end, int length)
    {
        var text = scan.Text;
        var after = end;
        var dutch =
            length == 4
            && end + 3 < text.Length
            && text[end] == ' '
            && char.IsAsciiLetterUpper(text[end + 1])
            && char.IsAsciiLetterUpper(text[end + 2])
            && !char.IsLetter(text[end + 3]);
        after += dutch ? 3 : 0;
        var town = Town(text, after);
        if (town < 0)
        {
            return (-1, -1, null);
        }

        Span<WordSpan> words = stackalloc WordSpan[AddressWords.Most];
        var count = AddressWords.Words(ref scan, start, words);
        for (var i = count - 1; i >= 0; i--)
        {
            var word = words[i].Of(text);
            if (AddressWords.IsOne(word, RomanceStreets) || word is "C/" or "Av." or "Avda.")
            {
                var before = i > 0 && AddressWords.IsHouse(words[i - 1].Of(text)) ? i - 1 : i;
                return before < i || HasHouse(text, words[(i + 1)..count]) ? (words[before].Start, town, null) : (-1, -1, null);
            }

            if (AddressWords.EndsWithOne(word, GermanStreets) && i + 1 < count && AddressWords.IsHouse(words[i + 1].Of(text)))
            {
                var first = i;
                while (
                    first > 0
                    && i - first < 3
                    && (AddressWords.IsOne(word, GermanStreets) || first < i)
                    && char.IsUpper(text[words[first - 1].Start])
                    && !words[first - 1].EndsClause
                )
                {
                    first--;
                }

                return (
                    words[first].Start,
                    town,
                    dutch ? "nl"
                    : length == 5 ? "de"
                    : null
                );
            }
        }

        return (-1, -1, null);
    }

    // 123 Main Street, Springfield, IL 62704
    private static (int, int, string?) American(ref TextScan scan, int start, int end)
    {
        var text = scan.Text;
        if (
            !States.AsSpan().Contains([text[start - 3], text[start - 2], ' '], StringComparison.Ordinal)
            || text[start - 4] is not (' ' or '\n')
        )
        {
            return (-1, -1, null);
        }

        var tail =
            end + 5 <= text.Length && text[end] == '-' && !text[(end + 1)..(end + 5)].ContainsAnyExceptInRange('0', '9') ? end + 5 : end;
        var from = EnglishStreet(ref scan, start);
        return from >= 0 ? (from, tail, "us") : (-1, -1, null);
    }

    // 10 Downing Street, London SW1A 2AA
    private static (int, int, string?) British(ref TextScan scan, int start, int end)
    {
        var text = scan.Text;
        var inward =
            end + 4 <= text.Length
            && text[end] == ' '
            && char.IsAsciiDigit(text[end + 1])
            && char.IsAsciiLetterUpper(text[end + 2])
            && char.IsAsciiLetterUpper(text[end + 3])
            && (end + 4 == text.Length || !char.IsLetterOrDigit(text[end + 4]));
        var from = inward ? EnglishStreet(ref scan, start) : -1;
        return from >= 0 ? (from, end + 4, "gb") : (-1, -1, null);
    }

    private static int EnglishStreet(ref TextScan scan, int start)
    {
        Span<WordSpan> words = stackalloc WordSpan[AddressWords.Most];
        var count = AddressWords.Words(ref scan, start, words);
        for (var i = count - 1; i > 0; i--)
        {
            if (!AddressWords.IsOne(words[i].Of(scan.Text), EnglishStreets) || !char.IsUpper(scan.Text[words[i].Start]))
            {
                continue;
            }

            for (var house = i - 1; house >= 0 && i - house <= 5; house--)
            {
                var word = words[house].Of(scan.Text);
                if (AddressWords.IsHouse(word))
                {
                    return house < i - 1 ? words[house].Start : -1;
                }

                if (!char.IsUpper(word[0]) && !char.IsDigit(word[0]))
                {
                    break;
                }
            }
        }

        return -1;
    }

    private static int Town(ReadOnlySpan<char> text, int at)
    {
        if (at + 2 >= text.Length || text[at] != ' ' || !char.IsUpper(text[at + 1]))
        {
            return -1;
        }

        var end = at + 1;
        while (end < text.Length && end - at < LongestTown && (char.IsLetter(text[end]) || text[end] is '-' or '\''))
        {
            end++;
        }

        return end - at > 3 ? end : -1;
    }

    private static bool HasHouse(ReadOnlySpan<char> text, ReadOnlySpan<WordSpan> words)
    {
        foreach (var word in words)
        {
            if (AddressWords.IsHouse(word.Of(text)))
            {
                return true;
            }
        }

        return false;
    }
}
