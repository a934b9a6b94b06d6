using Plumbline.Moderation.Languages.Training;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.Languages;

/// <summary>Made-up languages: each has a vocabulary of its own, so that they can be told apart without fail.</summary>
internal static class ToyTexts
{
    /// <summary>Options under which a toy model is trained in a second.</summary>
    public static LanguageTrainingOptions Options { get; } =
        new()
        {
            Seed = new Seed(7),
            PiecesPerLanguage = 1500,
            ManyBits = 12,
            FewBits = 12,
        };

    /// <summary>Two languages in Latin letters, two in Cyrillic ones, one in Thai, and texts in none of them.</summary>
    public static LanguageTexts Read() =>
        LanguageTexts.Of(
            new Dictionary<string, IReadOnlyList<string>>
            {
                ["aa"] = Lines("aa"),
                ["bb-Latn"] = Lines("bb"),
                ["cc"] = Lines("cc"),
                ["dd"] = Lines("dd"),
                ["th"] = ["สวัสดีครับ", "ขอบคุณมาก"],
                [LanguageTexts.Unknown] = Lines("uu"),
            }
        );

    /// <summary>Lines of a made-up language.</summary>
    /// <param name="name">Its name; that of a Cyrillic one is <c>cc</c> or <c>dd</c>.</param>
    /// <param name="stream">Which lines.</param>
    public static IReadOnlyList<string> Lines(string name, int stream = 0)
    {
        var words = Words(name);
        var random = new Seed(5).Derive("lines " + name, stream).Source();
        return
        [
            .. Enumerable
                .Range(0, 200)
                .Select(_ => string.Join(' ', Enumerable.Range(0, 4 + random.NextInt(8)).Select(_ => random.Choose(words)))),
        ];
    }

    private static List<string> Words(string name)
    {
        var random = new Seed(3).Derive("words " + name).Source();
        var letters = name is "cc" or "dd" ? "абвгдежзиклмнопрстуфхцчш" : "abcdefghijklmnopqrstuvwxyz";
        return
        [
            .. Enumerable
                .Range(0, 40)
                .Select(_ => string.Concat(Enumerable.Range(0, 3 + random.NextInt(5)).Select(_ => random.Choose([.. letters])))),
        ];
    }
}
