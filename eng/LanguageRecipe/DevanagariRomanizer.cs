using System.Text;

namespace Plumbline.LanguageRecipe;

/// <summary>Writes Hindi in Latin letters as people type it: no diacritics, long and short vowels mostly alike, the inherent vowel left out where it is not spoken.</summary>
internal static class DevanagariRomanizer
{
    private static readonly Dictionary<char, string> Consonants = new()
    {
        ['क'] = "k",
        ['ख'] = "kh",
        ['ग'] = "g",
        ['घ'] = "gh",
        ['ङ'] = "n",
        ['च'] = "ch",
        ['छ'] = "chh",
        ['ज'] = "j",
        ['झ'] = "jh",
        ['ञ'] = "n",
        ['ट'] = "t",
        ['ठ'] = "th",
        ['ड'] = "d",
        ['ढ'] = "dh",
        ['ण'] = "n",
        ['त'] = "t",
        ['थ'] = "th",
        ['द'] = "d",
        ['ध'] = "dh",
        ['न'] = "n",
        ['प'] = "p",
        ['फ'] = "ph",
        ['ब'] = "b",
        ['भ'] = "bh",
        ['म'] = "m",
        ['य'] = "y",
        ['र'] = "r",
        ['ल'] = "l",
        ['व'] = "v",
        ['श'] = "sh",
        ['ष'] = "sh",
        ['स'] = "s",
        ['ह'] = "h",
        ['ऩ'] = "n",
        ['ऱ'] = "r",
        ['ळ'] = "l",
        ['\u0958'] = "q",
        ['\u0959'] = "kh",
        ['\u095A'] = "g",
        ['\u095B'] = "z",
        ['\u095C'] = "d",
        ['\u095D'] = "dh",
        ['\u095E'] = "f",
        ['\u095F'] = "y",
    };

    private static readonly Dictionary<char, string> Vowels = new()
    {
        ['अ'] = "a",
        ['आ'] = "aa",
        ['इ'] = "i",
        ['ई'] = "ee",
        ['उ'] = "u",
        ['ऊ'] = "oo",
        ['ऋ'] = "ri",
        ['ए'] = "e",
        ['ऐ'] = "ai",
        ['ओ'] = "o",
        ['औ'] = "au",
        ['ऑ'] = "o",
    };

    private static readonly Dictionary<char, string> Signs = new()
    {
        ['\u093E'] = "aa",
        ['\u093F'] = "i",
        ['\u0940'] = "ee",
        ['\u0941'] = "u",
        ['\u0942'] = "oo",
        ['\u0943'] = "ri",
        ['\u0947'] = "e",
        ['\u0948'] = "ai",
        ['\u094B'] = "o",
        ['\u094C'] = "au",
        ['\u0949'] = "o",
    };

    private static readonly Dictionary<char, string> Dotted = new()
    {
        ['क'] = "q",
        ['ग'] = "g",
        ['ज'] = "z",
        ['ड'] = "d",
        ['ढ'] = "dh",
        ['फ'] = "f",
        ['ख'] = "kh",
    };

    /// <summary>The text in Latin letters; empty where it holds other letters than Hindi's.</summary>
    /// <param name="text">Hindi.</param>
    /// <param name="variant">Which of the habits: bit 0 for w instead of v, bit 1 for long vowels written long, bit 2 for i and u where they are long.</param>
    public static string Of(string text, int variant)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Any(word => word.Any(char.IsAsciiLetter)) ? string.Empty : string.Join(' ', words.Select(word => Word(word, variant)));
    }

    private static string Word(string word, int variant)
    {
        // Syllables: a consonant with its vowel, null for the inherent one, empty for none.
        var parts = new List<(string Consonant, string? Vowel)>();
        foreach (var value in word)
        {
            if (Consonants.TryGetValue(value, out var consonant))
            {
                parts.Add((value == 'व' && (variant & 1) != 0 ? "w" : consonant, null));
            }
            else if (Vowels.TryGetValue(value, out var vowel))
            {
                parts.Add((string.Empty, vowel));
            }
            else if (Signs.TryGetValue(value, out var sign) && parts.Count > 0)
            {
                parts[^1] = (parts[^1].Consonant, sign);
            }
            else if (value == '\u094D' && parts.Count > 0)
            {
                parts[^1] = (parts[^1].Consonant, string.Empty);
            }
            else if (value is '\u0902' or '\u0901')
            {
                parts.Add(("n", string.Empty));
            }
            else if (value == '\u093C' && parts.Count > 0 && word.IndexOf(value, StringComparison.Ordinal) > 0)
            {
                var before = word[word.IndexOf(value, StringComparison.Ordinal) - 1];
                parts[^1] = (Dotted.GetValueOrDefault(before, parts[^1].Consonant), parts[^1].Vowel);
            }
            else
            {
                parts.Add((char.IsPunctuation(value) ? value.ToString() : string.Empty, string.Empty));
            }
        }

        return Spelt(parts, variant);
    }

    private static string Spelt(List<(string Consonant, string? Vowel)> parts, int variant)
    {
        var text = new StringBuilder();
        for (var i = 0; i < parts.Count; i++)
        {
            var (consonant, vowel) = parts[i];
            text.Append(consonant);
            var isLast = !parts.Skip(i + 1).Any(part => part.Vowel != string.Empty || part.Consonant.Any(char.IsLetter));
            // The inherent vowel is silent at the end, and between a vowel and a consonant that has one.
            var isSilent =
                vowel is null
                && i > 0
                && (
                    isLast
                    || (
                        i + 1 < parts.Count
                        && parts[i - 1].Vowel != string.Empty
                        && !string.IsNullOrEmpty(parts[i + 1].Vowel)
                        && parts[i + 1].Consonant.Length > 0
                    )
                );
            text.Append(isSilent ? string.Empty : Habit(vowel ?? "a", variant, isLast));
        }

        return text.ToString();
    }

    private static string Habit(string vowel, int variant, bool isLast) =>
        vowel switch
        {
            "aa" => (variant & 2) != 0 && !isLast ? "aa" : "a",
            "ee" => (variant & 4) != 0 && !isLast ? "ee" : "i",
            "oo" => (variant & 4) != 0 ? "oo" : "u",
            _ => vowel,
        };
}
