using System.Globalization;
using System.Text;

namespace Plumbline.Evaluation.Attacks;

/// <summary>Characters as numbers and as signs: binary, octal, decimal, separated hexadecimal, Morse, the spelling alphabet, Braille, places in the alphabet.</summary>
internal static class CodeEncodings
{
    // The guard has these tables too. They stand apart on purpose: attacks do not weigh what a guard weighs, and a code that is wrong in one of them is one the guard's tests do not undo.
    private const string MorseLetters = "abcdefghijklmnopqrstuvwxyz0123456789.,?'!/()&:;=+-_\"$@";

    private static readonly string[] MorseCodes =
    [
        ".-",
        "-...",
        "-.-.",
        "-..",
        ".",
        "..-.",
        "--.",
        "....",
        "..",
        ".---",
        "-.-",
        ".-..",
        "--",
        "-.",
        "---",
        ".--.",
        "--.-",
        ".-.",
        "...",
        "-",
        "..-",
        "...-",
        ".--",
        "-..-",
        "-.--",
        "--..",
        "-----",
        ".----",
        "..---",
        "...--",
        "....-",
        ".....",
        "-....",
        "--...",
        "---..",
        "----.",
        ".-.-.-",
        "--..--",
        "..--..",
        ".----.",
        "-.-.--",
        "-..-.",
        "-.--.",
        "-.--.-",
        ".-...",
        "---...",
        "-.-.-.",
        "-...-",
        ".-.-.",
        "-....-",
        "..--.-",
        ".-..-.",
        "...-..-",
        ".--.-.",
    ];

    private static readonly string[] SpellingWords =
    [
        "alfa",
        "bravo",
        "charlie",
        "delta",
        "echo",
        "foxtrot",
        "golf",
        "hotel",
        "india",
        "juliett",
        "kilo",
        "lima",
        "mike",
        "november",
        "oscar",
        "papa",
        "quebec",
        "romeo",
        "sierra",
        "tango",
        "uniform",
        "victor",
        "whiskey",
        "xray",
        "yankee",
        "zulu",
    ];

    private static readonly string[] DigitWords = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    private const string BrailleLetters = "abcdefghijklmnopqrstuvwxyz,.?!'- ";
    private const string BrailleCells = "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵⠂⠲⠦⠖⠄⠤⠀";

    /// <summary>The attacks.</summary>
    public static IReadOnlyList<TextAttack> All { get; } =
    [
        new("hex-spaced", AttackFamily.Encoding, text => ByBytes(text, " ", value => value.ToString("x2", CultureInfo.InvariantCulture)))
        {
            Inverse = code => FromBytes(code.Split(' '), 16),
        },
        new(
            "hex-0x",
            AttackFamily.Encoding,
            text => ByBytes(text, ", ", value => "0x" + value.ToString("x2", CultureInfo.InvariantCulture))
        )
        {
            Inverse = code => FromBytes(code.Split(", ").Select(item => item[2..]), 16),
        },
        new("binary", AttackFamily.Encoding, text => ByBytes(text, " ", Bits)) { Inverse = code => FromBytes(code.Split(' '), 2) },
        new("binary-joined", AttackFamily.Encoding, text => ByBytes(text, string.Empty, Bits))
        {
            Inverse = code => FromBytes(code.Chunk(8).Select(bits => new string(bits)), 2),
        },
        new("octal", AttackFamily.Encoding, text => ByBytes(text, " ", value => Convert.ToString(value, 8).PadLeft(3, '0')))
        {
            Inverse = code => FromBytes(code.Split(' '), 8),
        },
        new("decimal", AttackFamily.Encoding, text => string.Join(' ', text.EnumerateRunes().Select(rune => rune.Value)))
        {
            Inverse = code =>
                string.Concat(code.Split(' ').Select(item => char.ConvertFromUtf32(int.Parse(item, CultureInfo.InvariantCulture)))),
        },
        new("decimal-commas", AttackFamily.Encoding, text => string.Join(", ", text.EnumerateRunes().Select(rune => rune.Value)))
        {
            Inverse = code =>
                string.Concat(code.Split(", ").Select(item => char.ConvertFromUtf32(int.Parse(item, CultureInfo.InvariantCulture)))),
        },
        new("code-points", AttackFamily.Encoding, text => string.Join(' ', text.EnumerateRunes().Select(rune => $"U+{rune.Value:X4}")))
        {
            Inverse = code => string.Concat(code.Split(' ').Select(item => char.ConvertFromUtf32(Convert.ToInt32(item[2..], 16)))),
        },
        new(
            "letter-numbers",
            AttackFamily.Cipher,
            text =>
                string.Join(
                    ' ',
                    text.Split(' ')
                        .Select(word => string.Join('-', word.Select(letter => (letter & 31).ToString(CultureInfo.InvariantCulture))))
                )
        )
        {
            Inverse = code =>
                string.Join(
                    ' ',
                    code.Split(' ')
                        .Select(word =>
                            string.Concat(word.Split('-').Select(place => (char)('a' + int.Parse(place, CultureInfo.InvariantCulture) - 1)))
                        )
                ),
            Alphabet = unit => char.IsAsciiLetterLower(unit) || unit == ' ',
        },
        new(
            "morse",
            AttackFamily.Encoding,
            text =>
                string.Join(
                    " / ",
                    text.Split(' ').Select(word => string.Join(' ', word.Select(unit => MorseCodes[MorseLetters.IndexOf(unit)])))
                )
        )
        {
            Inverse = code =>
                string.Join(
                    ' ',
                    code.Split(" / ")
                        .Select(word => string.Concat(word.Split(' ').Select(sign => MorseLetters[Array.IndexOf(MorseCodes, sign)])))
                ),
            Alphabet = unit => unit == ' ' || MorseLetters.Contains(unit, StringComparison.Ordinal),
        },
        new(
            "spelling-alphabet",
            AttackFamily.Encoding,
            text => string.Join(" / ", text.Split(' ').Select(word => string.Join(' ', word.Select(Spell))))
        )
        {
            Inverse = code => string.Join(' ', code.Split(" / ").Select(word => string.Concat(word.Split(' ').Select(Unspell)))),
            Alphabet = unit => char.IsAsciiLetterLower(unit) || char.IsAsciiDigit(unit) || unit == ' ',
        },
        new("braille", AttackFamily.Encoding, ToBraille)
        {
            Inverse = code => string.Concat(code.Select(cell => BrailleLetters[BrailleCells.IndexOf(cell)])),
            Alphabet = unit => BrailleLetters.Contains(unit, StringComparison.Ordinal),
        },
    ];

    private static string ByBytes(string text, string separator, Func<byte, string> write) =>
        string.Join(separator, Encoding.UTF8.GetBytes(text).Select(write));

    private static string Bits(byte value) => Convert.ToString(value, 2).PadLeft(8, '0');

    private static string FromBytes(IEnumerable<string> items, int radix) =>
        Encoding.UTF8.GetString([.. items.Select(item => Convert.ToByte(item, radix))]);

    private static string ToBraille(string text) => string.Concat(text.Select(unit => BrailleCells[BrailleLetters.IndexOf(unit)]));

    private static string Spell(char unit) => char.IsAsciiDigit(unit) ? DigitWords[unit - '0'] : SpellingWords[unit - 'a'];

    private static char Unspell(string word) => Array.IndexOf(DigitWords, word) is var digit and >= 0 ? (char)('0' + digit) : word[0];
}
