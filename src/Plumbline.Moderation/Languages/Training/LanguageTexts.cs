namespace Plumbline.Moderation.Languages.Training;

/// <summary>Texts by language: a folder of files such as <c>de.txt</c>, one sentence or paragraph a line, in UTF-8.</summary>
/// <remarks><c>und.txt</c> holds what is none of the languages: other languages, program text.</remarks>
public sealed class LanguageTexts
{
    /// <summary>The tag for what is none of the languages.</summary>
    public const string Unknown = "und";

    private const long LargestFile = 1L << 30;
    private const int LongestTag = 35;

    private readonly SortedDictionary<string, string[]> lines = new(StringComparer.Ordinal);

    private LanguageTexts() { }

    /// <summary>The languages' tags, sorted; without <see cref="Unknown"/>.</summary>
    public IEnumerable<string> Languages => lines.Keys.Where(tag => tag != Unknown);

    /// <summary>The lines of a language; none for a tag that has no file.</summary>
    public IReadOnlyList<string> Lines(string tag) => lines.TryGetValue(tag, out var found) ? found : [];

    /// <summary>Reads a folder.</summary>
    /// <exception cref="InvalidInputException">There is no such folder, no text in it, or a file whose name is no tag or that is larger than 1 GiB.</exception>
    public static LanguageTexts Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException(
                "Texts by language: there is no such folder.",
                "Name one with files such as de.txt.",
                new InputPosition(folder)
            );
        }

        var texts = new LanguageTexts();
        foreach (var file in Directory.EnumerateFiles(folder, "*.txt"))
        {
            var tag = Path.GetFileNameWithoutExtension(file);
            if (tag.Length is 0 or > LongestTag || !tag.All(value => char.IsAsciiLetterOrDigit(value) || value == '-'))
            {
                throw new InvalidInputException(
                    $"Texts by language: '{tag}' is no BCP 47 tag.",
                    "Name the file by a tag, such as de.txt or zh-Hans.txt.",
                    new InputPosition(file)
                );
            }

            if (new FileInfo(file).Length > LargestFile)
            {
                throw new InvalidInputException(
                    $"Texts by language: the file is larger than {LargestFile} bytes.",
                    "Leave lines out.",
                    new InputPosition(file)
                );
            }

            texts.lines[tag] = [.. File.ReadLines(file).Where(line => line.Length > 0)];
        }

        return texts.Languages.Any()
            ? texts
            : throw new InvalidInputException(
                "Texts by language: there is no text.",
                "Put files such as de.txt there.",
                new InputPosition(folder)
            );
    }

    /// <summary>Texts that are in memory.</summary>
    /// <param name="texts">Lines by tag.</param>
    public static LanguageTexts Of(IReadOnlyDictionary<string, IReadOnlyList<string>> texts)
    {
        var all = new LanguageTexts();
        foreach (var (tag, of) in texts)
        {
            all.lines[tag] = [.. of];
        }

        return all;
    }
}
