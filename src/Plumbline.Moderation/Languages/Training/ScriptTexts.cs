using Plumbline.Randomness;

namespace Plumbline.Moderation.Languages.Training;

/// <summary>The lines of one script by class, and how examples are drawn from them.</summary>
internal sealed class ScriptTexts
{
    /// <summary>One line in this many is kept out of training.</summary>
    private const int HeldOutEvery = 20;

    /// <summary>So many lines of other languages are enough to learn from what they look like.</summary>
    private const int EnoughUnknown = 100;

    /// <summary>The share of unknown pieces that are made up, where there are other languages to draw from.</summary>
    private const double MadeUpShare = 0.35;

    /// <summary>A language is drawn by its number of characters to this power (Conneau and Lample 2019, arXiv:1901.07291, section 3.1), so that much used ones come more often.</summary>
    private const double Temperature = 0.5;

    private readonly List<string[]> trained = [];
    private readonly List<string[]> heldOut = [];

    private readonly List<double> shares = [];

    private ScriptTexts(Script script) => Script = script;

    /// <summary>The script.</summary>
    public Script Script { get; }

    /// <summary>The languages written in it.</summary>
    public IReadOnlyList<string> Languages { get; private set; } = [];

    /// <summary>Whether there is anything that unknown could be learnt from.</summary>
    public bool HasUnknown { get; private set; }

    /// <summary>How many classes there are.</summary>
    public int Classes => Languages.Count + (HasUnknown ? 1 : 0);

    /// <summary>Sorts texts by script. A language belongs to the script of most of its lines; its other lines are in some other language and left out.</summary>
    public static IReadOnlyList<ScriptTexts> Sort(LanguageTexts texts)
    {
        var unknown = texts.Lines(LanguageTexts.Unknown).ToLookup(ScriptOf);
        var languages = new Dictionary<Script, List<(string Tag, string[] Lines)>>();
        foreach (var tag in texts.Languages)
        {
            var main = texts
                .Lines(tag)
                .GroupBy(ScriptOf)
                .OrderByDescending(group => group.Count())
                .ThenBy(group => group.Key)
                .FirstOrDefault();
            if (main?.Key is { } script and not Script.Zyyy and not Script.Zzzz)
            {
                languages.TryAdd(script, []);
                languages[script].Add((tag, [.. main]));
            }
        }

        return [.. languages.OrderBy(entry => entry.Key).Select(entry => Of(entry.Key, entry.Value, [.. unknown[entry.Key]]))];
    }

    /// <summary>Draws an example.</summary>
    /// <param name="random">What decides.</param>
    /// <param name="unknownShare">How many of the examples are unknown.</param>
    /// <param name="isHeldOut">Whether it comes from the lines that are not trained on.</param>
    /// <returns>The text, and the number of its class.</returns>
    public (string Text, int Class) Draw(RandomSource random, double unknownShare, bool isHeldOut)
    {
        var lines = isHeldOut ? heldOut : trained;
        if (!HasUnknown || !random.NextBool(unknownShare))
        {
            var language = DrawLanguage(random);
            return (Pieces.Cut(lines[language], Script, random), language);
        }

        var unknown = lines[^1];
        if (unknown.Length > 0 && (!Scripts.IsAlphabet(Script) || !random.NextBool(MadeUpShare)))
        {
            return (Pieces.Cut(unknown, Script, random), Languages.Count);
        }

        return (PseudoText.Of(Pieces.Cut(lines[DrawLanguage(random)], Script, random), Script, random), Languages.Count);
    }

    private int DrawLanguage(RandomSource random)
    {
        var at = random.NextDouble() * shares[^1];
        var language = shares.BinarySearch(at);
        return Math.Min(language < 0 ? ~language : language, Languages.Count - 1);
    }

    private static ScriptTexts Of(Script script, List<(string Tag, string[] Lines)> languages, string[] unknown)
    {
        var texts = new ScriptTexts(script)
        {
            Languages = [.. languages.Select(language => language.Tag)],
            HasUnknown = unknown.Length >= EnoughUnknown || Scripts.IsAlphabet(script),
        };
        var sum = 0.0;
        foreach (var language in languages)
        {
            sum += Math.Pow(language.Lines.Sum(line => (double)line.Length), Temperature);
            texts.shares.Add(sum);
        }

        foreach (var lines in languages.Select(language => language.Lines).Append(unknown.Length >= EnoughUnknown ? unknown : []))
        {
            var kept = lines.Where((_, i) => i % HeldOutEvery == HeldOutEvery - 1).ToArray();
            texts.heldOut.Add(kept.Length > 0 ? kept : lines);
            texts.trained.Add([.. lines.Where((_, i) => i % HeldOutEvery != HeldOutEvery - 1)]);
        }

        return texts;
    }

    private static Script ScriptOf(string line)
    {
        Span<char> letters = stackalloc char[LetterText.Room];
        return LetterText.MainScript(letters[..LetterText.Read(line, letters)], out _);
    }
}
