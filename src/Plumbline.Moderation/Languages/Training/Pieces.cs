using System.Text;
using Plumbline.Randomness;
using Plumbline.Tokenization;
using Plumbline.Tokenization.Normalizers;

namespace Plumbline.Moderation.Languages.Training;

/// <summary>Makes of lines what users write: short pieces, now and then without diacritics, with a name, with a word misspelt.</summary>
internal static class Pieces
{
    private const int Shortest = 8;
    private const int Longest = 200;
    private const double StripShare = 0.12;
    private const double TypoShare = 0.15;
    private const double NameShare = 0.1;

    /// <summary>A piece of one of the lines, or of several short ones.</summary>
    public static string Cut(string[] lines, Script script, RandomSource random)
    {
        // As many pieces of 10 to 20 characters as of 100 to 200.
        var wanted = (int)(Shortest * Math.Pow((double)Longest / Shortest, random.NextDouble())) / Scripts.Weight(script);
        var text = random.Choose(lines);
        for (var more = 0; more < 3 && text.Length < wanted; more++)
        {
            text = text + " " + random.Choose(lines);
        }

        var piece = Between(text, wanted, random);
        if (script == Script.Latn && random.NextBool(StripShare))
        {
            piece = WithoutMarks(piece);
        }

        if (piece.Length > 20 && random.NextBool(TypoShare))
        {
            piece = Misspelt(piece, random);
        }

        return piece.Length > 40 && random.NextBool(NameShare) ? WithName(piece, script, random) : piece;
    }

    private static string Between(string text, int wanted, RandomSource random)
    {
        if (text.Length <= wanted)
        {
            return text;
        }

        var start = random.NextInt(text.Length - wanted + 1);
        var space = start == 0 ? -1 : text.IndexOf(' ', start - 1, Math.Min(24, text.Length - start));
        start = space >= 0 ? space + 1 : start;
        var end = Math.Min(text.Length, start + wanted);
        var lastSpace = end == text.Length ? -1 : text.LastIndexOf(' ', end, Math.Min(24, end - start));
        return lastSpace > start + Shortest / 2 ? text[start..lastSpace] : text[start..end];
    }

    /// <summary>The text without the marks that many leave away when they type.</summary>
    public static string WithoutMarks(string text)
    {
        var parts = UnicodeNormalizer.Normalize(new AlignedText(text), compose: false).Text;
        return string.Concat(parts.Where(value => !Letters.IsMark(value)));
    }

    private static string Misspelt(string text, RandomSource random)
    {
        var at = 1 + random.NextInt(text.Length - 2);
        return random.NextInt(3) switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, text[at].ToString()),
            _ => new StringBuilder(text) { [at] = text[at - 1], [at - 1] = text[at] }.ToString(),
        };
    }

    /// <summary>The text with a word that no language knows, as names are to it: of consonants and vowels in turn.</summary>
    private static string WithName(string text, Script script, RandomSource random)
    {
        if (script != Script.Latn)
        {
            return text;
        }

        var name = new StringBuilder();
        for (var syllables = 2 + random.NextInt(2); syllables > 0; syllables--)
        {
            name.Append("bcdfghjklmnprstvwz"[random.NextInt(18)]).Append("aeiou"[random.NextInt(5)]);
        }

        var at = text.IndexOf(' ', random.NextInt(text.Length));
        return at < 0 ? text + " " + name : text.Insert(at, " " + name);
    }
}
