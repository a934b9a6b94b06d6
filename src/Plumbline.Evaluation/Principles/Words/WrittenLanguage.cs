using System.Text;

namespace Plumbline.Evaluation.Principles.Words;

/// <summary>The script of a text and, for a few languages in Latin letters, the language: rough, by the letters it has most of and by its small words.</summary>
internal sealed record WrittenLanguage(string? Script, string? Language)
{
    // Two small words may be borrowed or a name; three are a sentence.
    private const int LeastSmallWords = 3;

    private static readonly (int From, int To, string Script)[] Scripts =
    [
        (0x41, 0x24F, "latin"),
        (0x370, 0x3FF, "greek"),
        (0x400, 0x52F, "cyrillic"),
        (0x530, 0x58F, "armenian"),
        (0x590, 0x5FF, "hebrew"),
        (0x600, 0x77F, "arabic"),
        (0x900, 0x97F, "devanagari"),
        (0x980, 0x9FF, "bengali"),
        (0xB80, 0xBFF, "tamil"),
        (0xE00, 0xE7F, "thai"),
        (0x1100, 0x11FF, "hangul"),
        (0x3040, 0x30FF, "kana"),
        (0x3400, 0x9FFF, "han"),
        (0xAC00, 0xD7AF, "hangul"),
    ];

    // Only words that the other lists lack.
    private static readonly Dictionary<string, string> SmallWords = new[]
    {
        ("en", "the and is of to that it you with this are not have was for what how my can your be there"),
        ("de", "der die das und ist nicht ich ein eine mit auf für wie sie den dem von zu im sind wird haben oder auch"),
        ("es", "el los las y es por una con para como qué del más pero está muy cómo su puede lo"),
        ("fr", "le les et est pas des une je vous dans pour qui que avec sur ce cette sont nous"),
        ("pt", "os uma não você para com como são mais está isso ele ela muito também pelo"),
        ("it", "il gli che di è una per non sono come con questo della anche più mi nel"),
    }
        .SelectMany(list => list.Item2.Split(' ').Select(word => (Word: word, Language: list.Item1)))
        .GroupBy(entry => entry.Word)
        .Where(group => group.Count() == 1)
        .ToDictionary(group => group.Key, group => group.Single().Language, StringComparer.Ordinal);

    /// <summary>Looks at a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="words">Its words.</param>
    /// <returns>Null for what cannot be told.</returns>
    public static WrittenLanguage Of(string text, IEnumerable<string> words)
    {
        var script = text.EnumerateRunes()
            .Where(Rune.IsLetter)
            .Select(letter => Array.Find(Scripts, script => letter.Value >= script.From && letter.Value <= script.To).Script)
            .OfType<string>()
            .CountBy(script => script)
            .OrderByDescending(count => count.Value)
            .ThenBy(count => count.Key, StringComparer.Ordinal)
            .Select(count => count.Key)
            .FirstOrDefault();
        var languages = words
            .Select(word => SmallWords.GetValueOrDefault(word))
            .OfType<string>()
            .CountBy(language => language)
            .OrderByDescending(count => count.Value)
            .Take(2)
            .ToArray();
        var isClear =
            languages.Length > 0
            && languages[0].Value >= LeastSmallWords
            && (languages.Length == 1 || languages[0].Value > languages[1].Value);
        return new WrittenLanguage(script, script == "latin" && isClear ? languages[0].Key : null);
    }

    /// <summary>Whether nothing says that the two are written differently. Japanese is written in kana and Chinese characters alike.</summary>
    public bool IsLike(WrittenLanguage other) =>
        Script is null
        || other.Script is null
        || (Script == other.Script && (Language is null || other.Language is null || Language == other.Language))
        || (Script is "han" or "kana" && other.Script is "han" or "kana");
}
