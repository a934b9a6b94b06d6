using System.Text;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Attacks;

/// <summary>Texts that are, wholly or in part, written in characters nobody sees.</summary>
internal static class InvisibleDisguises
{
    private const string ZeroWidth = "\u200B\u200C\u200D\u2060\uFEFF\u00AD";
    private const string Cover = "Have a nice day";
    private const string Picture = "😀";
    private const string Embeddings = "\u202A\u202B\u202D\u202E\u2066\u2067\u2068";

    /// <summary>The attacks.</summary>
    public static IReadOnlyList<TextAttack> All { get; } =
    [
        new("zero-width", AttackFamily.Disguise, (text, random) => Interleave(text, ZeroWidth, random))
        {
            Inverse = text => Without(text, ZeroWidth),
            Alphabet = unit => !ZeroWidth.Contains(unit, StringComparison.Ordinal) && !char.IsSurrogate(unit),
        },
        new("bidirectional-controls", AttackFamily.Disguise, (text, random) => Interleave(text, Embeddings, random))
        {
            Inverse = text => Without(text, Embeddings),
            Alphabet = unit => !Embeddings.Contains(unit, StringComparison.Ordinal) && !char.IsSurrogate(unit),
        },
        new("tags", AttackFamily.Disguise, text => Cover + string.Concat(text.Select(unit => char.ConvertFromUtf32(0xE0000 + unit))))
        {
            Inverse = text =>
                string.Concat(text.EnumerateRunes().Where(rune => rune.Value >= 0xE0000).Select(rune => (char)(rune.Value - 0xE0000))),
            Alphabet = unit => unit is >= ' ' and <= '~',
        },
        new("variation-selectors", AttackFamily.Disguise, text => Picture + string.Concat(Encoding.UTF8.GetBytes(text).Select(Selector)))
        {
            Inverse = FromSelectors,
        },
    ];

    private static string Interleave(string text, string invisible, RandomSource random)
    {
        var written = new StringBuilder(text.Length * 2);
        foreach (var unit in text)
        {
            written.Append(unit).Append(invisible[random.NextInt(invisible.Length)]);
        }

        return written.ToString();
    }

    private static string Without(string text, string invisible) =>
        string.Concat(text.Where(unit => !invisible.Contains(unit, StringComparison.Ordinal)));

    private static string Selector(byte value) => char.ConvertFromUtf32(value < 16 ? 0xFE00 + value : 0xE0100 + value - 16);

    private static string FromSelectors(string text) =>
        Encoding.UTF8.GetString([
            .. text.EnumerateRunes().Skip(1).Select(rune => (byte)(rune.Value < 0xE0000 ? rune.Value - 0xFE00 : rune.Value - 0xE0100 + 16)),
        ]);
}
