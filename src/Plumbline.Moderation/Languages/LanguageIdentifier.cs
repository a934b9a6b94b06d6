using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Plumbline.Moderation.Languages;

/// <summary>
/// Tells the language of a text: its script by the blocks of Unicode, and the language among those written in that script by a linear model over hashed runs of characters.
/// Thread-safe; nothing is allocated but results of <see cref="Segment"/>.
/// </summary>
/// <remarks>
/// Of a text longer than 4,096 UTF-16 units, eight windows of 512 are read, evenly spread from its beginning to its end, so that an answer
/// costs no more than one about 4,096 units. What hides between the windows is found by <see cref="Segment"/>, which reads everything.
/// </remarks>
public sealed class LanguageIdentifier
{
    private const string Resource = "Plumbline.Moderation.Languages.default.lang";
    private const long LargestFile = 1 << 26;

    /// <summary>A script that has less than this share of a text's letters does not decide its language.</summary>
    private const double LeastShare = 0.5;

    private static readonly Lazy<LanguageIdentifier> Shipped = new(ReadShipped);
    private readonly ScriptModel?[] models = new ScriptModel?[(int)Script.Zzzz + 1];

    private LanguageIdentifier(ReadOnlySpan<byte> file, string name)
    {
        Hash = Convert.ToHexStringLower(SHA256.HashData(file));
        foreach (var script in LanguageModelFile.Read(file, name))
        {
            models[(int)script.Script] = new ScriptModel(script);
        }

        Languages = [.. models.OfType<ScriptModel>().SelectMany(model => model.Parameters.Languages).Order(StringComparer.Ordinal)];
    }

    /// <summary>The model that ships with Plumbline; docs/language-id.md tells what it knows and how well.</summary>
    public static LanguageIdentifier Default => Shipped.Value;

    /// <summary>The SHA-256 of the model's file, in hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>The BCP 47 tags of the languages it knows, sorted.</summary>
    public IReadOnlyList<string> Languages { get; }

    /// <summary>Loads a model from a file.</summary>
    /// <exception cref="InvalidInputException">There is no such file, or it is no model.</exception>
    public static LanguageIdentifier Load(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > LargestFile)
        {
            throw new InvalidInputException(
                file.Exists
                    ? $"Language model: it has {file.Length} bytes, and at most {LargestFile} are read."
                    : "Language model: there is no such file.",
                "Name a file that was trained.",
                new InputPosition(path)
            );
        }

        return Read(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a model from its file's bytes.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="InvalidInputException">It is no model.</exception>
    public static LanguageIdentifier Read(ReadOnlySpan<byte> file, string name) => new(file, name);

    /// <summary>The language of a text.</summary>
    /// <param name="text">Any UTF-16; a text in several languages has the one of most of it, or none.</param>
    [SkipLocalsInit]
    public LanguageGuess Identify(ReadOnlySpan<char> text)
    {
        Span<char> room = stackalloc char[LetterText.Room];
        var letters = Prepare(text, room, out var script, out var share);
        if (models[(int)script] is not { } model)
        {
            return new LanguageGuess(null, Scripts.Code(script), 0) { ForeignProbability = 1 };
        }

        Span<double> probabilities = stackalloc double[model.Parameters.Classes];
        model.Classify(letters, probabilities);
        var choice = model.Choose(probabilities, model.Parameters.Bound);
        var name = share >= LeastShare ? choice.Name : null;
        return new LanguageGuess(name, ScriptCode(script, name), choice.Probability)
        {
            ForeignProbability = Foreign(model, probabilities, share),
        };
    }

    /// <summary>The likeliest languages of a text, the likeliest first; unknown is among them with its own probability.</summary>
    /// <param name="text">Any UTF-16.</param>
    /// <param name="guesses">Room for as many as are wanted.</param>
    /// <returns>How many were written: fewer where the script has fewer languages, none for a text without letters or in a script that the model does not know.</returns>
    [SkipLocalsInit]
    public int Rank(ReadOnlySpan<char> text, Span<LanguageGuess> guesses)
    {
        Span<char> room = stackalloc char[LetterText.Room];
        var letters = Prepare(text, room, out var script, out var share);
        if (models[(int)script] is not { } model)
        {
            return 0;
        }

        Span<double> probabilities = stackalloc double[model.Parameters.Classes];
        model.Classify(letters, probabilities);
        var foreign = Foreign(model, probabilities, share);
        var count = Math.Min(guesses.Length, probabilities.Length);
        for (var rank = 0; rank < count; rank++)
        {
            var best = 0;
            for (var language = 1; language < probabilities.Length; language++)
            {
                best = probabilities[language] > probabilities[best] ? language : best;
            }

            var name = best < model.Parameters.Languages.Count ? model.Parameters.Languages[best] : null;
            guesses[rank] = new LanguageGuess(name, ScriptCode(script, name), probabilities[best]) { ForeignProbability = foreign };
            probabilities[best] = double.NegativeInfinity;
        }

        return count;
    }

    /// <summary>
    /// Cuts a text into runs of one language each, so that a sentence in another language shows in a text that is mostly in one: sentences, lines, quotations and changes of
    /// script are looked at by themselves, and neighbours in the same language are joined.
    /// </summary>
    /// <param name="text">Any UTF-16; it is read whole, in time that is linear in its length.</param>
    /// <returns>Runs that cover the text from its beginning to its end; none for an empty text.</returns>
    public IReadOnlyList<LanguageRun> Segment(ReadOnlySpan<char> text) => LanguageSegmentation.Of(this, text);

    // What is none of a script's languages is its last class, where it has one.
    private static double Foreign(ScriptModel model, ReadOnlySpan<double> probabilities, double share) =>
        share < LeastShare ? 1
        : model.Parameters.HasUnknown ? probabilities[^1]
        : 0;

    private static ReadOnlySpan<char> Prepare(ReadOnlySpan<char> text, Span<char> room, out Script script, out double share)
    {
        var letters = room[..LetterText.Read(text, room)];
        script = LetterText.MainScript(letters, out share);
        return share < 1 && script != Script.Zyyy ? letters[..LetterText.Keep(letters, script)] : letters;
    }

    /// <summary>The script as the language is written in it: Han characters are Japanese, traditional or simplified.</summary>
    private static string ScriptCode(Script script, string? language) =>
        (script, language) switch
        {
            (Script.Hani, "ja") => "Jpan",
            (Script.Hani, "zh-Hans") => "Hans",
            (Script.Hani, "zh-Hant") => "Hant",
            (Script.Hang, _) => "Kore",
            _ => Scripts.Code(script),
        };

    private static LanguageIdentifier ReadShipped()
    {
        using var stream = typeof(LanguageIdentifier).Assembly.GetManifestResourceStream(Resource)!;
        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        return Read(file, Resource);
    }
}
