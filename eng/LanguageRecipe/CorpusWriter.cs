using System.Security.Cryptography;
using System.Text;

namespace Plumbline.LanguageRecipe;

/// <summary>Cleans, caps and sorts lines into one file a language.</summary>
internal sealed class CorpusWriter(LanguageCodes codes)
{
    /// <summary>The source that is kept apart for development.</summary>
    public const string Development = "dokuwiki";

    /// <summary>What program text is called.</summary>
    public const string Code = "zxx";

    private const string Romanised = "romanised";
    private const int UnknownCap = 14_000;
    private static readonly Dictionary<string, int> Caps = new(StringComparer.Ordinal)
    {
        ["udhr"] = 60_000,
        ["mediawiki"] = 300_000,
        ["firefox"] = 120_000,
        ["libreoffice"] = 120_000,
        ["cldr"] = 60_000,
        ["gnome-help"] = 200_000,
        ["gimp-help"] = 120_000,
        ["libreoffice-help"] = 200_000,
        ["stellarium"] = 150_000,
        ["dasher"] = 500_000,
        ["klavaro"] = 60_000,
        ["fortunes"] = 600_000,
        ["code"] = 150_000,
        [Romanised] = 400_000,
        ["wesnoth-1.16-data"] = 600_000,
        ["widelands-data"] = 300_000,
        ["freedroidrpg-data"] = 200_000,
        ["unknown-horizons"] = 60_000,
        [Development] = 40_000,
    };

    private static readonly HashSet<string> EnglishWords =
    [
        "the",
        "of",
        "and",
        "to",
        "is",
        "you",
        "this",
        "that",
        "with",
        "for",
        "are",
        "not",
        "can",
        "be",
        "it",
        "on",
        "your",
        "from",
        "if",
        "have",
        "will",
        "by",
        "as",
        "or",
        "was",
        "has",
    ];

    private readonly Dictionary<(string Tag, string Source, string Code), List<(ulong Order, string Text)>> lines = [];
    private readonly HashSet<(string Tag, string Text)> seen = [];
    private readonly HashSet<string> english = new(StringComparer.Ordinal);

    /// <summary>Takes a line; drops what is short, seen or English in another language's file.</summary>
    public void Add(SourceLine line)
    {
        var tag = line.Code == Code ? "und" : codes.Tag(line.Code) ?? "und";
        var text = string.Join(' ', line.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        // What minor wikis have in Chinese characters is Chinese.
        var isChinese = tag == "und" && text.AsSpan().IndexOfAnyInRange('\u4E00', '\u9FFF') >= 0;
        if (tag == LanguageCodes.Ignored || isChinese || text.Count(char.IsLetter) < 4)
        {
            return;
        }

        if (tag == "en")
        {
            english.Add(text);
        }

        if (seen.Add((tag, text)) && (tag == "en" || line.Code == Code || !IsEnglish(text)))
        {
            // Languages that the model does not know are capped one by one, the others all codes together.
            var key = (tag, line.Source, tag == "und" ? line.Code : string.Empty);
            if (!lines.TryGetValue(key, out var list))
            {
                lines[key] = list = [];
            }

            var order = BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            list.Add((order, text));
            if (tag == "hi" && line.Source != Development)
            {
                Add(new SourceLine(Romanised, "hi-Latn", DevanagariRomanizer.Of(text, (int)(order >> 40) & 7)));
            }
        }
    }

    /// <summary>Writes <c>train</c>, <c>development</c> and <c>held-out</c>, and prints how much there is of each language.</summary>
    /// <exception cref="InvalidInputException">The folder holds something: what an earlier run left would be taken for text.</exception>
    public void Write(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new InvalidInputException(
                "The folder for texts is not empty.",
                "Name one that is empty or is not there.",
                new InputPosition(folder)
            );
        }

        foreach (var part in new[] { "train", "development", "held-out" })
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }

        foreach (var language in lines.GroupBy(entry => FileOf(entry.Key)).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var kept = language
                .SelectMany(entry => Capped(entry.Key, entry.Value))
                .OrderBy(line => line.Order)
                .Select(line => line.Text)
                .ToList();
            File.WriteAllLines(Path.Combine(folder, language.Key + ".txt"), kept);
            var shares = language
                .GroupBy(entry => entry.Key.Source)
                .Select(source => $"{source.Key} {source.Sum(entry => Capped(entry.Key, entry.Value).Sum(line => line.Text.Length))}");
            if (!language.Key.StartsWith("held-out", StringComparison.Ordinal))
            {
                Console.WriteLine($"{language.Key}: {kept.Sum(line => line.Length)} characters: {string.Join(", ", shares)}");
            }
        }
    }

    /// <summary>Whether a line was left untranslated: a fifth of its words, and at least three, are those that English sentences are held together by.</summary>
    private static bool IsEnglish(string text)
    {
        var words = text.ToLowerInvariant().Split([' ', '.', ',', ':', ';', '(', ')', '"'], StringSplitOptions.RemoveEmptyEntries);
        return words.Count(EnglishWords.Contains) is >= 3 and var count && count * 5 >= words.Length;
    }

    private static string FileOf((string Tag, string Source, string Code) key) =>
        key.Source == Development ? Path.Combine("development", key.Tag)
        : key.Tag != "und" || key.Source == "code" || !IsHeldOut(key.Code) ? Path.Combine("train", key.Tag)
        : Path.Combine("held-out", PrimaryOf(key.Code));

    private static string PrimaryOf(string code) => code.Split('-', '_', '@')[0].ToLowerInvariant();

    /// <summary>One in four languages that the model does not know is never seen in training, in no source.</summary>
    private static bool IsHeldOut(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(PrimaryOf(code)))[0] % 4 == 0;

    private IEnumerable<(ulong Order, string Text)> Capped(
        (string Tag, string Source, string Code) key,
        List<(ulong Order, string Text)> all
    )
    {
        var left = key.Tag == "und" && key.Source != "code" ? UnknownCap : Caps[key.Source];
        foreach (var line in all.OrderBy(line => line.Order))
        {
            if (key.Tag == "en" || key.Source == "code" || !english.Contains(line.Text))
            {
                left -= line.Text.Length;
                yield return line;
            }

            if (left < 0)
            {
                yield break;
            }
        }
    }
}
