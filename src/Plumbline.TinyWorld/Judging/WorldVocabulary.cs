using Plumbline.TinyWorld.Languages;
using Plumbline.TinyWorld.Text;

namespace Plumbline.TinyWorld;

/// <summary>Every word of the world with the languages it belongs to: tells languages apart, and words from noise.</summary>
internal sealed class WorldVocabulary
{
    /// <summary>A word or three words in a row this often in a row or in all is going in circles; right answers reach 2.</summary>
    private const int Circle = 4;

    private const int EveryLanguage = 0b111;
    private readonly Dictionary<string, int> languagesOf = new(StringComparer.Ordinal);

    public WorldVocabulary(IReadOnlyList<LanguagePack> packs)
    {
        foreach (var pack in packs)
        {
            foreach (var text in pack.Texts())
            {
                Add(WithoutSlots(text), 1 << (int)pack.Language);
            }
        }

        foreach (var name in Person.FirstNames.Concat(Person.LastNames).Concat(Person.Places).Concat(Person.Hosts).Append("example"))
        {
            Add(name, EveryLanguage);
        }
    }

    /// <summary>How many different folded words the world has.</summary>
    public int Count => languagesOf.Count;

    /// <summary>True where more words belong to one other language alone than to <paramref name="expected"/> alone.</summary>
    public bool IsWrongLanguage(FoldedText text, WorldLanguage expected)
    {
        Span<int> alone = stackalloc int[3];
        for (var i = 0; i < text.WordCount; i++)
        {
            var languages = languagesOf.GetValueOrDefault(text[i]);
            if (System.Numerics.BitOperations.IsPow2(languages))
            {
                alone[System.Numerics.BitOperations.TrailingZeroCount(languages)]++;
            }
        }

        var own = alone[(int)expected];
        return alone[0] > own || alone[1] > own || alone[2] > own;
    }

    /// <summary>True where nothing is said: no words, the same words over and over, or more unknown words than known ones.</summary>
    public bool IsGibberish(FoldedText text)
    {
        var unknown = 0;
        var repeated = 1;
        var threes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < text.WordCount; i++)
        {
            var word = text[i];
            unknown += languagesOf.ContainsKey(word) || char.IsAsciiDigit(word[0]) ? 0 : 1;
            repeated = i > 0 && word == text[i - 1] ? repeated + 1 : 1;
            var three = i > 1 ? $"{text[i - 2]} {text[i - 1]} {word}" : string.Empty;
            var times = threes[three] = threes.GetValueOrDefault(three) + 1;
            if (repeated >= Circle || (i > 1 && times >= Circle))
            {
                return true;
            }
        }

        return unknown * 2 > text.WordCount || text.WordCount == 0;
    }

    private void Add(string text, int languages)
    {
        var folded = FoldedText.From(text);
        for (var i = 0; i < folded.WordCount; i++)
        {
            languagesOf[folded[i]] = languagesOf.GetValueOrDefault(folded[i]) | languages;
        }
    }

    /// <summary>The template without its slots: a slot's letter is no word.</summary>
    private static string WithoutSlots(string template)
    {
        for (var at = template.IndexOf('{', StringComparison.Ordinal); at >= 0; at = template.IndexOf('{', StringComparison.Ordinal))
        {
            template = template.Remove(at, 3);
        }

        return template;
    }
}
