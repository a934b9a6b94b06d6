using System.Text;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Languages.Training;

/// <summary>Makes text in no language: letters at random, from one row of keys, shuffled, reversed, shifted along the alphabet, bytes in base64.</summary>
internal static class PseudoText
{
    private static readonly string[] KeyRows = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "asdfjkl", "qwerasdfzxcv", "uiophjklnm"];

    /// <summary>A text in no language, about as long as a text in one.</summary>
    /// <param name="text">The text whose letters and lengths of words are used.</param>
    /// <param name="script">Its script.</param>
    /// <param name="random">What decides.</param>
    public static string Of(string text, Script script, RandomSource random)
    {
        var kinds = script == Script.Latn ? 7 : 4;
        return random.NextInt(kinds) switch
        {
            0 => Shuffled(text, random),
            1 => Reversed(text),
            2 => Mapped(text, Permutation(text, random)),
            3 => Drawn(text, string.Concat(text.Where(char.IsLetter).Distinct()), random),
            4 => Drawn(text, random.Choose(KeyRows), random),
            5 => Shifted(text, 1 + random.NextInt(25)),
            _ => Base64(text, random),
        };
    }

    private static string Shuffled(string text, RandomSource random)
    {
        var words = text.Split(' ');
        for (var i = 0; i < words.Length; i++)
        {
            var letters = words[i].ToCharArray();
            random.Shuffle<char>(letters);
            words[i] = new string(letters);
        }

        return string.Join(' ', words);
    }

    private static string Reversed(string text)
    {
        var letters = text.ToCharArray();
        Array.Reverse(letters);
        return new string(letters);
    }

    private static string Mapped(string text, Dictionary<char, char> letters) =>
        string.Concat(text.Select(value => letters.TryGetValue(char.ToLowerInvariant(value), out var other) ? other : value));

    /// <summary>A substitution cipher over the letters of a text.</summary>
    private static Dictionary<char, char> Permutation(string text, RandomSource random)
    {
        var letters = text.ToLowerInvariant().Where(char.IsLetter).Distinct().ToArray();
        var others = letters.ToArray();
        random.Shuffle<char>(others);
        return letters.Zip(others).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static string Drawn(string text, string letters, RandomSource random) =>
        letters.Length == 0
            ? text
            : string.Concat(
                text.Select(value => char.IsLetter(value) || random.NextBool(0.02) ? letters[random.NextInt(letters.Length)] : value)
            );

    private static string Shifted(string text, int by) =>
        string.Concat(text.Select(value => char.IsAsciiLetter(value) ? (char)('a' + ((value | 0x20) - 'a' + by) % 26) : value));

    private static string Base64(string text, RandomSource random)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (random.NextBool(0.5))
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)random.NextInt(256);
            }
        }

        // A digit would keep the whole word from being read, as it mostly is: what is left of it is what must be learnt.
        return string.Concat(Convert.ToBase64String(bytes).Select(value => char.IsAsciiDigit(value) ? '+' : value));
    }
}
